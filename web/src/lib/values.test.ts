import { describe, expect, it } from 'vitest';
import type { Value } from '../api/types';
import { displayValue, sameValue, typedForm, valueFrom } from './values';

describe('displayValue', () => {
  const cases: Record<string, { value: Value | undefined; shown: string }> = {
    'a code as written': { value: { code: '000123' }, shown: '000123' },
    'a quantity with its unit, to the last zero': { value: { qty: '0.250', unit: 'KGM' }, shown: '0.250 KGM' },
    'a bare number': { value: { qty: '5' }, shown: '5' },
    'the text of the language': { value: { i18n: { de: 'Zahnrad', en: 'Gear' } }, shown: 'Zahnrad' },
    'English where the language is missing': { value: { i18n: { cs: 'Kolo', en: 'Gear' } }, shown: 'Gear' },
    'the first language where English is missing too': { value: { i18n: { it: 'Ruota', cs: 'Kolo' } }, shown: 'Kolo' },
    'a no as a statement': { value: { bool: false }, shown: 'no' },
    'nothing': { value: null, shown: '' },
  };
  for (const [phrase, { value, shown }] of Object.entries(cases)) {
    it(`shows ${phrase}`, () => expect(displayValue(value, 'de')).toBe(shown));
  }
});

describe('sameValue', () => {
  it('goes by content, not by the order of keys', () => {
    expect(sameValue({ i18n: { en: 'a', de: 'b' } }, { i18n: { de: 'b', en: 'a' } })).toBe(true);
    expect(sameValue({ code: '000123' }, { code: '123' })).toBe(false);
    expect(sameValue(null, undefined)).toBe(true);
  });

  it('tells kinds apart', () => expect(sameValue({ text: 'a' }, { code: 'a' })).toBe(false));
});

describe('valueFrom', () => {
  it('reads a decimal comma and adds the unit', () => expect(valueFrom('quantity', ' 1,5 ', 'KGM')).toEqual({ qty: '1.5', unit: 'KGM' }));
  it('says nothing where nothing was typed', () => expect(valueFrom('code', '  ', '')).toBeNull());
  it('gives back what a form was given', () => {
    const value: Value = { qty: '0.250', unit: 'KGM' };
    expect(valueFrom('quantity', typedForm(value, 'en'), 'KGM')).toEqual(value);
  });
});
