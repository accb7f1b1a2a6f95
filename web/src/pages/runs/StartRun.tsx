import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlans } from '../../api/queries';
import type { Run, RunMode } from '../../api/types';
import { newId } from '../../lib/ids';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';

const modes: RunMode[] = ['complete', 'incremental'];

/** Starts a run of a plan. */
export function StartRun({ plan, onClose, onStarted }: { plan: string | undefined; onClose: () => void; onStarted: (run: Run) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const plans = usePlans();
  const [chosen, setChosen] = useState(plan ?? '');
  const [mode, setMode] = useState<RunMode>('complete');
  const [key] = useState(newId);
  const id = chosen || plans.data?.items[0]?.id || '';
  const start = useMutation({
    mutationFn: () => client.post<Run>('/runs', { body: { plan: id, mode }, idempotencyKey: key }),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ['runs'] });
      announce(t('runs.started_said'));
      onStarted(run);
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('runs.start')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        {plans.data?.items.length === 0 && <p>{t('runs.no_plans')}</p>}
        <NativeSelect
          label={t('runs.plan')} value={id} data-autofocus onChange={(event) => setChosen(event.currentTarget.value)}
          data={(plans.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
        <NativeSelect
          label={t('runs.mode')} value={mode} onChange={(event) => setMode(event.currentTarget.value as RunMode)}
          data={modes.map((value) => ({ value, label: t(`run_mode.${value}`) }))}
        />
        {start.isError && <ProblemBox thrown={start.error} safe={t('problem.kept')} />}
        <div className="form-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant="filled" disabled={id === ''} loading={start.isPending} onClick={() => start.mutate()}>{t('runs.start')}</Button>
        </div>
      </div>
    </Modal>
  );
}
