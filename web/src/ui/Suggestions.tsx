import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Suggestion, SuggestionList } from '../api/types';
import { confidenceOf, confidenceTones, percentOf } from '../lib/verdicts';
import { Tag } from './Bits';
import { useSentence } from './Problem';
import { WaterfallTable } from './WaterfallTable';

export interface SuggestionsQuery {
  data: SuggestionList | undefined;
  isError: boolean;
  error: unknown;
}

/** The records that a thing may mean, the best first, each with its reasons; and a way to take one. */
export function Suggestions({ query, domain, pick, onPick }: {
  query: SuggestionsQuery;
  domain: string;
  /** The words on the button; there is none without onPick. */
  pick: string;
  onPick: ((one: Suggestion) => void) | undefined;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (query.isError) return <p className="dense muted">{t('suggest.failed')} {sentence(query.error)}</p>;
  if (!query.data) return null;
  const list = query.data.suggestions ?? [];
  return (
    <section className="section" aria-label={t('suggest.title')}>
      <h3>{t('suggest.title')}</h3>
      {list.length === 0 && <p className="dense muted">{t('suggest.none')}</p>}
      {list.map((one) => <One key={one.side} suggestion={one} domain={domain} pick={pick} onPick={onPick} />)}
    </section>
  );
}

function One({ suggestion: one, domain, pick, onPick }: { suggestion: Suggestion; domain: string; pick: string; onPick: ((one: Suggestion) => void) | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const step = confidenceOf(one);
  const codes = one.codes_at_plant ?? [];
  return (
    <div className="item">
      <div className="spread">
        <span className="line">
          <code>{one.code}</code>
          <Link to="/records/$domain/$id" params={{ domain, id: one.record_id }}>{one.name}</Link>
          <Tag tone={confidenceTones[step]}>{t(`confidence.${step}`)} {percentOf(one.probability)}</Tag>
          {codes.length > 0 && <span className="small muted">{t('suggest.codes', { codes: codes.join(', ') })}</span>}
          {one.verdict?.word === 'no_match' && <span className="small muted">{t('suggest.rejected')}</span>}
        </span>
        <span className="line nowrap" style={{ flexWrap: 'nowrap' }}>
          <button type="button" className="chip" aria-expanded={open} onClick={() => setOpen(!open)}>{t('suggest.reasons')}</button>
          {onPick && <Button onClick={() => onPick(one)}>{pick}</Button>}
        </span>
      </div>
      {open && <WaterfallTable explanation={one.explanation} />}
    </div>
  );
}
