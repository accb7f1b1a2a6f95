import { describe, expect, it } from 'vitest';
import type { AttributeDefinition } from '../api/types';
import { attributesOf, faultsByField, fieldsOf, onItsWay, shownIn, searchWords, uniqueById } from './wishes';

const definition = (id: string, kind: string, unit = '') => ({ id, kind, unit }) as AttributeDefinition;
const definitions = [definition('name', 'translated'), definition('gtin', 'code'), definition('net_weight', 'quantity', 'KGM')];

describe('attributesOf', () => {
  it('keeps a name in the language it was typed in, beside those there are', () => {
    const made = attributesOf(definitions, { name: ' Schraube ' }, 'de', { name: { i18n: { en: 'Screw' } } });
    expect(made).toEqual({ name: { i18n: { en: 'Screw', de: 'Schraube' } } });
  });
  it('leaves alone what was not touched, and drops what was emptied', () => {
    const before = { gtin: { code: '0401' }, net_weight: { qty: '1', unit: 'KGM' } };
    expect(attributesOf(definitions, { gtin: '' }, 'de', before)).toEqual({ net_weight: { qty: '1', unit: 'KGM' } });
  });
  it('gives numbers their unit and takes a decimal comma', () =>
    expect(attributesOf(definitions, { net_weight: '0,25' }, 'de')).toEqual({ net_weight: { qty: '0.25', unit: 'KGM' } }));
});

describe('fieldsOf', () => {
  it("asks for what is everywhere's and the plant's own, not for what is nobody's to type", () => {
    const all = [
      definition('name', 'translated'), { ...definition('lead_time', 'quantity'), scope: 'plant' }, { ...definition('standard_cost', 'money'), scope: 'company' },
      definition('suppliers', 'lines'),
    ] as AttributeDefinition[];
    expect(fieldsOf(all, 'STU1').map((one) => one.id)).toEqual(['name', 'lead_time@STU1']);
  });
});

describe('shownIn', () => {
  it('is what was typed, an emptied field included', () => expect(shownIn({ gtin: '' }, { gtin: { code: '1' } }, 'gtin', 'en')).toBe(''));
  it('is what is known otherwise', () => expect(shownIn({}, { gtin: { code: '0401' } }, 'gtin', 'en')).toBe('0401'));
});

describe('faultsByField', () => {
  it('finds the attribute at the end of a place', () =>
    expect(faultsByField([{ location: '/base_unit', message: 'm' }, { location: '/attributes/name', message: 'n' }])).toEqual({ base_unit: 'm', name: 'n' }));
});

describe('onItsWay', () => {
  it('ends with what has come to rest', () => {
    expect(onItsWay({ state: 'created' })).toBe(true);
    expect(onItsWay({ state: 'done' })).toBe(false);
  });
});

describe('searchWords', () => {
  it('searches for each word once, however many fields hold it', () => {
    expect(searchWords([' 4711 ', undefined, '4711', 'M6', 'Zahnriemen'])).toEqual(['4711', 'Zahnriemen']);
  });
});

describe('uniqueById', () => {
  it('tells a record that two searches found once', () => expect(uniqueById([{ id: 'a' }, { id: 'b' }, { id: 'a' }])).toHaveLength(2));
});
