import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BackTest, MatchBand, MatchRule, MatchRuleSays, TermProposal } from '../../api/types';
import { useSession } from '../../session/Session';

/** The only domain there is so far. */
export const domain = 'item';
const key = ['match', 'rules', domain];

export function useRules() {
  const { client } = useSession();
  return useQuery({ queryKey: key, queryFn: ({ signal }) => client.get<{ rules: MatchRule[] }>('/match/rules', { query: { domain }, signal }) });
}

export function useBands() {
  const { client } = useSession();
  return useQuery({ queryKey: ['match', 'bands', domain], queryFn: ({ signal }) => client.get<{ bands: MatchBand[] }>('/match/bands', { query: { domain }, signal }) });
}

export function useTerms() {
  const { client } = useSession();
  return useQuery({ queryKey: ['match', 'terms', domain], staleTime: 60_000, queryFn: ({ signal }) => client.get<{ terms: TermProposal[] }>('/match/terms', { query: { domain }, signal }) });
}

/** What can be done with a draft; each brings the versions up to date. */
export function useDraft() {
  const { client } = useSession();
  const queries = useQueryClient();
  const onSuccess = () => void queries.invalidateQueries({ queryKey: key });
  const path = (rule: Pick<MatchRule, 'version'>) => `/match/rules/${domain}/${rule.version}`;
  const version = (rule: MatchRule) => Number(rule.etag.replaceAll('"', ''));
  return {
    make: useMutation({ onSuccess, mutationFn: (from: number) => client.post<MatchRule>('/match/rules', { body: { domain, from_version: from, note: '' } }) }),
    save: useMutation({ onSuccess, mutationFn: ({ rule, says }: { rule: MatchRule; says: MatchRuleSays }) => client.put<MatchRule>(path(rule), { body: says, version: version(rule) }) }),
    giveUp: useMutation({ onSuccess, mutationFn: (rule: MatchRule) => client.delete<undefined>(path(rule), { version: version(rule) }) }),
    test: useMutation({ onSuccess, mutationFn: (rule: MatchRule) => client.post<BackTest>(`${path(rule)}/back-test`) }),
  };
}
