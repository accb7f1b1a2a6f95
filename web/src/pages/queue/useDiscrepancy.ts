import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Client } from '../../api/client';
import type { Discrepancy, QueueRow } from '../../api/types';
import type { RowWindows } from '../../lib/windows';
import { useSession } from '../../session/Session';

/** How many of the next items are fetched before anybody asks for them. */
const ahead = 5;

function options(client: Client, id: string) {
  return queryOptions({
    queryKey: ['discrepancy', id],
    staleTime: 30_000,
    queryFn: ({ signal }) => client.get<Discrepancy>(`/discrepancies/${id}`, { signal }),
  });
}

/** One discrepancy in full. While the next one loads, the last one stays on the page but is not the answer. */
export function useDiscrepancy(id: string | undefined) {
  const { client } = useSession();
  const query = useQuery({ ...options(client, id ?? ''), enabled: id !== undefined, placeholderData: keepPreviousData });
  return { ...query, shown: query.data, data: query.isPlaceholderData ? undefined : query.data };
}

export type DiscrepancyQuery = ReturnType<typeof useDiscrepancy>;

/** Fetches the next items, so that the one after a decision is already here. */
export function usePrefetch(rows: RowWindows<QueueRow>, index: number, total: number) {
  const { client } = useSession();
  const queries = useQueryClient();
  const revision = rows.revision();
  useEffect(() => {
    for (let next = index + 1; next <= Math.min(index + ahead, total - 1); next++) {
      const row = rows.at(next);
      if (row) void queries.prefetchQuery(options(client, row.id));
    }
  }, [client, queries, rows, revision, index, total]);
}
