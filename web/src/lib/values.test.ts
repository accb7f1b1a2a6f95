import { describe, expect, it } from 'vitest';
import type { Value } from '../api/types';
import { beside, displayValue, sameValue, saysTheSame, typedForm, valueFrom } from './values';

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

describe('texts by language beside each other', () => {
  const golden: Value = { i18n: { en: 'Screw', de: 'Schraube' } };
  const cases: Record<string, { source: Value; shown: [string, string]; same: boolean }> = {
    'a source of one language that says the same': { source: { i18n: { de: 'Schraube' } }, shown: ['Screw', 'Schraube'], same: true },
    'a source of one language that says something else': { source: { i18n: { de: 'Mutter' } }, shown: ['Schraube', 'Mutter'], same: false },
    'the language in which they differ': { source: { i18n: { en: 'Nut', de: 'Schraube' } }, shown: ['Screw', 'Nut'], same: false },
    'a language that golden wants': { source: { i18n: { pl: 'Screw' } }, shown: ['Screw', 'Screw'], same: true },
    'what is no text': { source: { code: 'A' }, shown: ['Screw', 'A'], same: false },
  };
  it.each(Object.entries(cases))('%s', (_, { source, shown, same }) => {
    expect(beside(golden, source, 'en')).toEqual(shown);
    expect(saysTheSame(golden, source)).toBe(same);
  });
});
