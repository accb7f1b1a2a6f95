import { describe, expect, it } from 'vitest';
import { delta, parseDecimal } from './numbers';

describe('delta', () => {
  const cases: Record<string, [Parameters<typeof delta>[0], Parameters<typeof delta>[1], ReturnType<typeof delta>]> = {
    'equal in other digits': [{ qty: '1.50', unit: 'KGM' }, { qty: '1.5', unit: 'KGM' }, { kind: 'same' }],
    'equal in another unit': [{ qty: '1.5', unit: 'KGM' }, { qty: '1500', unit: 'GRM' }, { kind: 'same' }],
    'grams taken for kilograms': [{ qty: '0.25', unit: 'KGM' }, { qty: '250', unit: 'KGM' }, { kind: 'factor', factor: 1000 }],
    'ten percent more': [{ qty: '2' }, { qty: '2.2' }, { kind: 'percent', percent: 10 }],
    'less than a negative number': [{ qty: '-2' }, { qty: '-3' }, { kind: 'percent', percent: -50 }],
    'units of two kinds': [{ qty: '1', unit: 'KGM' }, { qty: '1', unit: 'MTR' }, { kind: 'incomparable' }],
    'from nothing': [{ qty: '0' }, { qty: '3' }, { kind: 'incomparable' }],
    'no number': [{ qty: 'n/a' }, { qty: '3' }, { kind: 'incomparable' }],
  };
  for (const [name, [golden, source, want]] of Object.entries(cases)) {
    it(name, () => expect(delta(golden, source)).toEqual(want));
  }
});

describe('parseDecimal', () => {
  it('keeps numbers exact that a float would not', () => {
    expect(parseDecimal('0.1')).toEqual({ digits: 1n, exponent: -1 });
    expect(parseDecimal('12345678901234567890.5')).toEqual({ digits: 123456789012345678905n, exponent: -1 });
    expect(parseDecimal('1e3')).toEqual(parseDecimal('1000'));
  });

  it('reads nothing into what is no number', () => {
    for (const raw of ['', '.', '1,5', '1e9999', '0x10', 'NaN']) expect(parseDecimal(raw)).toBeUndefined();
  });
});
