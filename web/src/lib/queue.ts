import type { DiscrepancyState, QueueRow } from '../api/types';

/** The states in which a steward may decide; as in the domain. */
const decidableStates: readonly DiscrepancyState[] = ['open', 'in_review', 'bounced', 'reopened'];

export function decidable(row: Pick<QueueRow, 'state'>): boolean {
  return decidableStates.includes(row.state);
}

/**
 * The next row to decide after an index: forward first, then from the top. A row that is not loaded is worth going to:
 * nobody knows that it is decided. -1 means that nothing is left.
 */
export function nextUndecided(from: number, total: number, open: (index: number) => boolean | undefined): number {
  for (let step = 1; step < total; step++) {
    const index = (from + step) % total;
    if (open(index) !== false) return index;
  }
  return -1;
}
