import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../../api/client';
import { asProblem } from '../../api/problem';
import type { ChangeRequest, Reversal } from '../../api/types';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { useSentence } from '../../ui/Problem';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { ResubmitDialog } from './ResubmitDialog';

/** What can become of a request by a person's word, and the word on its button. */
const words = {
  approval: 'approve', rejection: 'reject', withdrawal: 'withdraw', rework: 'send_back', reversal: 'revert', agreed: 'agree', disagreed: 'disagree',
} as const;
export type Outcome = keyof typeof words;
/** The outcomes that need a reason. */
export type Asked = 'rejection' | 'withdrawal' | 'rework' | 'reversal' | 'disagreed';

export interface Review {
  approve: () => void;
  agree: () => void;
  /** Takes a scheduled request back while that is possible. */
  undo: () => void;
  /** Asks for the reason of what needs one. */
  ask: (outcome: Asked) => void;
  /** Opens the form for one that was sent back. */
  edit: () => void;
  busy: boolean;
  /** A sentence on why nothing was done. */
  notice: string;
  dialog: ReactNode;
}

interface Step {
  outcome: Outcome;
  reason?: string;
  at: ChangeRequest;
}

function send(client: Client, { outcome, reason, at }: Step): Promise<ChangeRequest | Reversal> {
  const path = `/change-requests/${at.id}`;
  const body = reason === undefined ? undefined : { reason };
  switch (outcome) {
    case 'reversal':
      return client.post<Reversal>(`${path}/reversal`, { body, version: at.version });
    case 'agreed':
    case 'disagreed':
      return client.put<ChangeRequest>(`${path}/second-look`, { body: { look: outcome, note: reason }, version: at.version });
    default:
      return client.put<ChangeRequest>(`${path}/${outcome}`, { body, version: at.version });
  }
}

/** Whether the reader may do it, as the server has said. */
export function allowed(may: ChangeRequest['may'], outcome: Outcome): boolean {
  switch (outcome) {
    case 'approval':
      return may.approve;
    case 'rejection':
      return may.reject;
    case 'withdrawal':
      return may.withdraw;
    case 'rework':
      return may.send_back;
    case 'reversal':
      return may.revert;
    default:
      return may.second_look;
  }
}

/** The decision on a request, made on the very version that was looked at. */
export function useReview(request: ChangeRequest | undefined): Review {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const sentence = useSentence();
  const [asking, setAsking] = useState<Asked>();
  const [editing, setEditing] = useState(false);
  const [notice, setNotice] = useState('');
  const [problem, setProblem] = useState<unknown>();

  const done = (changed: ChangeRequest, said: string) => {
    setAsking(undefined);
    setEditing(false);
    setNotice('');
    queries.setQueryData(['requests', 'one', changed.id], changed);
    announce(said);
    for (const stale of ['requests', 'deliveries', 'discrepancy']) void queries.invalidateQueries({ queryKey: [stale] });
  };
  const change = useMutation({
    mutationFn: (step: Step) => send(client, step),
    onSuccess: (answer, { outcome }) => {
      const said = t(`requests.done_${outcome}`);
      if (!('moved' in answer)) return done(answer, said);
      queries.setQueryData(['requests', 'moved', answer.change_request.id], answer.moved);
      done(answer.change_request, said);
      void navigate({ to: '/requests/$id', params: { id: answer.change_request.id }, search: (old) => old });
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
  const ask = (outcome: Asked) => {
    if (!request || !allowed(request.may, outcome)) return;
    setProblem(undefined);
    setAsking(outcome);
  };
  const now = (outcome: Outcome, reason?: string) => {
    if (request && allowed(request.may, outcome) && !change.isPending) change.mutate({ outcome, reason, at: request });
  };
  const dialog = request && (
    <>
      {asking && (
        <ReasonDialog
          title={t(`requests.${words[asking]}_title`)} submit={t(`requests.${words[asking]}`)} help={t(`requests.${words[asking]}_help`)}
          busy={change.isPending} problem={problem} onClose={() => setAsking(undefined)} onSubmit={(reason) => change.mutate({ outcome: asking, reason, at: request })}
        />
      )}
      {editing && <ResubmitDialog request={request} onClose={() => setEditing(false)} onDone={(changed) => done(changed, t('requests.done_resubmission'))} />}
    </>
  );
  return {
    ask, notice, dialog, busy: change.isPending,
    approve: () => now('approval'),
    agree: () => now('agreed'),
    undo: () => {
      if (request?.state === 'scheduled') now('withdrawal', t('queue.undo_reason'));
    },
    edit: () => setEditing(request?.may.resubmit ?? false),
  };
}
