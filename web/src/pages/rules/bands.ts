import type { MatchBand, MatchRule, MatchRuleSays, TermProposal } from '../../api/types';
import type { Tone } from '../../ui/tones';

export type BandState = 'open' | 'closed' | 'earning' | 'unwanted';

export const bandTones: Record<BandState, Tone> = { open: 'good', closed: 'bad', earning: 'wait', unwanted: 'quiet' };

/** How the automatic band of a plant stands; one that something closed stays so until somebody reopens it. */
export function bandState(band: Pick<MatchBand, 'open' | 'wanted' | 'closed_why'>): BandState {
  if (band.closed_why) return 'closed';
  if (band.open) return 'open';
  return band.wanted ? 'earning' : 'unwanted';
}

/** A draft as it stands in its form: numbers as they are typed. */
export interface DraftForm {
  note: string;
  review: string;
  auto: string;
  target: string;
  sample: string;
  skip: string[];
  terms: MatchRule['terms'];
  plants: string[];
}

export function formOf(rule: MatchRuleSays): DraftForm {
  const percent = (share: number) => String(Math.round(share * 10_000) / 100);
  return {
    note: rule.note, review: percent(rule.review), auto: percent(rule.auto), target: percent(rule.target), sample: String(rule.sample_percent),
    skip: rule.skip ?? [], terms: rule.terms ?? [], plants: rule.auto_plants ?? [],
  };
}

/** What the form says, or which field is no number; the server says the rest. */
export function saysOf(form: DraftForm): { says: MatchRuleSays } | { wrong: 'review' | 'auto' | 'target' | 'sample' } {
  const numbers: Record<string, number> = {};
  for (const field of ['review', 'auto', 'target', 'sample'] as const) {
    const number = Number(form[field].trim().replace(',', '.'));
    if (form[field].trim() === '' || !Number.isFinite(number)) return { wrong: field };
    numbers[field] = number;
  }
  const share = (field: string) => Math.round((numbers[field] ?? 0) * 100) / 10_000;
  return {
    says: {
      note: form.note.trim(), review: share('review'), auto: share('auto'), target: share('target'), sample_percent: Math.round(numbers.sample ?? 0),
      skip: form.skip, terms: form.terms, auto_plants: form.plants,
    },
  };
}

/** The terms with a proposed one taken in; a word stands once. */
export function withTerm(terms: DraftForm['terms'], proposal: TermProposal): DraftForm['terms'] {
  return [...(terms ?? []).filter((one) => one.word !== proposal.word), { word: proposal.word, concepts: proposal.concepts }];
}
