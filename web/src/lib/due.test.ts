import { describe, expect, it } from 'vitest';
import { dueBefore, dueState, separatorOf } from './due';

const now = Date.parse('2026-03-01T12:00:00Z');

describe('dueState', () => {
  it('is overdue from the day after', () => {
    expect(dueState('2026-02-28', now)).toBe('overdue');
    expect(dueState('2026-03-01', now)).toBe('soon');
  });
  it('is soon for a week', () => {
    expect(dueState('2026-03-08', now)).toBe('soon');
    expect(dueState('2026-03-09', now)).toBe('later');
  });
  it('says nothing without a day', () => expect(dueState('', now)).toBeUndefined());
});

describe('dueBefore', () => {
  it('asks for exactly what is shown as such', () => {
    expect(dueBefore('overdue', now)).toBe('2026-03-01');
    expect(dueBefore('week', now)).toBe('2026-03-09');
    expect(dueBefore(undefined, now)).toBeUndefined();
  });
});

describe('separatorOf', () => {
  it('parts columns by what is no decimal mark', () => {
    expect(separatorOf('en-GB')).toBe('comma');
    expect(separatorOf('de-DE')).toBe('semicolon');
  });
});
