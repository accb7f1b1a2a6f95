import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewVerdict, VerdictWord } from '../../api/types';
import { newId } from '../../lib/ids';
import { nextUndecided } from '../../lib/queue';
import { useVerdictJournal, type VerdictJournal } from '../../session/JournalProvider';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { useFailure } from '../../ui/Toaster';

/** A verdict as the page makes it; the ID for the client is given here. */
export type Said = Omit<NewVerdict, 'client_id'>;

export interface Verdicts {
  journal: VerdictJournal;
  /** Says a word of a row, and opens the next one. */
  give: (row: { id: string; label: string }, word: VerdictWord, verdicts: Said[]) => void;
  undo: () => Promise<void>;
  /** A sentence about the last key that could not do what it says. */
  remark: string;
  setRemark: (sentence: string) => void;
}

interface Parts {
  ids: string[];
  selected: number;
  select: (index: number) => void;
  /** Whether a row is to be decided, apart from what was said in this tab. */
  open: (index: number) => boolean;
}

/** Giving verdicts and taking them back. A verdict counts at once on the page; the next row opens while it is being sent. */
export function useVerdicts({ ids, selected, select, open }: Parts): Verdicts {
  const { t } = useTranslation();
  const journal = useVerdictJournal();
  const announce = useAnnounce();
  const [remark, setRemark] = useState('');
  const current = ids[selected];
  useEffect(() => setRemark(''), [current]);
  useEffect(
    () =>
      journal.onSettled((result, entry) => {
        const what = result.status === 'decided' ? t(`verdict.${entry.item.word}`) : t(`verdict.${result.status}`);
        announce(t('duplicates.said', { what, label: entry.label }));
      }),
    [journal, announce, t],
  );
  const give = (row: { id: string; label: string }, word: VerdictWord, verdicts: Said[]) => {
    const item = { client_id: newId(), id: row.id, word, verdicts: verdicts.map((one) => ({ ...one, client_id: newId() })) };
    void journal.decide(item, row.label, Date.now());
    const next = nextUndecided(Math.max(selected, 0), ids.length, (at) => ids[at] !== row.id && open(at) && !journal.of(ids[at] ?? ''));
    if (next >= 0) select(next);
  };
  const undo = useUndo(journal, {
    setRemark,
    // a verdict of another list is taken back from here as well
    back: (id) => ids.includes(id) && select(ids.indexOf(id)),
  });
  return { journal, give, undo, remark, setRemark };
}

/** Takes the last verdict of this tab back, with what came of it, and goes back to its row. */
function useUndo(journal: VerdictJournal, { setRemark, back }: { setRemark: (sentence: string) => void; back: (id: string) => unknown }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const fail = useFailure();
  return useCallback(async () => {
    const entry = journal.entries().findLast((one) => one.state === 'sending' || (one.result?.verdicts.length ?? 0) > 0);
    if (!entry) return setRemark(t('duplicates.undo_none'));
    if (entry.state === 'sending') return setRemark(t('duplicates.undo_sending'));
    try {
      for (const id of entry.result?.verdicts ?? []) await client.post(`/verdicts/${id}/undo`, { body: { reason: t('queue.undo_reason') } });
    } catch (thrown) {
      return fail(thrown);
    } finally {
      for (const key of ['verdicts', 'requests']) void queries.invalidateQueries({ queryKey: [key] });
    }
    journal.forget(entry.item.client_id);
    announce(t('queue.undone_said', { label: entry.label }));
    back(entry.item.id);
  }, [journal, setRemark, back, t, client, queries, announce, fail]);
}
