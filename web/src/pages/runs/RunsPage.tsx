import { Button, NativeSelect } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useList, useNames, usePlans } from '../../api/queries';
import type { Run } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { runsRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { runTones } from '../../ui/tones';
import { useCommands } from '../../ui/useCommands';
import { RunDetail } from './RunDetail';
import { StartRun } from './StartRun';
import { underWay } from './states';

/** What was read and compared, when, and with what result. */
export function RunsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { plan } = runsRoute.useSearch();
  const { id } = useParams({ strict: false });
  const [starting, setStarting] = useState(false);
  const list = useList<Run>(['runs', 'list'], '/runs', { plan }, { refetchInterval: (runs) => (runs.some(underWay) ? 2000 : 15_000) });
  const open = (next: string) => void navigate({ to: '/runs/$id', params: { id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/runs', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  return (
    <>
      <TwoPane
        showing={id ? 'detail' : 'list'}
        list={
          <ListPane
            query={list} head={<Head plan={plan} onStart={() => setStarting(true)} />}
            empty={list.items.length > 0 ? undefined : <Empty title={t('runs.none')} hint={t('runs.none_hint')} />}
          >
            <PickList
              label={t('runs.list')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
              more={list.hasNextPage && (() => void list.fetchNextPage())} render={(run) => <RunRow run={run} />}
            />
          </ListPane>
        }
        detail={
          id ? <RunDetail key={id} id={id} onBack={close} />
            : <DetailPane label={t('runs.title')} onBack={close}><p className="muted">{t('runs.pick')}</p></DetailPane>
        }
      />
      {starting && <StartRun plan={plan} onClose={() => setStarting(false)} onStarted={(run) => { setStarting(false); open(run.id); }} />}
    </>
  );
}

function Head({ plan, onStart }: { plan: string | undefined; onStart: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const plans = usePlans().data?.items ?? [];
  return (
    <div className="page-head">
      <h1>{t('runs.title')}</h1>
      <NativeSelect
        className="push" aria-label={t('runs.plan')} value={plan ?? ''}
        data={[{ value: '', label: t('runs.all_plans') }, ...plans.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => void navigate({ to: '/runs', search: { plan: event.currentTarget.value || undefined } })}
      />
      {may('operate') && <Button variant="filled" onClick={onStart}>{t('runs.start')}</Button>}
    </div>
  );
}

function RunRow({ run }: { run: Run }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useNames();
  const time = useTime();
  const number = new Intl.NumberFormat(locale);
  return (
    <>
      <ToneIcon tone={runTones[run.state]} />
      <span className="main">
        <span className="title">{names.system(run.system)}, {t(`run_mode.${run.mode}_short`)}</span>
        <span className="what"><b>{t(`run_state.${run.state}`)}</b>{run.message && <> · {standing(run.message)}</>}</span>
      </span>
      <span className="side">
        {t('runs.summary', { read: number.format(run.counts.read), raised: number.format(run.counts.raised) })}
        <br />
        {time.age(run.created_at)}
      </span>
    </>
  );
}
