import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { telling } from '../../api/upload';
import type { Import, ImportAnswer, ImportField, ImportLayout } from '../../api/types';
import { useSession } from '../../session/Session';
import { inCalls } from './answers';
import type { Declared } from './declare';
import { busy } from './stages';

const soon = 1000;
/** As long as a hundred megabytes take over a plant's line. */
const uploadPatience = 30 * 60_000;

const keyOf = (id: string) => ['imports', 'one', id];

/** One import; looked at again each second while a worker is at it. */
export function useImport(id: string) {
  const { client } = useSession();
  return useQuery<Import>({
    queryKey: keyOf(id), refetchInterval: (query) => (busy(query.state.data?.state) ? soon : false),
    queryFn: ({ signal }) => client.get<Import>(`/imports/${id}`, { signal }),
  });
}

/** What the columns of an import may hold; a mapping's fields in the reader's words, attributes as the domain names them. */
export function useFields(found: Pick<Import, 'id' | 'kind'>) {
  const { client } = useSession();
  const label = useFieldLabel(found.kind);
  const query = useQuery({
    queryKey: ['imports', 'fields', found.id], staleTime: 60_000,
    queryFn: async ({ signal }) => (await client.get<{ fields: ImportField[] }>(`/imports/${found.id}/fields`, { signal })).fields,
  });
  return { ...query, data: query.data?.map((one) => ({ ...one, label: label(one.field, one.label) })) };
}

/** The label of a field in the reader's words where it is not an attribute, else as the server says it. */
export function useFieldLabel(kind: Import['kind']): (field: string, said: string) => string {
  const { t } = useTranslation();
  return (field, said) => (kind === 'mapping' ? t(`import_field.${field}`, { defaultValue: said || field }) : said || field);
}

/** Something that is done to an import, whose answer is the import as it is then. */
export function useImportAct<T>(id: string, act: (said: T) => Promise<Import>, onDone?: (now: Import) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (now) => {
      queries.setQueryData(keyOf(id), now);
      for (const stale of ['imports', 'requests']) void queries.invalidateQueries({ queryKey: [stale] });
      onDone?.(now);
    },
  });
}

/** Puts rows right in place; more than one call takes goes in several, one after the other. */
export function useAnswers(id: string, onDone?: (now: Import) => void) {
  const { client } = useSession();
  return useImportAct(id, async (answers: ImportAnswer[]) => {
    let now: Import | undefined;
    for (const call of inCalls(answers)) now = await client.post<Import>(`/imports/${id}/answers`, { body: { answers: call } });
    return now ?? client.get<Import>(`/imports/${id}`);
  }, onDone);
}

/** Says how the file is to be read. */
export function useSetLayout(found: Import, onDone: () => void) {
  const { client } = useSession();
  return useImportAct(found.id, (layout: ImportLayout) => client.put<Import>(`/imports/${found.id}/layout`, { body: layout, version: found.version }), onDone);
}

/** Sends a file, with how much of it has gone, and a way to stop. */
export function useUpload(onUploaded: (made: Import) => void) {
  const { client } = useSession();
  const queries = useQueryClient();
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const upload = useMutation({
    mutationFn: async ({ file, declared }: { file: File; declared: Declared & { plant: string } }) => {
      setSent(0);
      const stopping = new AbortController();
      stop.current = stopping;
      try {
        return await client.post<Import>('/imports', {
          query: { ...declared, file_name: file.name }, body: file, contentType: file.type || 'application/octet-stream',
          via: telling(setSent), timeout: uploadPatience, signal: stopping.signal,
        });
      } catch (thrown) {
        if (stopping.signal.aborted) return undefined;
        throw thrown;
      }
    },
    onSuccess: (made) => {
      if (!made) return;
      queries.setQueryData(keyOf(made.id), made);
      void queries.invalidateQueries({ queryKey: ['imports'] });
      onUploaded(made);
    },
  });
  return { ...upload, sent, stop: () => stop.current?.abort() };
}
