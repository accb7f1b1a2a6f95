import type { Import, ImportRow, ImportRowStatus, ImportState } from '../../api/types';

/** The steps of an import, in their order. */
export const steps = ['file', 'columns', 'check', 'preview', 'done'] as const;
export type Step = (typeof steps)[number];

/** What may become of a row, what is to be done first. */
export const statuses: ImportRowStatus[] = ['wrong', 'conflict', 'new', 'changed', 'same'];

const at: Record<ImportState, Step> = {
  waiting: 'check', reading: 'check', asking: 'columns', previewed: 'preview', submitting: 'preview', submitted: 'done', failed: 'check', cancelled: 'check',
};

/** The step at which an import is. */
export const stepOf = (state: ImportState): Step => at[state];

/** A worker is at it: look again soon. */
export const busy = (state: ImportState | undefined) => state === 'waiting' || state === 'reading' || state === 'submitting';

/** Whether a person may say how the file is to be read, and have it read again. */
export const correctable = (state: ImportState) => ['asking', 'previewed', 'submitted', 'failed'].includes(state);

export const cancellable = (state: ImportState) => ['waiting', 'reading', 'asking', 'previewed', 'failed'].includes(state);

/** Whether its rows are judged and can be looked at. */
export const judged = (state: ImportState) => state === 'previewed' || state === 'submitting' || state === 'submitted';

/** What the page shows: what was asked for, where that is possible, else where the import is. */
export function shownStep(state: ImportState, asked: string | undefined): Step {
  if (asked === 'columns' && correctable(state)) return 'columns';
  if (asked === 'preview' && judged(state)) return 'preview';
  const now = stepOf(state);
  return now === 'done' ? 'preview' : now;
}

/** How much of a step is done, in percent; undefined where it is not known. */
export function percentDone({ done, total }: Pick<Import, 'done' | 'total'>): number | undefined {
  return total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : undefined;
}

/** How many rows a submission would hand in, and how many it would leave. */
export function handedIn(counts: Partial<Import['counts']>): { good: number; faulty: number } {
  const { changed = 0, conflict = 0, wrong = 0 } = counts;
  return { good: (counts.new ?? 0) + changed, faulty: conflict + wrong };
}

/** Whether there is something to hand in. A complete list says something even when it changes nothing: what it does not name. */
export function submittable({ state, counts, kind, absent }: Pick<Import, 'state' | 'counts' | 'kind' | 'absent'>): boolean {
  return state === 'previewed' && (handedIn(counts).good > 0 || (kind === 'records-complete' && absent > 0));
}

/** The row to open: the chosen one, else the one that came after it, else the last. A mended row leaves a list of the wrong ones. */
export function openRow<R extends Pick<ImportRow, 'position'>>(rows: R[], chosen: number | undefined): R | undefined {
  if (chosen === undefined) return rows[0];
  return rows.find((row) => row.position >= chosen) ?? rows.at(-1);
}
