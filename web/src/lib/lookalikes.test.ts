import { describe, expect, it } from 'vitest';
import { lookAlike, marksOf } from './lookalikes';

describe('marksOf', () => {
  it('shows what a reader would not see, and where', () => {
    expect(marksOf('A\u00a0B ')).toEqual([
      { index: 1, length: 1, kind: 'invisible', codePoint: 'U+00A0' },
      { index: 3, length: 1, kind: 'edge_space', codePoint: 'U+0020' },
    ]);
    expect(marksOf('\u0410B')).toEqual([{ index: 0, length: 1, kind: 'foreign_letter', codePoint: 'U+0410' }]);
  });

  it('leaves a blank alone that is not at the edge of the value', () => {
    expect(marksOf('HEX BOLT')).toEqual([]);
    expect(marksOf(' BOLT', { start: false, end: true })).toEqual([]);
  });
});

describe('lookAlike', () => {
  it('tells texts that only look the same', () => {
    expect(lookAlike('DWG-O1', 'DWG-01')).toBe(true);
    expect(lookAlike('\u0410-1', 'A-1')).toBe(true);
    expect(lookAlike('A\u200b1', 'A1')).toBe(true);
  });

  it('is silent on equal texts and on texts that look different', () => {
    expect(lookAlike('A1', 'A1')).toBe(false);
    expect(lookAlike('A1', 'A2')).toBe(false);
  });
});
