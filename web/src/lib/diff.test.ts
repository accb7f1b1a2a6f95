import { describe, expect, it } from 'vitest';
import { diffTexts, similarity } from './diff';

const joined = (segments: { text: string }[]) => segments.map(({ text }) => text).join('');

describe('diffTexts', () => {
  it('marks only the characters that differ where the sides are alike', () => {
    const { golden, source, whole } = diffTexts('PUMP GEAR M16x80', 'PUMP GEAR M16x85');
    expect(whole).toBe(false);
    expect(golden.filter(({ changed }) => changed)).toEqual([{ text: '0', changed: true }]);
    expect(source.filter(({ changed }) => changed)).toEqual([{ text: '5', changed: true }]);
  });

  it('marks the whole value where a shared letter would be noise', () => {
    expect(diffTexts('EA', 'PCE')).toEqual({
      golden: [{ text: 'EA', changed: true }], source: [{ text: 'PCE', changed: true }], whole: true,
    });
  });

  it('has nothing to mark on an empty side', () => {
    expect(diffTexts('', 'new').golden).toEqual([]);
  });

  it('loses no character of either side', () => {
    for (const [a, b] of [['0017', '17'], ['Hex bolt M8x40', 'Hex bolt M8x45'], ['same', 'same'], ['', ''], ['übergröße', 'ubergrosse']] as const) {
      const { golden, source } = diffTexts(a, b);
      expect([joined(golden), joined(source)]).toEqual([a, b]);
    }
  });
});

describe('similarity', () => {
  it('is 1 for equal texts, 0 for texts without a common character, and the same both ways', () => {
    expect(similarity('abc', 'abc')).toBe(1);
    expect(similarity('', '')).toBe(1);
    expect(similarity('abc', 'xyz')).toBe(0);
    expect(similarity('M8x40', 'M8x45')).toBe(similarity('M8x45', 'M8x40'));
  });
});
