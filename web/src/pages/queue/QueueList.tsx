import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import { asProblem } from '../../api/problem';
import type { QueueRow } from '../../api/types';
import type { JournalEntry } from '../../lib/journal';
import { decidable } from '../../lib/queue';
import { useTime } from '../../lib/useTime';
import type { RowWindows } from '../../lib/windows';
import { queueRoute } from '../../router';
import { useJournal } from '../../session/JournalProvider';
import { Empty, Skeleton, ToneIcon } from '../../ui/Bits';
import { ProblemBox } from '../../ui/Problem';
import { classTones, discrepancyTones, type Tone } from '../../ui/tones';
import { useClassWords } from './useClassWords';
import type { useSnapshot } from './useSnapshot';

interface QueueListProps {
  ref: Ref<HTMLDivElement>;
  snapshot: ReturnType<typeof useSnapshot>;
  rows: RowWindows<QueueRow>;
  selected: number;
  onSelect: (index: number) => void;
  onOpen: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onReload: () => void;
}

/** The list, of which only the rows in view are in the page. */
export function QueueList(props: QueueListProps) {
  const { t } = useTranslation();
  const { snapshot, rows } = props;
  if (snapshot.isError) return <div className="detail"><ProblemBox thrown={snapshot.error} safe={t('problem.kept')} retry={() => void snapshot.refetch()} /></div>;
  if (!snapshot.data) return <div className="detail"><Skeleton rows={12} /></div>;
  if (rows.failure) {
    const gone = asProblem(rows.failure).status === 404;
    return gone ? <Empty title={t('queue.expired')}><Button onClick={props.onReload}>{t('queue.reload')}</Button></Empty>
      : <div className="detail"><ProblemBox thrown={rows.failure} retry={() => rows.retry()} /></div>;
  }
  if (snapshot.data.total === 0) return <Nothing />;
  return <Rows {...props} total={snapshot.data.total} />;
}

function Rows({ ref, rows, total, selected, onSelect, onOpen, onKeyDown }: QueueListProps & { total: number }) {
  const { t } = useTranslation();
  const journal = useJournal();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = document.documentElement.dataset.density === 'compact' ? 36 : 44;
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => rows.ensure(first, last), [rows, first, last]);
  useEffect(() => {
    if (selected < 0) return;
    rows.ensure(selected, selected);
    virtual.scrollToIndex(selected, { align: 'auto' });
    // eslint-disable-line: the virtualizer is one object for the life of the list
  }, [rows, selected, virtual]);
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  return (
    <div className="rows" ref={scroller}>
      <div
        ref={ref} className="inner" role="listbox" tabIndex={0} aria-label={t('queue.list')} onKeyDown={onKeyDown} style={{ height: virtual.getTotalSize() }}
        aria-activedescendant={selected >= first && selected <= last ? `row-${selected}` : undefined}
      >
        {items.map((item) => {
          const row = rows.at(item.index);
          return (
            <div
              key={item.key} id={`row-${item.index}`} role="option" className="row" aria-selected={item.index === selected}
              aria-posinset={item.index + 1} aria-setsize={total} style={{ position: 'absolute', insetInline: 0, top: item.start }}
              onClick={() => onSelect(item.index)} onDoubleClick={onOpen}
            >
              {row ? <Row row={row} entry={journal.of(row.id)} /> : <PendingRow />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const Row = memo(function Row({ row, entry }: { row: QueueRow; entry: JournalEntry | undefined }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  const classWords = useClassWords(row.domain);
  const outcome = outcomeOf(row, entry);
  const fresh = decidable(row) && row.state !== 'open' && row.state !== 'in_review';
  return (
    <>
      <ToneIcon tone={outcome?.tone ?? classTones[row.class]} />
      <span className="code">{row.code || '–'}</span>
      <span className="main">
        <span className="title">{row.label || row.code}</span>
        <span className="what">
          {outcome ? <b>{t(outcome.key)}</b> : fresh ? <b>{t(`discrepancy_state.${row.state}`)}</b> : null}
          {(outcome ?? fresh) && ' · '}
          {classWords(row)}
        </span>
      </span>
      <span className="side">
        {names.system(row.system)}
        <br />
        {time.age(row.first_seen)}
      </span>
    </>
  );
});

/** What was decided, in a word of the catalogue; undefined while the row is to be decided. */
function outcomeOf(row: QueueRow, entry: JournalEntry | undefined): { key: string; tone: Tone } | undefined {
  if (entry?.state === 'sending') return { key: 'queue.sending', tone: 'active' };
  if (entry?.state === 'kept') return { key: 'queue.kept', tone: 'wait' };
  if (entry?.state === 'conflict') return { key: 'queue.changed', tone: 'wait' };
  if (entry?.state === 'refused') return { key: 'queue.refused', tone: 'bad' };
  if (decidable(row)) return undefined;
  if (entry?.requestState === 'scheduled' && row.state === 'change_requested') return { key: 'queue.scheduled', tone: 'wait' };
  return { key: `discrepancy_state.${row.state}`, tone: discrepancyTones[row.state] };
}

function PendingRow() {
  return (
    <>
      <span className="skeleton" style={{ width: 14 }} />
      <span className="skeleton" style={{ width: 64 }} />
      <span className="skeleton" style={{ width: '60%' }} />
      <span className="skeleton" style={{ width: 48 }} />
    </>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const search = queueRoute.useSearch();
  const navigate = useNavigate();
  if (search.text || search.pattern || search.show) {
    return (
      <Empty title={t('queue.no_match')} hint={[search.text, search.show && t(`queue.states_${search.show}`)].filter(Boolean).join(', ')}>
        <Button onClick={() => void navigate({ to: '/queue', search: {} })}>{t('action.clear')}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={t('queue.nothing')} hint={t('queue.nothing_hint')}>
      <Button onClick={() => void navigate({ to: '/runs' })}>{t('queue.to_runs')}</Button>
    </Empty>
  );
}
