import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attributes, ChangeRequest, SuggestionList } from '../../api/types';
import { useSession } from '../../session/Session';
import { ProblemBox } from '../../ui/Problem';
import { Proposed, usePropose } from '../../ui/Proposal';
import { Suggestions } from '../../ui/Suggestions';
import { ByWords } from './ByWords';

/** What is asked for so far. */
export interface WantedThing {
  domain: string;
  plant: string;
  system: string;
  code: string;
  attributes: Attributes;
}

/** Records that are like what is being typed: a plant asks for nothing that is there. One that it is gets the plant's code instead. */
export function Existing({ wanted, words }: { wanted: WantedThing; words: (string | undefined)[] }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const { domain, plant, code, attributes } = wanted;
  const [body] = useDebouncedValue(JSON.stringify({ domain, plant, limit: 5, attributes, ...(code.trim() && { code: code.trim() }) }), 300);
  const asked = JSON.parse(body) as Pick<WantedThing, 'attributes'> & { code?: string };
  const described = (asked.code ?? '').length > 2 || Object.keys(asked.attributes).some((one) => one !== 'base_unit');
  const found = useQuery({
    queryKey: ['match', 'check', body], enabled: described && plant !== '', placeholderData: keepPreviousData, retry: false, staleTime: 10_000,
    queryFn: ({ signal }) => client.post<SuggestionList>('/match/check', { body: asked, signal }),
  });
  const [request, setRequest] = useState<ChangeRequest>();
  const propose = usePropose([['mappings'], ['unmapped']], setRequest);
  const mappable = may('propose') && code.trim() !== '' && wanted.system !== '';
  if (!described) return null;
  // while what things are looked up in is still being built, their words are searched for
  if (found.isError) return <ByWords words={words} />;
  return (
    <div aria-live="polite">
      <Proposed request={request} />
      {propose.isError && <ProblemBox thrown={propose.error} safe={t('problem.kept')} />}
      {!request && (
        <Suggestions
          query={found} domain={domain} pick={t('suggest.this_is_it')}
          onPick={mappable ? (one) => propose.mutate({
            path: '/mappings',
            body: { action: 'new', system: wanted.system, code: code.trim(), domain, record_id: one.record_id, relation: 'equivalent', reason: t('suggest.why_mapped') },
          }) : undefined}
        />
      )}
    </div>
  );
}
