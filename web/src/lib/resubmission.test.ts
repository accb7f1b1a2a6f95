import { describe, expect, it } from 'vitest';
import { partsOf, resubmissionOf, secondsUntil } from './resubmission';

const item = (record_id: string, label: string, discrepancy_id = '') => ({ record_id, label, discrepancy_id });

describe('partsOf', () => {
  it('names each record and each discrepancy once, in their order', () => {
    const parts = partsOf([item('r1', 'Screw', 'd1'), item('r1', 'Screw', 'd1'), item('r2', 'Nut', 'd2'), item('', 'Plan')]);
    expect(parts.records).toEqual([{ id: 'r1', label: 'Screw', steps: 2 }, { id: 'r2', label: 'Nut', steps: 1 }]);
    expect(parts.discrepancies).toEqual([{ id: 'd1', label: 'Screw' }, { id: 'd2', label: 'Nut' }]);
  });
});

describe('resubmissionOf', () => {
  const nothing = { reason: 'as before', dropped: new Set<string>(), verbs: new Map() };
  it('sends nothing of what stays as it is', () => expect(resubmissionOf({ reason: 'as before' }, nothing)).toEqual({}));
  it('sends no empty reason', () => expect(resubmissionOf({ reason: 'as before' }, { ...nothing, reason: '  ' })).toEqual({}));
  it('sends what was changed, with the versions that were looked at', () => {
    const edited = { reason: ' drawing 7 ', dropped: new Set(['r1']), verbs: new Map([['d2', { verb: 'keep_golden' as const, version: 3 }]]) };
    expect(resubmissionOf({ reason: 'as before' }, edited)).toEqual({
      reason: 'drawing 7', drop: ['r1'], decisions: [{ id: 'd2', verb: 'keep_golden', version: 3 }],
    });
  });
});

describe('secondsUntil', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  it('rounds up, so that 0 means over', () => expect(secondsUntil('2026-03-01T12:00:29.100Z', now)).toBe(30));
  it('is 0 for what has passed or is no instant', () => {
    expect(secondsUntil('2026-03-01T11:59:00Z', now)).toBe(0);
    expect(secondsUntil('', now)).toBe(0);
  });
});
