import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Discrepancy, DecisionResult } from '../api/types';
import { Journal } from '../lib/journal';
import { useSession } from './Session';

const JournalContext = createContext<Journal | undefined>(undefined);

/** The decisions of this tab; a component that uses it is drawn again with every change. */
export function useJournal(): Journal {
  const journal = useContext(JournalContext);
  if (!journal) throw new Error('useJournal needs a JournalProvider above it');
  useSyncExternalStore(journal.subscribe, journal.entries);
  return journal;
}

/** Holds the decisions of the person signed in for as long as the tab lives, whatever page is open. */
export function JournalProvider({ children }: { children: ReactNode }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const [journal] = useState(() => new Journal((items) => client.post<{ results: DecisionResult[] }>('/decisions', { body: { items } })));
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
  useEffect(() => {
    const again = () => void journal.retry();
    const warn = (event: BeforeUnloadEvent) => {
      if (journal.kept.length > 0) event.preventDefault();
    };
    window.addEventListener('online', again);
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('online', again);
      window.removeEventListener('beforeunload', warn);
    };
  }, [journal]);
  return <JournalContext value={journal}>{children}</JournalContext>;
}
