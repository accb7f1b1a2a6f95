import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import type { ChangeRequest } from '../../api/types';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { useSentence } from '../../ui/Problem';
import { ReasonDialog } from '../../ui/ReasonDialog';

export type Outcome = 'approval' | 'rejection' | 'withdrawal';

export interface Review {
  approve: () => void;
  /** Asks for the reason of a rejection or a withdrawal. */
  ask: (outcome: 'rejection' | 'withdrawal') => void;
  busy: boolean;
  /** A sentence on why nothing was done. */
  notice: string;
  dialog: ReactNode;
}

/** The decision on a request, made on the very version that was looked at. */
export function useReview(request: ChangeRequest | undefined): Review {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const sentence = useSentence();
  const [asking, setAsking] = useState<'rejection' | 'withdrawal'>();
  const [notice, setNotice] = useState('');
  const [problem, setProblem] = useState<unknown>();

  const change = useMutation({
    mutationFn: ({ outcome, reason, at }: { outcome: Outcome; reason?: string; at: ChangeRequest }) =>
      client.put<ChangeRequest>(`/change-requests/${at.id}/${outcome}`, { body: reason === undefined ? undefined : { reason }, version: at.version }),
    onSuccess: (changed, { outcome }) => {
      setAsking(undefined);
      setNotice('');
      queries.setQueryData(['requests', 'one', changed.id], changed);
      announce(t(`requests.done_${outcome}`));
      for (const stale of ['requests', 'deliveries', 'discrepancy']) void queries.invalidateQueries({ queryKey: [stale] });
    },
    onError: (thrown) => {
      const stale = asProblem(thrown).stale;
      if (stale) {
        setAsking(undefined);
        void queries.invalidateQueries({ queryKey: ['requests'] });
      }
      setNotice(stale ? t('requests.stale') : sentence(thrown));
      setProblem(thrown);
    },
  });
  const ask = (outcome: 'rejection' | 'withdrawal') => {
    const allowed = outcome === 'rejection' ? request?.may.approve : request?.may.withdraw;
    if (!allowed) return;
    setProblem(undefined);
    setAsking(outcome);
  };
  const approve = () => {
    if (request?.may.approve && !change.isPending) change.mutate({ outcome: 'approval', at: request });
  };
  const word = asking === 'rejection' ? 'reject' : 'withdraw';
  const dialog = asking && request && (
    <ReasonDialog
      title={t(`requests.${word}_title`)} submit={t(`requests.${word}`)} help={t('requests.reject_help')} busy={change.isPending} problem={problem}
      onClose={() => setAsking(undefined)} onSubmit={(reason) => change.mutate({ outcome: asking, reason, at: request })}
    />
  );
  return { approve, ask, busy: change.isPending, notice, dialog };
}
