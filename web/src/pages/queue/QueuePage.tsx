import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueFilter } from '../../api/types';
import { queueKeys } from '../../lib/keys';
import { queueRoute } from '../../router';
import { useSession } from '../../session/Session';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { ActionBar } from './ActionBar';
import { QueueDetail } from './QueueDetail';
import { QueueHead } from './QueueHead';
import { QueueList } from './QueueList';
import { keyWords, statesOf } from './filters';
import { useCommandRunner } from './useCommandRunner';
import { useDecisions } from './useDecisions';
import { useDiscrepancy, usePrefetch } from './useDiscrepancy';
import { useOpen, useRows, useSnapshot } from './useSnapshot';

// What a key opens is fetched right after the page; what is rarely opened, only then.
const fetchDialogs = () => import('./DecisionDialogs').then((module) => ({ default: module.DecisionDialogs }));
const DecisionDialogs = lazy(fetchDialogs);
const KeySheet = lazy(() => import('../../ui/KeySheet').then((module) => ({ default: module.KeySheet })));
const BatchDialog = lazy(() => import('./BatchDialog').then((module) => ({ default: module.BatchDialog })));
const AcceptancesDialog = lazy(() => import('./AcceptancesDialog').then((module) => ({ default: module.AcceptancesDialog })));

/** The steward's page: what differs on the left, both sides and the decision on the right. */
export function QueuePage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const search = queueRoute.useSearch();
  const wide = useMemo<QueueFilter>(() => filterOf(search.show, search.text), [search.show, search.text]);
  const filter = useMemo<QueueFilter>(() => (search.pattern ? { ...wide, pattern: search.pattern } : wide), [wide, search.pattern]);
  const groups = useSnapshot(wide);
  const snapshot = useSnapshot(filter);
  const total = snapshot.data?.total ?? 0;
  const waiting = useOpen(snapshot);
  const rows = useRows(snapshot.data?.snapshot_id);

  const [index, setIndex] = useState(search.item ? -1 : 0);
  const [linked, setLinked] = useState(search.item);
  const [showing, setShowing] = useState<'list' | 'detail'>(search.item ? 'detail' : 'list');
  const [help, setHelp] = useState(false);
  const [accepted, setAccepted] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLElement>(null);
  const filterInput = useRef<HTMLInputElement>(null);

  const select = useCallback((next: number) => {
    setLinked(undefined);
    setIndex(next);
  }, []);
  const id = linked ?? rows.at(index)?.id;
  const discrepancy = useDiscrepancy(id);
  usePrefetch(rows, index, total);
  useFirstRow(snapshot.data?.snapshot_id, select, linked !== undefined);

  const decisions = useDecisions({ rows, total, index, select, discrepancy: discrepancy.data });
  const open = (where: 'list' | 'detail') => {
    setShowing(where);
    // the pane may be hidden until it is drawn
    requestAnimationFrame(() => (where === 'detail' ? detail : list).current?.focus());
  };
  const retake = () => queries.invalidateQueries({ queryKey: ['queue'] });
  const reload = () => void retake();
  const batch = useBatch(search, { editable: may('propose'), coming: snapshot.isPlaceholderData, retake, say: decisions.setRemark });
  const pattern = usePattern(search.pattern, discrepancy.data?.pattern);
  const run = useCommandRunner({
    index, total, select, open, reload, decisions, discrepancy: discrepancy.data, editable: may('propose'),
    pattern, batch: batch.open, filter: () => filterInput.current?.focus(), help: () => setHelp(true),
  });
  const onKeyDown = useCommands(queueKeys, run);

  return (
    <>
      <TwoPane
        showing={showing}
        list={
          <>
            <QueueHead snapshot={snapshot} open={waiting} groups={groups} filterInput={filterInput} onReload={reload} onBatch={batch.possible ? batch.open : undefined} onAccepted={() => setAccepted(true)} onHelp={() => setHelp(true)} onLeave={() => list.current?.focus()} />
            <QueueList ref={list} snapshot={snapshot} rows={rows} selected={linked ? rows.indexOf(linked) : index} onSelect={select} onOpen={() => open('detail')} onKeyDown={onKeyDown} onReload={reload} />
          </>
        }
        detail={
          <section ref={detail} className="pane" tabIndex={-1} aria-label={t('queue.title')} style={{ flex: 1 }} onKeyDown={onKeyDown}>
            <QueueDetail query={discrepancy} id={id} run={run} editable={may('propose')} onMap={(record) => decisions.decide('map', { record_id: record })} onBack={() => open('list')} />
            {discrepancy.data && may('propose') && <ActionBar discrepancy={discrepancy.data} run={run} decisions={decisions} />}
          </section>
        }
      />
      <Suspense>
        {discrepancy.data && <DecisionDialogs discrepancy={discrepancy.data} decisions={decisions} onClosed={() => open(showing)} />}
        {batch.opened && snapshot.data && discrepancy.data && (
          <BatchDialog
            snapshot={snapshot.data} count={waiting} pattern={search.pattern ?? ''} rows={rows} example={discrepancy.data} onClosed={() => open('list')}
            onClose={(decided) => {
              batch.close();
              if (decided) reload();
            }}
          />
        )}
        {accepted && (
          <AcceptancesDialog
            onClose={(ended) => {
              setAccepted(false);
              if (ended) reload();
            }}
          />
        )}
        {help && <KeySheet keys={keyWords(t)} onClose={() => setHelp(false)} />}
      </Suspense>
    </>
  );
}

function filterOf(show: string | undefined, text: string | undefined): QueueFilter {
  const filter: QueueFilter = {};
  const states = statesOf(show);
  if (states) filter.states = states;
  if (text) filter.text = text;
  return filter;
}

interface BatchParts {
  editable: boolean;
  /** Another list is on its way. */
  coming: boolean;
  /** Takes the list anew: what was decided or changed since it was taken is no part of a batch. */
  retake: () => Promise<void>;
  say: (sentence: string) => void;
}

/** The decision on a whole pattern: possible while the list shows one pattern of what is to be decided, and that list has come. */
function useBatch({ pattern, show }: { pattern?: string | undefined; show?: string | undefined }, { editable, coming, retake, say }: BatchParts) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const possible = editable && pattern !== undefined && show === undefined && !coming;
  const open = () => {
    if (possible) void retake().then(() => setOpened(true));
    else if (!coming) say(t(editable ? 'batch.pick_pattern' : 'queue.read_only'));
  };
  return { opened, possible, open, close: () => setOpened(false) };
}

/** One key narrows the list to the pattern of the open one; the same key widens it again. */
function usePattern(current: string | undefined, ofOpen: string | undefined): () => void {
  const navigate = useNavigate();
  return () => {
    const next = current ? undefined : ofOpen;
    if (next !== current) void navigate({ to: '/queue', search: (old) => ({ text: old.text, show: old.show, pattern: next }) });
  };
}

/** A new list starts at its first row. */
function useFirstRow(snapshotId: string | undefined, select: (index: number) => void, linked: boolean) {
  const last = useRef(snapshotId);
  useEffect(() => {
    if (snapshotId === last.current) return;
    const first = last.current === undefined;
    last.current = snapshotId;
    if (!(first && linked)) select(0);
  }, [snapshotId, select, linked]);
}
