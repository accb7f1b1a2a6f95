import type { DiscrepancyState } from '../../api/types';

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
    ['U', t('keys.undo')],
    ['R', t('keys.reload')],
    ['/', t('keys.filter')],
    ['?', t('keys.help')],
  ];
}
