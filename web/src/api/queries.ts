import { keepPreviousData, useInfiniteQuery, useQuery, type QueryKey } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/Session';
import type { Query } from './client';
import { asProblem } from './problem';
import { keyLabel } from '../lib/scopes';
import type { Definition, Page, Plan, Plant, SourceSystem } from './types';

/** Only what may pass is tried again, and not for long. */
export function retryPassing(failures: number, thrown: unknown): boolean {
  return failures < 2 && asProblem(thrown).passing;
}

/** What hardly changes while somebody works. */
const slowly = 5 * 60_000;

export function useSystems() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['systems'], staleTime: slowly,
    queryFn: ({ signal }) => client.get<Page<SourceSystem>>('/systems', { signal }),
  });
}

export function usePlants() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['plants'], staleTime: slowly,
    queryFn: ({ signal }) => client.get<Page<Plant>>('/plants', { signal }),
  });
}

export function usePlans() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['plans'],
    queryFn: ({ signal }) => client.get<Page<Plan>>('/plans', { signal }),
  });
}

export function useDefinition(domain: string) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['definition', domain], staleTime: slowly, enabled: domain !== '',
    queryFn: ({ signal }) => client.get<Definition>(`/definitions/${encodeURIComponent(domain)}`, { signal }),
  });
}

/** A list by cursor: everything loaded so far, and a way to more. */
export function useList<T>(key: QueryKey, path: string, query: Query, options: { refetchInterval?: number | ((items: T[]) => number | false) } = {}) {
  const { client } = useSession();
  const { refetchInterval } = options;
  const found = useInfiniteQuery({
    queryKey: [...key, query],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => client.get<Page<T>>(path, { query: { ...query, limit: 50, after: pageParam }, signal }),
    getNextPageParam: (page) => page.next || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (running) => {
      if (typeof refetchInterval !== 'function') return refetchInterval ?? false;
      return refetchInterval(running.state.data?.pages.flatMap((page) => page.items ?? []) ?? []);
    },
  });
  return { ...found, items: found.data?.pages.flatMap((page) => page.items ?? []) ?? [] };
}

/** The names people know things by. What has none yet is shown by its ID. */
export function useNames() {
  const { me } = useSession();
  const { t } = useTranslation();
  const systems = useSystems().data?.items;
  const system = useCallback((id: string) => systems?.find((one) => one.id === id)?.name ?? id, [systems]);
  const person = useCallback(
    (id: string) => {
      if (id === me.id) return me.name || me.login;
      const [kind, name] = split(id);
      return kind === 'service' ? t('system_actor', { name }) : name;
    },
    [me, t],
  );
  return { system, person };
}

function split(id: string, mark = ':'): [string, string] {
  const at = id.indexOf(mark);
  return at < 0 ? ['', id] : [id.slice(0, at), id.slice(at + 1)];
}

/** The label of an attribute of a domain; a scoped key is told with its place. */
export function useAttributeLabel(domain: string) {
  const definition = useDefinition(domain).data;
  return useCallback((key: string) => keyLabel(definition?.attributes ?? [], key), [definition]);
}
