import type { ChangeItem, Verb } from '../api/types';

/** A record that a request proposes something about. */
export interface ProposedRecord {
  id: string;
  label: string;
  steps: number;
}

/** What a request is made of, as somebody who works it over chooses from it. */
export interface Parts {
  records: ProposedRecord[];
  discrepancies: { id: string; label: string }[];
}

/** The records and discrepancies of a request's items, each once and in their order. */
export function partsOf(items: Pick<ChangeItem, 'record_id' | 'label' | 'discrepancy_id'>[]): Parts {
  const records = new Map<string, ProposedRecord>();
  const discrepancies = new Map<string, string>();
  for (const item of items) {
    if (item.record_id) {
      const known = records.get(item.record_id);
      if (known) known.steps++;
      else records.set(item.record_id, { id: item.record_id, label: item.label, steps: 1 });
    }
    if (item.discrepancy_id && !discrepancies.has(item.discrepancy_id)) discrepancies.set(item.discrepancy_id, item.label);
  }
  return { records: [...records.values()], discrepancies: [...discrepancies].map(([id, label]) => ({ id, label })) };
}

/** What somebody changed in a request that was sent back. */
export interface Edited {
  reason: string;
  dropped: ReadonlySet<string>;
  verbs: ReadonlyMap<string, { verb: Verb; version: number }>;
}

/** The body of a resubmission: what is left out of it stays as it is. */
export function resubmissionOf(before: { reason: string }, edited: Edited) {
  const reason = edited.reason.trim();
  return {
    ...(reason !== '' && reason !== before.reason && { reason }),
    ...(edited.dropped.size > 0 && { drop: [...edited.dropped] }),
    ...(edited.verbs.size > 0 && { decisions: [...edited.verbs].map(([id, { verb, version }]) => ({ id, verb, version })) }),
  };
}

/** Whole seconds until an instant; 0 when it has passed or is none. */
export function secondsUntil(instant: string, now: number): number {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
