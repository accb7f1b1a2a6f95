import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useNames } from '../../api/queries';
import type { QuarantinedRow, Run, RunCount, RunPhase, RunSkip } from '../../api/types';
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
import { cancellable, underWay } from './states';

const counts: RunCount[] = ['read', 'changed', 'gone', 'quarantined', 'compared', 'raised', 'seen', 'closed', 'verified', 'bounced', 'registered'];
const skips: RunSkip[] = ['rejected', 'nameless', 'duplicate', 'unchanged', 'unmapped', 'dormant', 'related', 'retired', 'not_expected', 'onboarding'];
const phases: RunPhase[] = ['waiting', 'reading', 'held', 'comparing'];
const rowsAtOnce = 100;

/** One run: its figures, its message, the rows it could not take. */
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
            <Figures run={found} />
            <Told title={t('runs.skips')} lines={skips.filter((skip) => found.skips[skip] > 0).map((skip) => [t(`skip.${skip}`), found.skips[skip]])} />
            <Told
              title={t('runs.phases')}
              lines={phases.filter((phase) => found.phases[phase] > 0).map((phase) => [t(`phase.${phase}`), t('runs.seconds', { seconds: found.phases[phase] / 1000 })])}
            />
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
          {run.watermark && <span>{t('runs.watermark')} <code>{run.watermark}</code></span>}
        </div>
      </div>
      {run.message && <div className="banner" data-tone={run.state === 'failed' ? 'bad' : 'wait'}><p>{standing(run.message)}</p></div>}
      {run.proof && <p className="dense muted">{t('runs.proof')} {standing(run.proof)}</p>}
      {run.state === 'held' && <p className="dense muted">{t('runs.release_hint')}</p>}
    </>
  );
}

function Figures({ run }: { run: Run }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  return (
    <section className="section">
      <h3>{t('runs.counts')}</h3>
      <dl className="figures">
        {counts.map((count) => (
          <div key={count}>
            <dt>{t(`count.${count}`)}</dt>
            <dd>{number.format(run.counts[count] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      {run.counts.raised > 0 && <Link to="/queue" className="dense">{t('runs.to_queue')}</Link>}
    </section>
  );
}

/** Figures of which only those that say something are shown. */
function Told({ title, lines }: { title: string; lines: [string, number | string][] }) {
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  if (lines.length === 0) return null;
  return (
    <section className="section">
      <h3>{title}</h3>
      <dl className="figures">
        {lines.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{typeof value === 'number' ? number.format(value) : value}</dd>
          </div>
        ))}
      </dl>
    </section>
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
            <th scope="col">{t('runs.content')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <td className="nowrap"><code>{row.position}</code></td>
              <td className="nowrap"><code>{row.code}</code></td>
              <td>{standing(row.reason)}</td>
              <td><code>{row.content}</code></td>
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
  const act = useMutation({
    mutationFn: (what: 'release' | 'cancellation') => client.post<Run>(`/runs/${run.id}/${what}`),
    onSuccess: (_, what) => announce(t(what === 'release' ? 'runs.released' : 'runs.cancelled')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
  if (!may('operate') || !cancellable(run)) return null;
  return (
    <div className="actions">
      <div className="buttons">
        {run.state === 'held' && <Button variant="filled" loading={act.isPending} onClick={() => act.mutate('release')}>{t('runs.release')}</Button>}
        <Button loading={act.isPending} onClick={() => act.mutate('cancellation')}>{t('runs.cancel')}</Button>
      </div>
      {act.isError && <ProblemBox thrown={act.error} safe={t('problem.kept')} />}
    </div>
  );
}
