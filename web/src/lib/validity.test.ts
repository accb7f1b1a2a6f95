import { describe, expect, it } from 'vitest';
import { validityWords } from './validity';

describe('validity in words', () => {
  it('names the sides that are not open', () => {
    const t = (key: string, parts = {}) => [key, ...Object.values(parts)].join(' ');
    const of = (valid_from: string, valid_to: string) => validityWords(t, { valid_from, valid_to });
    expect([of('', ''), of('a', ''), of('', 'b'), of('a', 'b')]).toEqual(['validity.always', 'validity.since a', 'validity.until b', 'validity.both a b']);
  });
});
