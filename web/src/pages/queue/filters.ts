import type { AcceptanceScope, BatchVerb, DiscrepancyState, Verb } from '../../api/types';

/** What the list may show, with the states that make it up; undefined is the server's own choice: what is to be decided. */
const shown: Record<string, DiscrepancyState[] | undefined> = {
  open: undefined,
  requested: ['change_requested'],
  pending: ['fix_pending'],
  accepted: ['accepted'],
  all: ['open', 'in_review', 'change_requested', 'fix_pending', 'verified', 'accepted', 'bounced', 'reopened', 'closed'],
};

export const showChoices = Object.keys(shown);

export function statesOf(show: string | undefined): DiscrepancyState[] | undefined {
  return shown[show ?? 'open'];
}

/** The queue's keys with their words, for the key sheet. */
export function keyWords(t: (key: string) => string): [string, string][] {
  return [
    ['J K ↓ ↑', t('keys.next')],
    ['Enter Esc', t('keys.open')],
    ['A', t('verb.take_source_short')],
    ['C', t('verb.keep_golden')],
    ['M', t('verb.map')],
    ['1–9', t('keys.pick')],
    ['N', t('verb.create')],
    ['X', t('verb.accept')],
    ['P', t('keys.pattern')],
    ['B', t('keys.batch')],
    ['U', t('keys.undo')],
    ['R', t('keys.reload')],
    ['/', t('keys.filter')],
    ['?', t('keys.help')],
  ];
}

/** How far an acceptance reaches: the one difference, or a scope of the API. */
export type Reach = 'one' | AcceptanceScope;

/** A difference of no one attribute has no scope of that name. */
export function acceptScopes(of: { attribute: string }): Reach[] {
  return of.attribute ? ['one', 'record', 'attribute', 'pattern'] : ['one', 'record', 'pattern'];
}

const batchVerbs: readonly BatchVerb[] = ['take_source', 'keep_golden', 'accept'];

/** The verbs that can be decided for many at once; of an example of the pattern those that it offers, else all of them. */
export function verbsForAll(example: { verbs: { verb: Verb; enabled: boolean }[] } | undefined): BatchVerb[] {
  if (!example) return [...batchVerbs];
  return batchVerbs.filter((verb) => example.verbs?.some((offer) => offer.verb === verb && offer.enabled));
}

/** How often each pair of values stands in rows, most first: what differs alike shows as one line, an outlier as its own. */
export function valuePairs(rows: readonly { golden: string; source: string }[]): { golden: string; source: string; count: number }[] {
  const pairs = new Map<string, { golden: string; source: string; count: number }>();
  for (const { golden, source } of rows) {
    const key = JSON.stringify([golden, source]);
    const pair = pairs.get(key) ?? { golden, source, count: 0 };
    pair.count++;
    pairs.set(key, pair);
  }
  return [...pairs.values()].sort((a, b) => b.count - a.count);
}
