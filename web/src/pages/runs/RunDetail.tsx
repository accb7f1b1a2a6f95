import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { QuarantinedRow, Run } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { runTones } from '../../ui/tones';
import { ReleaseDialog } from './ReleaseDialog';
import { Timeline } from './Timeline';
import { cancellable, underWay } from './states';

const rowsAtOnce = 100;

/** One run: its message, its steps, the rows it could not take. */
export function RunDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const names = useNames();
  const query = useQuery({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => client.get<Run>(`/runs/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && underWay(state.data) ? 2000 : false),
  });
  const run = query.data;
  return (
    <DetailPane label={run ? names.system(run.system) : t('runs.title')} onBack={onBack} foot={run && <RunActions run={run} />}>
      <Loaded query={query}>
        {(found) => (
          <>
            <RunHead run={found} />
            <Timeline run={found} />
            {found.counts.quarantined > 0 && <Quarantine run={found} />}
          </>
        )}
      </Loaded>
    </DetailPane>
  );
}

function RunHead({ run }: { run: Run }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts">
          <Tag tone={runTones[run.state]}>{t(`run_state.${run.state}`)}</Tag>
          <span>{t(`run_mode.${run.mode}`)}</span>
        </div>
        <h2>{names.system(run.system)}</h2>
        <div className="facts">
          <span>{t('runs.started', { who: names.person(run.started_by), when: time.at(run.created_at) })}</span>
          {run.read_at && <span>{t('runs.read_began')} <Instant at={run.read_at} /></span>}
          {run.finished_at ? <span>{t('runs.finished')} <Instant at={run.finished_at} /></span> : <span>{t('runs.under_way')}</span>}
          {run.due_at && <span>{t('runs.due')} <Instant at={run.due_at} /></span>}
          {run.attempt > 1 && <span>{t('runs.attempt', { attempt: run.attempt })}</span>}
          {run.watermark && <span>{t('runs.watermark')} <code className="cut" title={run.watermark}>{run.watermark}</code></span>}
        </div>
      </div>
      {run.message && <div className="banner" data-tone={run.state === 'failed' ? 'bad' : 'wait'}><p>{standing(run.message)}</p></div>}
    </>
  );
}

interface RowWindow {
  offset: number;
  rows: QuarantinedRow[];
}

function Quarantine({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['runs', 'quarantine', run.id],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => client.get<RowWindow>(`/runs/${run.id}/quarantine`, { query: { offset: pageParam, limit: rowsAtOnce }, signal }),
    getNextPageParam: (last) => (last.rows.length === rowsAtOnce ? last.offset + rowsAtOnce : undefined),
  });
  return (
    <section className="section">
      <h3 id="quarantine">{t('runs.quarantine')}</h3>
      <p className="dense muted">{t('runs.quarantine_hint')}</p>
      <Loaded query={query}>{(windows) => <QuarantineTable rows={windows.pages.flatMap((page) => page.rows)} />}</Loaded>
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
    </section>
  );
}

function QuarantineTable({ rows }: { rows: QuarantinedRow[] }) {
  const { t } = useTranslation();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="quarantine">
      <table className="table" aria-labelledby="quarantine">
        <thead>
          <tr>
            <th scope="col">{t('runs.position')}</th>
            <th scope="col">{t('runs.code')}</th>
            <th scope="col">{t('runs.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <td className="nowrap"><code>{row.position}</code></td>
              <td className="nowrap"><code>{row.code}</code></td>
              <td>
                {standing(row.reason)}
                {row.content && <div className="small muted"><span className="hidden-words">{t('runs.content')}: </span><code>{row.content}</code></div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunActions({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [releasing, setReleasing] = useState(false);
  const act = useMutation({
    mutationFn: (what: 'release' | 'cancellation') => client.post<Run>(`/runs/${run.id}/${what}`),
    onSuccess: (_, what) => {
      setReleasing(false);
      announce(t(what === 'release' ? 'runs.released' : 'runs.cancelled'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
  if (!may('operate') || !cancellable(run)) return null;
  return (
    <div className="actions">
      <div className="buttons">
        {run.state === 'held' && <Button variant="filled" onClick={() => setReleasing(true)}>{t('runs.release_open')}</Button>}
        <Button loading={act.isPending && !releasing} onClick={() => act.mutate('cancellation')}>{t('runs.cancel')}</Button>
      </div>
      {act.isError && !releasing && <ProblemBox thrown={act.error} safe={t('problem.kept')} />}
      {releasing && (
        <ReleaseDialog
          run={run} busy={act.isPending} problem={act.error} onRelease={() => act.mutate('release')}
          onClose={() => {
            setReleasing(false);
            act.reset();
          }}
        />
      )}
    </div>
  );
}
