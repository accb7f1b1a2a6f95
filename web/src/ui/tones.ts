import type { DeliveryState, DiscrepancyClass, DiscrepancyState, ImportRowStatus, ImportState, RequestState, RunState } from '../api/types';

/** How a state is to be read at a glance. */
export type Tone = 'good' | 'bad' | 'wait' | 'active' | 'quiet' | 'open';

export const requestTones: Record<RequestState, Tone> = {
  draft: 'quiet', submitted: 'open', in_review: 'open', rework: 'wait', approved: 'active', scheduled: 'wait',
  applied: 'good', rejected: 'bad', withdrawn: 'quiet', superseded: 'quiet', failed: 'bad',
};

export const runTones: Record<RunState, Tone> = {
  queued: 'wait', reading: 'active', comparing: 'active', held: 'wait', done: 'good', incomplete: 'wait', failed: 'bad', cancelled: 'quiet',
};

export const deliveryTones: Record<DeliveryState, Tone> = {
  pending: 'wait', in_flight: 'active', confirmed: 'good', retrying: 'wait', held: 'wait', conflict: 'bad', dead: 'bad', skipped: 'quiet', worklisted: 'open',
};

export const discrepancyTones: Record<DiscrepancyState, Tone> = {
  open: 'open', in_review: 'open', change_requested: 'wait', fix_pending: 'active', verified: 'good', accepted: 'quiet',
  bounced: 'bad', reopened: 'wait', closed: 'good',
};

export const classTones: Record<DiscrepancyClass, Tone> = {
  value: 'open', structure: 'open', unmapped: 'wait', missing: 'bad', deleted: 'bad', archived: 'wait', unexpected: 'wait', duplicate_code: 'bad',
};

/** By state; one that this page does not know is quiet. */
export const mappingTones: Record<string, Tone> = { proposed: 'open', active: 'good', suspect: 'wait', ended: 'quiet', rejected: 'bad' };

export const importTones: Record<ImportRowStatus, Tone> = { new: 'open', changed: 'active', same: 'quiet', conflict: 'wait', wrong: 'bad' };

export const importStateTones: Record<ImportState, Tone> = {
  waiting: 'wait', reading: 'active', asking: 'open', previewed: 'open', submitting: 'active', submitted: 'good', failed: 'bad', cancelled: 'quiet',
};
