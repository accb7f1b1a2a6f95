import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordRequestDetail } from '../../api/types';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';
import { ReasonDialog } from '../../ui/ReasonDialog';

export type WishStep = 'attributes' | 'submission' | 'answer' | 'rejection' | 'withdrawal' | 'objection' | 'mapping';
/** The steps whose reason a person is asked for; "submission" is asked why it is none of those like it. */
type Asked = 'submission' | 'rejection' | 'objection';

export interface WishSteps {
  take: (step: WishStep, body: object) => void;
  ask: (step: Asked) => void;
  busy: boolean;
  problem: unknown;
  dialog: ReactNode;
}

/** The steps on a request for a record, each on the version that was looked at. */
export function useWish(wish: RecordRequestDetail | undefined): WishSteps {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [asking, setAsking] = useState<Asked>();
  const change = useMutation({
    mutationFn: ({ step, body, at }: { step: WishStep; body: object; at: RecordRequestDetail }) => {
      const path = `/record-requests/${at.id}/${step}`;
      // what makes a change request is posted
      return step === 'mapping' || step === 'submission' ? client.post<RecordRequestDetail>(path, { body, version: at.version })
        : client.put<RecordRequestDetail>(path, { body, version: at.version });
    },
    onSuccess: (changed, { step }) => {
      setAsking(undefined);
      queries.setQueryData(['record-requests', 'one', changed.id], changed);
      announce(t(`wishes.done_${step}`));
    },
    onSettled: () => {
      for (const stale of ['record-requests', 'requests']) void queries.invalidateQueries({ queryKey: [stale] });
    },
  });
  const take = (step: WishStep, body: object) => {
    if (wish && !change.isPending) change.mutate({ step, body, at: wish });
  };
  const dialog = asking && (
    <ReasonDialog
      title={t(`wishes.${asking}_title`)} help={t(`wishes.${asking}_help`)} submit={t(`wishes.${asking}`)} busy={change.isPending} problem={change.error}
      onClose={() => setAsking(undefined)} onSubmit={(reason) => take(asking, asking === 'submission' ? { different: reason } : { reason })}
    />
  );
  const ask = (step: Asked) => {
    change.reset();
    setAsking(step);
  };
  return { take, ask, dialog, busy: change.isPending, problem: asking ? undefined : change.error };
}

/** What this person may do with the request now. */
export function WishBar({ wish, steps }: { wish: RecordRequestDetail; steps: WishSteps }) {
  const { t } = useTranslation();
  const { may } = wish;
  if (!may.complete && !may.submit && !may.reject && !may.withdraw && !may.object && !may.map) return null;
  const submit = () => (wish.candidates.length > 0 ? steps.ask('submission') : steps.take('submission', {}));
  return (
    <div className="actions">
      <div className="buttons">
        {may.submit && <Button variant="filled" loading={steps.busy} onClick={submit}>{t('wishes.submission')}</Button>}
        {may.complete && !may.submit && wish.missing.length > 0 && <p className="dense muted">{t('wishes.incomplete', { count: wish.missing.length })}</p>}
        {may.map && <Button variant="filled" loading={steps.busy} onClick={() => steps.take('mapping', {})}>{t('wishes.mapping', { code: wish.code })}</Button>}
        {may.object && <Button onClick={() => steps.ask('objection')}>{t('wishes.objection')}</Button>}
        {may.reject && <Button onClick={() => steps.ask('rejection')}>{t('wishes.rejection')}</Button>}
        {may.withdraw && <Button style={{ marginInlineStart: 'auto' }} loading={steps.busy} onClick={() => steps.take('withdrawal', {})}>{t('wishes.withdrawal')}</Button>}
      </div>
      {steps.problem ? <ProblemBox thrown={steps.problem} safe={t('problem.kept')} /> : null}
    </div>
  );
}
