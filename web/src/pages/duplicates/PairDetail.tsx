import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ExplainedPair, GoldenRecordDetail, MatchCandidate } from '../../api/types';
import { standing } from '../../lib/words';
import { percentOf } from '../../lib/verdicts';
import { contradictions } from '../../lib/waterfall';
import { useSession } from '../../session/Session';
import { Empty, Skeleton } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { ProblemBox } from '../../ui/Problem';
import { WaterfallTable } from '../../ui/WaterfallTable';
import { columnOf } from './columns';
import { Confidence } from './Confidence';
import { Members } from './Members';
import { domain, useCluster, useExplained } from './useMatches';
import type { Verdicts } from './useVerdicts';
import type { Waterfall } from '../../api/types';

/** Two records side by side with the others of their group: what they say, who uses them, why they may be one. */
export function PairDetail({ pair, waterfall, verdicts, onBack }: { pair: MatchCandidate | undefined; waterfall: boolean; verdicts: Verdicts; onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="detail" tabIndex={0} role="region" aria-label={t('duplicates.pair')}>
      <button type="button" className="chip back" onClick={onBack}>{t('action.back')}</button>
      {pair ? <Content key={pair.id} pair={pair} waterfall={waterfall} verdicts={verdicts} /> : <Empty title={t('duplicates.pick')} />}
    </div>
  );
}

function Content({ pair, waterfall, verdicts }: { pair: MatchCandidate; waterfall: boolean; verdicts: Verdicts }) {
  const { t } = useTranslation();
  const cluster = useCluster(pair.cluster_id || undefined);
  const own = [pair.left.record_id ?? '', pair.right.record_id ?? ''];
  const others = (cluster.data?.members ?? []).map((one) => one.record_id).filter((id) => !own.includes(id));
  const members = useMembers([...own, ...others]);
  const explained = useExplained(pair.left.side, pair.right.side);
  return (
    <>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts">
          <Confidence of={pair} />
          <span>{t('duplicates.rule', { rule: pair.rule })}</span>
          {others.length > 0 && <span>{t('duplicates.group', { count: others.length + 2 })}</span>}
          {pair.sampled && <span>{t('duplicates.sampled')}</span>}
        </div>
        <h2>{pair.left.label === pair.right.label ? pair.left.label : t('duplicates.same_thing', { left: pair.left.label, right: pair.right.label })}</h2>
      </div>
      <Said pair={pair} verdicts={verdicts} />
      <Contradictions explanation={pair.explanation} />
      {members.error ? <ProblemBox thrown={members.error} retry={members.retry} /> : members.columns ? <Members columns={members.columns} caption={t('duplicates.members')} /> : <Skeleton rows={8} />}
      {waterfall && (
        <section className="section">
          <h3>{t('waterfall.title')}</h3>
          <p className="muted dense">{t('waterfall.help', { left: pair.left.code, right: pair.right.code })}</p>
          <WaterfallTable explanation={pair.explanation} />
        </section>
      )}
      {explained.data && <SecondBest pair={explained.data} />}
    </>
  );
}

/** Evidence that excludes itself, in words. */
export function Contradictions({ explanation }: { explanation: Waterfall }) {
  const { t } = useTranslation();
  const found = contradictions(explanation);
  if (found.length === 0) return null;
  return (
    <div className="banner" data-tone="bad">
      <div>
        {found.map((one) => <p key={one.comparison}>{t('duplicates.excludes', { what: one.label, left: one.left || '–', right: one.right || '–' })}</p>)}
      </div>
    </div>
  );
}

/** A word that stands already, or one of this tab that was not taken. */
function Said({ pair, verdicts }: { pair: MatchCandidate; verdicts: Verdicts }) {
  const { t } = useTranslation();
  const names = useNames();
  const entry = verdicts.journal.of(pair.id);
  if (entry && (entry.state === 'conflict' || entry.state === 'refused')) {
    return <div className="banner" data-tone="wait" role="alert"><p>{t(`verdict.${entry.state}`)}: {standing(entry.detail)}</p></div>;
  }
  if (!pair.verdict) return null;
  return <div className="banner"><p>{t(`verdict.${pair.verdict.word}`)}: {names.person(pair.verdict.by)}, <Instant at={pair.verdict.at} /></p></div>;
}

/** What else either side may be: a match with a close second wants a second look. */
export function SecondBest({ pair }: { pair: ExplainedPair }) {
  const { t } = useTranslation();
  const sides = [{ of: pair.left, rivals: pair.second_best.left ?? [] }, { of: pair.right, rivals: pair.second_best.right ?? [] }].filter((side) => side.rivals.length > 0);
  if (sides.length === 0) return null;
  return (
    <section className="section">
      <h3>{t('duplicates.second_best')}</h3>
      <dl className="effects">
        {sides.map(({ of, rivals }) => (
          <div key={of.side} style={{ display: 'contents' }}>
            <dt>{of.label}</dt>
            <dd>{rivals.map((rival) => <div key={rival.side}>{rival.label} {percentOf(rival.probability)}</div>)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The records as columns, once all of them are here. */
function useMembers(ids: string[]) {
  const { client } = useSession();
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['records', domain, 'one', id], staleTime: 30_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => client.get<GoldenRecordDetail>(`/records/${domain}/${id}`, { signal }),
    })),
  });
  const records = found.map((one) => one.data).filter((one) => one !== undefined);
  return {
    columns: records.length === ids.length ? records.map(columnOf) : undefined,
    error: found.find((one) => one.isError)?.error,
    retry: () => found.forEach((one) => void (one.isError && one.refetch())),
  };
}
