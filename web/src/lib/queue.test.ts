import { describe, expect, it } from 'vitest';
import { decidable, nextUndecided } from './queue';

/** Row by row: "o" is to be decided, "d" is decided, "?" is not loaded. */
const openOf = (rows: string) => (index: number) => (rows[index] === '?' ? undefined : rows[index] === 'o');

describe('nextUndecided', () => {
  const cases: Record<string, { rows: string; from: number; next: number }> = {
    'the next one': { rows: 'doo', from: 0, next: 1 },
    'past those decided': { rows: 'dddo', from: 0, next: 3 },
    'from the top, when none follows': { rows: 'oddd', from: 2, next: 0 },
    'a row nobody has loaded': { rows: 'dd?', from: 0, next: 2 },
    'none, when all are decided': { rows: 'ddd', from: 1, next: -1 },
    'none in a list of one': { rows: 'd', from: 0, next: -1 },
  };
  for (const [phrase, { rows, from, next }] of Object.entries(cases)) {
    it(`finds ${phrase}`, () => expect(nextUndecided(from, rows.length, openOf(rows))).toBe(next));
  }
});

describe('decidable', () => {
  it('is what came back after a fix, and not what waits for approval', () => {
    expect(decidable({ state: 'bounced' })).toBe(true);
    expect(decidable({ state: 'change_requested' })).toBe(false);
    expect(decidable({ state: 'accepted' })).toBe(false);
  });
});
