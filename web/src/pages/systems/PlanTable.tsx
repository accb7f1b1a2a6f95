import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeRequest, Plan } from '../../api/types';
import { cronWords, weekdayName } from '../../lib/cron';
import { useLocale } from '../../lib/useLocale';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { runTones } from '../../ui/tones';
import { StartRun } from '../runs/StartRun';

/** When each plan runs by itself, how it last went, and the ways to stop it or start it now. */
export function PlanTable({ plans }: { plans: Plan[] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const acts = may('operate') || may('configure');
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="plans">
      <table className="table" aria-labelledby="plans">
        <thead>
          <tr>
            {['plan', 'schedule', 'next', 'last'].map((column) => <th key={column} scope="col">{t(`plans.${column}`)}</th>)}
            {acts && <th scope="col"><span className="hidden-words">{t('plans.actions')}</span></th>}
          </tr>
        </thead>
        <tbody>
          {plans.map((plan) => (
            <tr key={plan.id}>
              <th scope="row">{plan.name}</th>
              <td><Schedules plan={plan} /></td>
              <td><Next plan={plan} /></td>
              <td className="nowrap"><Last plan={plan} /></td>
              {acts && <td><PlanActions plan={plan} /></td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Schedules({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (plan.schedules.length === 0) return <span className="muted">{t('plans.by_hand')}</span>;
  return (
    <>
      {plan.schedules.map(({ cron, mode }) => {
        const words = cronWords(cron);
        const day = words.kind === 'weekly' ? weekdayName(words.day, locale) : words.kind === 'monthly' ? words.day : '';
        return (
          <div key={cron + mode} title={cron}>
            {words.kind === 'other' ? <code>{cron}</code> : t(`plans.${words.kind}`, { ...words, day })}, {t(`run_mode.${mode}_short`)}
          </div>
        );
      })}
      <span className="small muted">{plan.time_zone}</span>
    </>
  );
}

function Next({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  if (plan.paused) return <Tag tone="wait">{t('plans.paused')}</Tag>;
  return plan.next_run ? <Instant at={plan.next_run} /> : <span className="muted">{t('plans.never')}</span>;
}

function Last({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const run = plan.last_run;
  if (!run) return <span className="muted">{t('plans.no_run')}</span>;
  return (
    <span className="line">
      <Tag tone={runTones[run.state]}>{t(`run_state.${run.state}`)}</Tag>
      <Link to="/runs/$id" params={{ id: run.id }}><Instant at={run.finished_at || run.created_at} /></Link>
    </span>
  );
}

function PlanActions({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [dialog, setDialog] = useState<'pause' | 'run'>();
  const pause = useMutation({
    mutationFn: (reason: string) => client.post<ChangeRequest>(`/plans/${plan.id}/pause`, { body: { paused: !plan.paused, reason }, version: plan.version }),
    onSuccess: () => {
      setDialog(undefined);
      announce(t('plans.proposed'));
    },
    onSettled: () => {
      for (const stale of ['plans', 'requests']) void queries.invalidateQueries({ queryKey: [stale] });
    },
  });
  const word = plan.paused ? 'resume' : 'pause';
  return (
    <>
      <span className="line" style={{ justifyContent: 'flex-end' }}>
        {pause.data && <Link to="/requests/$id" params={{ id: pause.data.id }}>{t('plans.proposed')}</Link>}
        {may('configure') && plan.schedules.length > 0 && !pause.data && <Button aria-label={t(`plans.${word}_of`, { plan: plan.name })} onClick={() => setDialog('pause')}>{t(`plans.${word}`)}</Button>}
        {may('operate') && <Button aria-label={t('plans.run_of', { plan: plan.name })} onClick={() => setDialog('run')}>{t('plans.run')}</Button>}
      </span>
      {dialog === 'run' && <StartRun plan={plan.id} onClose={() => setDialog(undefined)} onStarted={() => setDialog(undefined)} />}
      {dialog === 'pause' && (
        <ReasonDialog
          title={t(`plans.${word}_of`, { plan: plan.name })} help={t('plans.pause_help')} submit={t('plans.propose')} busy={pause.isPending} problem={pause.error}
          onClose={() => setDialog(undefined)} onSubmit={(reason) => pause.mutate(reason)}
        />
      )}
    </>
  );
}
