import { describe, expect, it } from 'vitest';
import type { Run, RunState } from '../api/types';
import { dropOf, stepsOf } from './runSteps';

const none = { rejected: 0, nameless: 0, duplicate: 0, unchanged: 0, unmapped: 0, dormant: 0, related: 0, retired: 0, not_expected: 0, onboarding: 0 };
const counts = {
  read: 120, changed: 3, gone: 1, quarantined: 2, known: 200, vanished: 82, compared: 110, raised: 4, seen: 5, closed: 0, verified: 1, bounced: 0, registered: 0,
};
const read = '2026-03-01T10:00:00Z';
const ended = '2026-03-01T10:00:02Z';
const compared = '2026-03-01T10:00:09Z';
const run = (state: RunState, times: Partial<Pick<Run, 'read_at' | 'read_ended_at' | 'compared_at'>> = {}) => ({
  state, counts, skips: { ...none, unmapped: 7, rejected: 2 }, phases: { waiting: 10, reading: 2000, held: 7000, comparing: 400 },
  read_at: '', read_ended_at: '', compared_at: '', ...times,
});
const all = { read_at: read, read_ended_at: ended, compared_at: compared };
const states = (of: ReturnType<typeof run>) => stepsOf(of).map((step) => step.state).join(' ');

describe('the steps of a run', () => {
  it('say how far it came, whatever its state', () => {
    expect(states(run('queued'))).toBe('ahead ahead ahead ahead ahead');
    expect(states(run('reading', { read_at: read }))).toBe('active ahead ahead ahead ahead');
    expect(states(run('held', { read_at: read, read_ended_at: ended }))).toBe('done held ahead ahead ahead');
    expect(states(run('comparing', all))).toBe('done done active active active');
    expect(states(run('done', all))).toBe('done done done done done');
    expect(states(run('incomplete', { read_at: read, read_ended_at: ended }))).toBe('stopped done unreached unreached unreached');
  });

  it('end where a run was stopped', () => {
    expect(states(run('failed'))).toBe('stopped unreached unreached unreached unreached');
    expect(states(run('failed', { read_at: read }))).toBe('stopped unreached unreached unreached unreached');
    expect(states(run('cancelled', { read_at: read, read_ended_at: ended }))).toBe('done stopped unreached unreached unreached');
    expect(states(run('failed', all))).toBe('done done stopped stopped stopped');
  });

  it('tell what they counted and left aside, and nothing of what has not happened', () => {
    const [first, second, third, fourth, fifth] = stepsOf(run('done', all));
    expect(first).toMatchObject({ figures: [['read', 120], ['quarantined', 2]], skipped: [['rejected', 2]], millis: 2000, since: '' });
    expect(second?.figures).toEqual([['changed', 3], ['gone', 1]]);
    expect(third?.skipped).toEqual([['unmapped', 7]]);
    expect(fourth?.millis).toBe(400);
    expect(fifth?.figures).toEqual([['raised', 4], ['seen', 5], ['verified', 1]]);
    expect(stepsOf(run('reading', { read_at: read })).slice(1).flatMap((step) => step.figures)).toEqual([]);
  });

  it('say of what is held since when, and what it is held for', () => {
    const held = stepsOf(run('held', { read_at: read, read_ended_at: ended }))[1];
    expect(held).toMatchObject({ since: ended, figures: [['known', 200], ['vanished', 82]] });
  });
});

describe('dropOf', () => {
  it('sets what is gone beside what was known', () => expect(dropOf(counts)).toEqual({ known: 200, found: 118, vanished: 82, percent: 41 }));
  it('says nothing of a run that did not count them', () => expect(dropOf({ known: 0, vanished: 0 })).toBeUndefined());
});
