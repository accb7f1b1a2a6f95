import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Suggestion, SuggestionList } from '../api/types';
import { useSession } from '../session/Session';
import { Suggestions } from './Suggestions';

/** What the code of an unmapped code or of a discrepancy may stand for. */
export function SuggestionsOf({ path, domain, onPick }: { path: string; domain: string; onPick: ((one: Suggestion) => void) | undefined }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['match', 'suggestions', path], staleTime: 30_000, retry: false,
    queryFn: ({ signal }) => client.get<SuggestionList>(`${path}/suggestions`, { query: { limit: 5 }, signal }),
  });
  return <Suggestions query={query} domain={domain} pick={t('suggest.map')} onPick={onPick} />;
}
