import { describe, expect, it } from 'vitest';
import { endOf, keyState, withRole } from './roles';

const steward = { role: 'steward', domain: '*', plant: 'STU1' };

describe('withRole', () => {
  it('gives the same role for the same place a new end', () =>
    expect(withRole([steward], { ...steward, until: '2027-01-01T00:00:00Z' })).toEqual([{ ...steward, until: '2027-01-01T00:00:00Z' }]));
  it('adds the role for another place', () => expect(withRole([steward], { ...steward, plant: 'GLW1' })).toHaveLength(2));
});

describe('endOf', () => {
  it('counts the last day in', () => expect(endOf('2026-12-31')).toEqual({ until: '2027-01-01T00:00:00Z' }));
  it('does not end without a day', () => expect(endOf('')).toEqual({}));
});

describe('keyState', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  const key = { id: 'k', created_at: '', expires_at: '2026-06-01T00:00:00Z', revoked_at: '', used_at: '' };
  it('is over when it was revoked or has expired', () => {
    expect(keyState({ ...key, revoked_at: '2026-02-01T00:00:00Z' }, now)).toBe('revoked');
    expect(keyState({ ...key, expires_at: '2026-03-01T00:00:00Z' }, now)).toBe('expired');
  });
  it('says two weeks ahead that it ends', () => {
    expect(keyState({ ...key, expires_at: '2026-03-14T00:00:00Z' }, now)).toBe('soon');
    expect(keyState(key, now)).toBe('active');
  });
});
