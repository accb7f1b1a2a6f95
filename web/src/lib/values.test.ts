import { describe, expect, it } from 'vitest';
import type { Value } from '../api/types';
import { displayValue, inAllLanguages, inDifferingLanguages, sameValue, saysTheSame, typedForm, valueFrom } from './values';

describe('displayValue', () => {
  const cases: Record<string, { value: Value | undefined; shown: string }> = {
    'a code as written': { value: { code: '000123' }, shown: '000123' },
    'a quantity with its unit, to the last zero': { value: { qty: '0.250', unit: 'KGM' }, shown: '0.250 KGM' },
    'a bare number': { value: { qty: '5' }, shown: '5' },
    'the text of the language': { value: { i18n: { de: 'Zahnrad', en: 'Gear' } }, shown: 'Zahnrad' },
    'English where the language is missing': { value: { i18n: { cs: 'Kolo', en: 'Gear' } }, shown: 'Gear' },
    'the first language where English is missing too': { value: { i18n: { it: 'Ruota', cs: 'Kolo' } }, shown: 'Kolo' },
    'another language where a text is empty': { value: { i18n: { de: '', en: 'Gear' } }, shown: 'Gear' },
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

describe('inAllLanguages', () => {
  it("lists the reader's language first, then English, then the others", () => {
    const value: Value = { i18n: { pl: 'Koło', en: 'Gear', cs: 'Kolo', de: 'Zahnrad', fr: '' } };
    expect(inAllLanguages(value, 'de')?.map((one) => one.language)).toEqual(['de', 'en', 'cs', 'pl']);
  });
  it('is no matter of a code', () => expect(inAllLanguages({ code: 'Gear' }, 'de')).toBeUndefined());
});

describe('inDifferingLanguages', () => {
  const golden: Value = { i18n: { en: 'Gear', de: 'Zahnrad' } };
  it('compares the languages that a system has, and no others', () => {
    expect(inDifferingLanguages(golden, { i18n: { de: 'Rad' } }, 'en')).toEqual([{ language: 'de', golden: 'Zahnrad', source: 'Rad' }]);
  });
  it('lets what golden shows stand in for a language it lacks', () => {
    expect(inDifferingLanguages(golden, { i18n: { pl: 'Koło' } }, 'de')).toEqual([{ language: 'pl', golden: 'Gear', source: 'Koło' }]);
  });
  it("shows the reader's language where nothing differs", () => {
    expect(inDifferingLanguages(golden, golden, 'de')).toEqual([{ language: 'de', golden: 'Zahnrad', source: 'Zahnrad' }]);
  });
  it('tells of two versions what was added and what went', () => {
    expect(inDifferingLanguages(golden, { i18n: { en: 'Gear', pl: 'Koło' } }, 'en', true)).toEqual([
      { language: 'de', golden: 'Zahnrad', source: '' }, { language: 'pl', golden: '', source: 'Koło' },
    ]);
  });
  it('shows a side that says nothing beside one that does', () => {
    expect(inDifferingLanguages(golden, null, 'en')).toEqual([{ language: 'en', golden: 'Gear', source: '' }, { language: 'de', golden: 'Zahnrad', source: '' }]);
    expect(inDifferingLanguages(null, { text: 'Gear' }, 'en')).toBeUndefined();
  });
});

describe('saysTheSame', () => {
  it('asks a system of one language for that one only', () => {
    const golden: Value = { i18n: { en: 'Gear', de: 'Zahnrad' } };
    expect(saysTheSame(golden, { i18n: { de: 'Zahnrad' } })).toBe(true);
    expect(saysTheSame(golden, { i18n: { de: 'Gear' } })).toBe(false);
    expect(saysTheSame({ code: '0123' }, { code: '123' })).toBe(false);
  });
});
