import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeRequest, DecisionResult, Discrepancy, DecisionItem, QueueRow, Verb } from '../../api/types';
import { newId } from '../../lib/ids';
import type { Journal, JournalEntry } from '../../lib/journal';
import { decidable, nextUndecided } from '../../lib/queue';
import type { RowWindows } from '../../lib/windows';
import { useJournal } from '../../session/JournalProvider';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { useFailure } from '../../ui/Toaster';

export type Dialog = 'map' | 'create' | 'accept' | 'end';
export type Details = Pick<DecisionItem, 'reason' | 'record_id' | 'values' | 'until'>;

export interface Decisions {
  journal: Journal;
  /** The dialogue that a verb opened because it needs more than a key. */
  dialog: Dialog | undefined;
  openDialog: (dialog: Dialog | undefined) => void;
  decide: (verb: Verb, details?: Details) => void;
  /** Shows a row as it is now that a dialogue has changed it, and maybe others with it, and says so. */
  changed: (id: string, sentence: string) => Promise<void>;
  undo: () => Promise<void>;
  /** A sentence about the last key that could not do what it says. */
  remark: string;
  setRemark: (sentence: string) => void;
}

interface Parts {
  rows: RowWindows<QueueRow>;
  total: number;
  index: number;
  select: (index: number) => void;
  discrepancy: Discrepancy | undefined;
}

/** Deciding and undoing. A decision counts at once on the page; the next one opens while it is being sent. */
export function useDecisions({ rows, total, index, select, discrepancy }: Parts): Decisions {
  const journal = useJournal();
  const [dialog, openDialog] = useState<Dialog>();
  const [remark, setRemark] = useState('');
  useEffect(() => setRemark(''), [discrepancy?.id]);
  const goOn = useNext(rows, total, index, select, journal);
  useOutcomes(journal, { index, total });

  const decide = (verb: Verb, details: Details = {}) => {
    if (!discrepancy) return;
    openDialog(undefined);
    const item = { client_id: newId(), id: discrepancy.id, version: discrepancy.version, verb, ...details };
    void journal.decide(item, discrepancy.label, Date.now());
    goOn(discrepancy.id);
  };
  const undo = useUndo({ journal, rows, select, setRemark });
  const changed = useChanged({ rows, setRemark, done: () => openDialog(undefined) });
  return { journal, dialog, openDialog, decide, changed, undo, remark, setRemark };
}

/** Opens the next row that nobody has decided, after the one just decided. */
function useNext(rows: RowWindows<QueueRow>, total: number, index: number, select: (index: number) => void, journal: Journal) {
  return (decided: string) => {
    const open = (at: number) => {
      const row = rows.at(at);
      return row && (row.id !== decided && decidable(row) && !journal.of(row.id));
    };
    const next = nextUndecided(Math.max(index, 0), total, open);
    if (next >= 0) select(next);
  };
}

/** Says aloud what became of each decision. */
function useOutcomes(journal: Journal, { index, total }: { index: number; total: number }) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  useEffect(
    () =>
      journal.onSettled((result, entry) => {
        const what = outcomeWords(t, result);
        announce(t('queue.said', { what, label: entry.label, position: index + 1, total }));
      }),
    [journal, announce, t, index, total],
  );
}

/** What a dialogue has changed shows at once; the rows that went with it show it when the list is loaded again. */
function useChanged({ rows, setRemark, done }: { rows: RowWindows<QueueRow>; setRemark: (sentence: string) => void; done: () => void }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  return async (id: string, sentence: string) => {
    done();
    setRemark(sentence);
    announce(sentence);
    rows.replace(await client.get<Discrepancy>(`/discrepancies/${id}`));
    await queries.invalidateQueries({ queryKey: ['discrepancy'] });
  };
}

type Words = (key: string, parts?: Record<string, unknown>) => string;

function outcomeWords(t: Words, { status, request_state: request, discrepancy }: DecisionResult): string {
  if (request === 'scheduled') return t('queue.scheduled');
  const state = discrepancy?.state;
  if (status === 'conflict') return t('queue.changed');
  if (status === 'refused') return t('queue.refused');
  return t(`discrepancy_state.${state ?? 'change_requested'}`);
}

/** Takes the last decision back, while that can be done, and goes back to its row. */
function useUndo({ journal, rows, select, setRemark }: {
  journal: Journal;
  rows: RowWindows<QueueRow>;
  select: (index: number) => void;
  setRemark: (sentence: string) => void;
}) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const fail = useFailure();
  const takeBack = useTakingBack();
  return async () => {
    const entry = journal.undoable;
    if (!entry) return setRemark(t('queue.undo_none'));
    try {
      const late = await takeBack(entry);
      if (late) return setRemark(late);
      journal.forget(entry.item.client_id);
      const restored = await client.get<Discrepancy>(`/discrepancies/${entry.item.id}`);
      queries.setQueryData(['discrepancy', restored.id], restored);
      rows.replace(restored);
      const back = rows.indexOf(restored.id);
      if (back >= 0) select(back);
      announce(t('queue.undone_said', { label: entry.label }));
      void queries.invalidateQueries({ queryKey: ['requests'] });
    } catch (thrown) {
      fail(thrown);
    }
  };
}

/** Withdraws the change request of a decision, or ends its acceptance; a sentence says why it is too late for that. */
function useTakingBack(): (entry: JournalEntry) => Promise<string | undefined> {
  const { t } = useTranslation();
  const { client } = useSession();
  const body = { reason: t('queue.undo_reason') };
  return async ({ item, changeRequest }) => {
    if (item.verb === 'accept') {
      const found = await client.get<Discrepancy>(`/discrepancies/${item.id}`);
      if (found.state !== 'accepted') return t('queue.undo_late', { state: t(`discrepancy_state.${found.state}`) });
      await client.post<Discrepancy>(`/discrepancies/${item.id}/acceptance/end`, { body, version: found.version });
      return undefined;
    }
    const path = `/change-requests/${changeRequest}`;
    const request = await client.get<ChangeRequest>(path);
    if (!request.may.withdraw) return t('queue.undo_late', { state: t(`request_state.${request.state}`) });
    await client.put<ChangeRequest>(`${path}/withdrawal`, { body, version: request.version });
    return undefined;
  };
}
