import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CandidateList, CandidateState, ExplainedPair, GoldenRecordDetail, MatchCandidate, MatchCluster, MatchState } from '../../api/types';
import { useSession } from '../../session/Session';

/** The only domain there is so far. */
export const domain = 'item';

export interface CandidateFilter {
  merges: boolean;
  system?: string | undefined;
  state?: CandidateState | undefined;
}

/** The pairs to decide. Like a queue's snapshot the list stays as it is while somebody works, until it is loaded again. */
export function useCandidates(filter: CandidateFilter) {
  const { client } = useSession();
  const query = { domain, merges: String(filter.merges), system: filter.system, state: filter.state, limit: 100 };
  const found = useInfiniteQuery({
    queryKey: ['match', 'candidates', query],
    staleTime: Infinity,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => client.get<CandidateList>('/match/candidates', { query: { ...query, after: pageParam }, signal }),
    getNextPageParam: (page) => page.next || undefined,
  });
  return { ...found, pages: found.data?.pages.map((page) => page.candidates ?? []) ?? [] };
}

/** How far the evaluation is; looked at more often while one is under way. */
export function useMatchState() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['match', 'state', domain],
    queryFn: ({ signal }) => client.get<MatchState>('/match/state', { query: { domain }, signal }),
    refetchInterval: ({ state }) => (state.data?.running || state.data?.requested ? 2_000 : 20_000),
  });
}

/** Asks for an evaluation now. */
export function useEvaluate() {
  const { client } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.post<MatchState>('/match/evaluate', { body: { domain } }),
    onSuccess: (state) => queries.setQueryData(['match', 'state', domain], state),
  });
}

/** Two things side by side: why they may be one, or may not. */
export function useExplained(left: string | undefined, right: string | undefined) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['match', 'explain', left, right], enabled: Boolean(left && right), staleTime: 60_000,
    queryFn: ({ signal }) => client.get<ExplainedPair>('/match/explain', { query: { domain, left, right }, signal }),
  });
}

export function useRecord(id: string | undefined) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['records', domain, 'one', id], enabled: Boolean(id), staleTime: 30_000,
    queryFn: ({ signal }) => client.get<GoldenRecordDetail>(`/records/${domain}/${id}`, { signal }),
  });
}

/** All members of a group, where a pair is part of one. */
export function useCluster(id: string | undefined) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['match', 'cluster', id], enabled: Boolean(id), staleTime: 60_000,
    queryFn: ({ signal }) => client.get<MatchCluster>(`/match/clusters/${id}`, { signal }),
  });
}

/** Loads the list and what belongs to it again. */
export function useReload() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['match'] });
}

export type Candidates = ReturnType<typeof useCandidates>;
export type { MatchCandidate };
