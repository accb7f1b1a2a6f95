import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { QueueFilter, QueueRow, QueueSnapshot } from '../../api/types';
import { RowWindows, type RowWindow } from '../../lib/windows';
import { useJournal } from '../../session/JournalProvider';
import { useSession } from '../../session/Session';

/** The key of every snapshot; a reload invalidates them all. */
export const snapshotKey = ['queue', 'snapshot'];

/** A stable, ordered list on the server. It is taken again only when the person asks: rows never jump. */
export function useSnapshot(filter: QueueFilter) {
  const { client, may } = useSession();
  return useQuery({
    queryKey: [...snapshotKey, filter],
    enabled: may('read'),
    staleTime: Infinity,
    // a list is taken anew when somebody comes back to it: what was decided meanwhile, in another one, is not in it any more
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.post<QueueSnapshot>('/queues/discrepancies/snapshot', { body: filter, signal }),
  });
}

/** How many of a list wait for a decision: those of its rows that were decided here since it was taken do not. */
export function useOpen(snapshot: ReturnType<typeof useSnapshot>): number {
  const journal = useJournal();
  const decided = snapshot.isPlaceholderData ? 0 : journal.countSince(snapshot.dataUpdatedAt);
  return Math.max(0, (snapshot.data?.total ?? 0) - decided);
}

/** The rows of a snapshot, with the decisions made here in place. */
export function useRows(snapshotId: string | undefined): RowWindows<QueueRow> {
  const { client } = useSession();
  const journal = useJournal();
  const windows = useMemo(
    () =>
      new RowWindows<QueueRow>((offset, limit) =>
        snapshotId
          ? client.get<RowWindow<QueueRow>>(`/queues/discrepancies/${snapshotId}/rows`, { query: { offset, limit } })
          : Promise.resolve({ offset, total: 0, rows: [] }),
      ),
    [client, snapshotId],
  );
  useSyncExternalStore(windows.subscribe, windows.revision);
  useEffect(() => journal.onSettled((result) => result.discrepancy && windows.replace(result.discrepancy)), [journal, windows]);
  return windows;
}
