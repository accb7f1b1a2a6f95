import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { Discrepancy } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { displayValue, inDifferingLanguages } from '../../lib/values';
import { standing } from '../../lib/words';
import { useJournal } from '../../session/JournalProvider';
import { Empty, Key, LoadingBar, Skeleton, Tag } from '../../ui/Bits';
import { DiffTable, OneSided, type Compared } from '../../ui/DiffTable';
import { Instant } from '../../ui/Instant';
import { ProblemBox } from '../../ui/Problem';
import { PlainValue } from '../../ui/ValueCell';
import { deliveryTones, discrepancyTones } from '../../ui/tones';
import { useClassWords } from './useClassWords';
import { keyOf } from './verbs';
import type { Run } from './useCommandRunner';
import type { DiscrepancyQuery } from './useDiscrepancy';

// reasons are fetched with the first code that has any
const SuggestionsOf = lazy(() => import('../../ui/SuggestionsOf').then((module) => ({ default: module.SuggestionsOf })));

interface Props {
  query: DiscrepancyQuery;
  id: string | undefined;
  run: Run;
  editable: boolean;
  /** Maps the code to a record that was suggested. */
  onMap: (record: string) => void;
  onBack: () => void;
}

/** Both sides of one discrepancy, what the others say, and what each decision would do. */
export function QueueDetail({ query, id, run, editable, onMap, onBack }: Props) {
  const { t } = useTranslation();
  const shown = query.shown;
  return (
    <div className="detail" tabIndex={0} role="region" aria-label={shown?.label ?? t('queue.title')} aria-busy={query.isFetching}>
      <LoadingBar active={query.isPlaceholderData || query.isPending} label={t('list.loading')} />
      <Button className="back" onClick={onBack}>{t('action.back')}</Button>
      {!id && !shown && <Empty title={t('queue.pick')} />}
      {query.isError && <ProblemBox thrown={query.error} safe={t('problem.kept')} retry={() => void query.refetch()} />}
      {id && !shown && !query.isError && <Skeleton />}
      {shown && !query.isError && <Content discrepancy={shown} run={run} editable={editable} onMap={onMap} />}
    </div>
  );
}

/** Both sides; or the one there is, where the other has no record. */
function Compare({ discrepancy: d, rows }: { discrepancy: Discrepancy; rows: Compared[] }) {
  const { t } = useTranslation();
  const system = useNames().system(d.system);
  const caption = t('queue.compare', { system });
  const golden = t('queue.golden');
  if (!d.record) return <OneSided rows={rows} side="source" caption={caption} heading={system} />;
  if (!d.source_record) return <OneSided rows={rows} side="golden" caption={caption} heading={golden} />;
  return <DiffTable rows={rows} caption={caption} left={golden} right={system} />;
}

function Content({ discrepancy: d, run, editable, onMap }: { discrepancy: Discrepancy; run: Run; editable: boolean; onMap: (record: string) => void }) {
  const { t, i18n } = useTranslation();
  const rows = (d.diff ?? []).map((line) => ({
    ...line, goldenText: displayValue(line.golden, i18n.language), sourceText: displayValue(line.source, i18n.language),
    languages: inDifferingLanguages(line.golden, line.source, i18n.language),
  }));
  return (
    <>
      <Head discrepancy={d} />
      <Remarks discrepancy={d} />
      {!editable && <p className="muted dense">{t('queue.read_only')}</p>}
      {rows.length > 0 && <Compare discrepancy={d} rows={rows} />}
      {d.verbs?.some((offer) => offer.verb === 'map') && <Candidates discrepancy={d} run={run} editable={editable} />}
      {d.class === 'unmapped' && d.verbs?.some((offer) => offer.verb === 'map' && offer.enabled) && (
        <Suspense><SuggestionsOf path={`/discrepancies/${d.id}`} domain={d.domain} onPick={editable ? (one) => onMap(one.record_id) : undefined} /></Suspense>
      )}
      <Others discrepancy={d} />
      <Effects discrepancy={d} />
      <Deliveries discrepancy={d} />
      <History discrepancy={d} />
    </>
  );
}

function Head({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  const names = useNames();
  const words = useClassWords(d.domain);
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="facts">
        {d.code && <code>{d.code}</code>}
        <span>{[d.plant, names.system(d.system)].filter(Boolean).join(', ')}</span>
        <Tag tone={discrepancyTones[d.state]}>{t(`discrepancy_state.${d.state}`)}</Tag>
      </div>
      <h2>{d.label || d.code}</h2>
      <p className="dense muted">
        {words(d)}
        {d.record && <>, {t('queue.record', { code: d.record.code })}</>}
      </p>
    </div>
  );
}

/** What one must know before deciding: an earlier outcome, the tab's own decision, the source's condition. */
function Remarks({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  const names = useNames();
  const entry = useJournal().of(d.id);
  const failed = entry && (entry.state === 'conflict' || entry.state === 'refused');
  return (
    <>
      {failed && (
        <div className="banner" data-tone="wait">
          <p>{t('queue.decided_here', { what: t(entry.state === 'conflict' ? 'queue.changed' : 'queue.refused'), detail: standing(entry.detail) })}</p>
        </div>
      )}
      {d.note && (
        <div className="banner" data-tone="wait">
          <p><b>{t('queue.note')}:</b> {standing(d.note)}</p>
        </div>
      )}
      {d.source_record?.gone && <p className="dense">{t('queue.source_gone')}</p>}
      {d.source_record && !d.source_record.active && <p className="dense">{t('queue.source_inactive', { system: names.system(d.system) })}</p>}
    </>
  );
}

function Candidates({ discrepancy: d, run, editable }: { discrepancy: Discrepancy; run: Run; editable: boolean }) {
  const { t } = useTranslation();
  const candidates = (d.candidates ?? []).slice(0, 9);
  return (
    <section className="section">
      <h3>{t('queue.candidates')}</h3>
      {candidates.length === 0 && <p className="muted dense">{t('queue.candidates_none')}</p>}
      {candidates.map((candidate, index) => (
        <div key={candidate.record_id} className="line">
          <code style={{ minWidth: 100 }}>{candidate.code}</code>
          <span style={{ flex: 1 }}>{candidate.name}</span>
          {editable && (
            <Button aria-keyshortcuts={String(index + 1)} onClick={() => run(`pick_${index + 1}`)}>
              {t('queue.pick_candidate', { code: candidate.code })}
              <Key>{String(index + 1)}</Key>
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}

function Others({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  if (!d.others?.length) return null;
  return (
    <section className="section">
      <h3 id="others">{t('queue.others')}</h3>
      <table className="table" aria-labelledby="others">
        <thead>
          <tr>
            <th scope="col">{t('queue.system')}</th>
            <th scope="col">{t('queue.its_code')}</th>
            <th scope="col">{t('queue.says')}</th>
          </tr>
        </thead>
        <tbody>
          {d.others.map((other) => (
            <tr key={other.system + other.code}>
              <th scope="row">{other.name || other.system}</th>
              <td><code>{other.code}</code></td>
              <td><PlainValue text={other.display} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Effects({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  const names = useNames();
  if (!d.verbs?.length) return null;
  return (
    <section className="section">
      <h3>{t('queue.effects')}</h3>
      <dl className="effects">
        {d.verbs.map((offer) => (
          <div key={offer.verb} style={{ display: 'contents' }}>
            <dt><kbd className="mono muted">{keyOf(offer.verb)}</kbd> {t(`verb.${offer.verb}`, { system: names.system(d.system) })}</dt>
            <dd>
              {offer.enabled ? offer.effect : t('queue.not_possible', { why: offer.why })}
              {offer.suggested && <> <b>{t('queue.suggested', { why: offer.suggested_why })}</b></>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Deliveries({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  const names = useNames();
  if (!d.deliveries?.length) return null;
  return (
    <section className="section">
      <h3>{t('queue.deliveries')}</h3>
      {d.deliveries.map((delivery) => (
        <div key={delivery.id} className="line dense">
          <Tag tone={deliveryTones[delivery.state]}>{t(`delivery_state.${delivery.state}`)}</Tag>
          <Link to="/deliveries/$id" params={{ id: delivery.id }}>{names.system(delivery.system)}</Link>
          <code>{delivery.code}</code>
          {delivery.problem && <span>{delivery.problem}</span>}
        </div>
      ))}
    </section>
  );
}

function History({ discrepancy: d }: { discrepancy: Discrepancy }) {
  const { t } = useTranslation();
  const time = useTime();
  return (
    <section className="section">
      <h3>{t('queue.history')}</h3>
      <div className="facts">
        <span>{t('queue.first_seen', { when: time.at(d.first_seen) })}</span>
        <span>{t('queue.last_seen', { when: time.at(d.last_seen) })}</span>
        {d.accepted_until && <span>{t('queue.accepted_until', { day: time.day(d.accepted_until) })}</span>}
        {d.source_record?.read_at && <span>{t('queue.read_at', { when: '' })} <Instant at={d.source_record.read_at} /></span>}
        {d.change_request_id && <Link to="/requests/$id" params={{ id: d.change_request_id }}>{t('queue.request')}</Link>}
      </div>
    </section>
  );
}
