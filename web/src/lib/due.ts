import { dayAfter } from './time';

/** What a work list can be narrowed to. */
export const dueChoices = ['overdue', 'week'] as const;
export type DueChoice = (typeof dueChoices)[number];

/** The day before which the entries of a choice are due; nothing for all of them. */
export function dueBefore(choice: string | undefined, now: number): string | undefined {
  if (choice === 'overdue') return dayAfter(0, now);
  return choice === 'week' ? dayAfter(8, now) : undefined;
}

/** How an entry stands to its day: overdue from the day after it, due within a week, or later; nothing without a day. */
export function dueState(due: string, now: number): 'overdue' | 'soon' | 'later' | undefined {
  if (due === '') return undefined;
  if (due < dayAfter(0, now)) return 'overdue';
  return due < dayAfter(8, now) ? 'soon' : 'later';
}

/** The separator that spreadsheets of a country expect: where the comma marks decimals, it cannot part columns. */
export function separatorOf(locale: string): 'comma' | 'semicolon' {
  return new Intl.NumberFormat(locale).formatToParts(1.5).some((part) => part.type === 'decimal' && part.value === ',') ? 'semicolon' : 'comma';
}
