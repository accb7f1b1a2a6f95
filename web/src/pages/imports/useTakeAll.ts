import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Import, ImportAnswer, ImportRows } from '../../api/types';
import { useSession } from '../../session/Session';
import { inCalls, takingAll } from './answers';

const rowsAtOnce = 200;

/** Takes what is suggested at all rows with a note of a kind, and tells how many rows that were. */
export function useTakeAll(found: Import) {
  const { client } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (note: string) => {
      // all answers are known before the first is given: a row that is put right leaves the list
      const answers: ImportAnswer[] = [];
      for (let offset = 0, total = 1; offset < total; offset += rowsAtOnce) {
        const page = await client.get<ImportRows>(`/imports/${found.id}/rows`, { query: { note, offset, limit: rowsAtOnce } });
        total = page.total;
        answers.push(...takingAll(found.layout, page.rows.filter((row) => row.request_id === ''), note));
      }
      for (const call of inCalls(answers)) await client.post<Import>(`/imports/${found.id}/answers`, { body: { answers: call } });
      return { count: answers.length };
    },
    // some of several calls may have been taken
    onSettled: () => queries.invalidateQueries({ queryKey: ['imports'] }),
  });
}
