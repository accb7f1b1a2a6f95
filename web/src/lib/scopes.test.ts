import { describe, expect, it } from 'vitest';
import { grouped, keyLabel, keysOfBoth, scopedTable, splitKey } from './scopes';

const attributes = [
  { id: 'code', label: 'Item code', scope: 'global' },
  { id: 'material', label: 'Material', scope: 'global' },
  { id: 'coating', label: 'Coating', scope: 'global' },
  { id: 'lead_time', label: 'Lead time', scope: 'plant' },
  { id: 'min_stock', label: 'Minimum stock', scope: 'plant' },
  { id: 'standard_cost', label: 'Standard cost', scope: 'company' },
];

describe('scoped keys', () => {
  it('are an attribute and its place', () => {
    expect(splitKey('code')).toEqual({ attribute: 'code', place: '' });
    expect(splitKey('lead_time@STU1')).toEqual({ attribute: 'lead_time', place: 'STU1' });
    expect(splitKey('standard_cost@company:CW-DE')).toEqual({ attribute: 'standard_cost', place: 'CW-DE' });
  });

  it('are told with their place, unknown ones by themselves', () => {
    expect(keyLabel(attributes, 'lead_time@STU1')).toBe('Lead time, STU1');
    expect(keyLabel(attributes, 'colour')).toBe('colour');
  });
});

describe('the item in groups', () => {
  it('has what nobody knows last and scoped values nowhere', () => {
    expect(grouped(attributes).map((group) => [group.name, group.attributes.map((one) => one.id)])).toEqual([
      ['identity', ['code']], ['technical', ['material']], ['other', ['coating']],
    ]);
  });

  it('puts scoped values in a table of places', () => {
    const values = { 'lead_time@STU1': { qty: '5', unit: 'DAY' }, 'min_stock@GLW1': { qty: '9' }, 'standard_cost@company:CW-DE': null, code: { code: 'A' } };
    expect(scopedTable(attributes, values, 'plant')).toMatchObject({
      places: ['GLW1', 'STU1'],
      rows: [{ values: [undefined, { qty: '5' }] }, { values: [{ qty: '9' }, undefined] }],
    });
    expect(scopedTable(attributes, {}, 'company')).toMatchObject({ places: [], rows: [{ values: [] }] });
  });

  it('compares two versions over the keys of both, in the order of the definition', () => {
    const keys = keysOfBoth(attributes, { 'lead_time@STU1': null, zinc: null }, { material: null, 'lead_time@GLW1': null, code: null }, undefined);
    expect(keys).toEqual(['code', 'material', 'lead_time@GLW1', 'lead_time@STU1', 'zinc']);
  });
});
