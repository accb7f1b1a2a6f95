import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Discrepancy, DecisionResult, VerdictResult } from '../api/types';
import { Journal, type Sendable, type Settled } from '../lib/journal';
import { outcomeOf, type VerdictItem, type VerdictOutcome } from '../lib/verdicts';
import { useSession } from './Session';

export type VerdictJournal = Journal<VerdictItem, VerdictOutcome>;

const JournalContext = createContext<Journal | undefined>(undefined);
const VerdictsContext = createContext<VerdictJournal | undefined>(undefined);

/** The decisions of this tab; a component that uses it is drawn again with every change. */
export function useJournal(): Journal {
  return useChanging(useContext(JournalContext));
}

/** What was said in this tab of pairs that may be one thing. */
export function useVerdictJournal(): VerdictJournal {
  return useChanging(useContext(VerdictsContext));
}

function useChanging<Item extends Sendable, Result extends Settled>(journal: Journal<Item, Result> | undefined): Journal<Item, Result> {
  if (!journal) throw new Error('a journal needs a JournalProvider above it');
  useSyncExternalStore(journal.subscribe, journal.entries);
  return journal;
}

/** Holds the decisions of the person signed in for as long as the tab lives, whatever page is open. */
export function JournalProvider({ children }: { children: ReactNode }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const [journal] = useState(() => new Journal((items) => client.post<{ results: DecisionResult[] }>('/decisions', { body: { items } })));
  const [verdicts] = useState(
    () =>
      new Journal<VerdictItem, VerdictOutcome>(async (items) => {
        const body = { verdicts: items.flatMap((item) => item.verdicts) };
        const { results } = await client.post<{ results: VerdictResult[] }>('/verdicts', { body });
        return { results: items.map((item) => outcomeOf(item, results)).filter((outcome) => outcome !== undefined) };
      }),
  );
  useEffect(
    () =>
      journal.onSettled((result) => {
        const row = result.discrepancy;
        if (row) queries.setQueryData<Discrepancy>(['discrepancy', row.id], (old) => old && { ...old, ...row });
        void queries.invalidateQueries({ queryKey: ['discrepancy', result.id] });
        void queries.invalidateQueries({ queryKey: ['requests'] });
      }),
    [journal, queries],
  );
  useEffect(
    () =>
      verdicts.onSettled((result) => {
        void queries.invalidateQueries({ queryKey: ['verdicts'] });
        if (result.change_request_id) void queries.invalidateQueries({ queryKey: ['requests'] });
      }),
    [verdicts, queries],
  );
  useKept([journal, verdicts]);
  return (
    <JournalContext value={journal}>
      <VerdictsContext value={verdicts}>{children}</VerdictsContext>
    </JournalContext>
  );
}

/** What could not be sent is sent once the connection is back; nobody leaves it behind unasked. */
function useKept(journals: { retry: () => Promise<void>; kept: readonly unknown[] }[]) {
  const [all] = useState(journals);
  useEffect(() => {
    const again = () => all.forEach((journal) => void journal.retry());
    const warn = (event: BeforeUnloadEvent) => {
      if (all.some((journal) => journal.kept.length > 0)) event.preventDefault();
    };
    window.addEventListener('online', again);
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('online', again);
      window.removeEventListener('beforeunload', warn);
    };
  }, [all]);
}
