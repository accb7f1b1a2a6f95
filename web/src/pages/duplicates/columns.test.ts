import { describe, expect, it } from 'vitest';
import type { AttributeDefinition } from '../../api/types';
import { agreementOf, rowsOf, type Column } from './columns';

const definition = ['name', 'gtin', 'net_weight'].map((id) => ({ id, label: id.toUpperCase() })) as AttributeDefinition[];
const column = (attributes: Column['attributes']): Column => ({ id: '1', record: '1', code: 'A', name: 'a', attributes, codes: [], uses: [] });

describe('rowsOf', () => {
  const rows = rowsOf(
    definition,
    [column({ gtin: { code: '4006381' }, name: { text: 'Screw' }, net_weight: { qty: '2', unit: 'KGM' } }), column({ name: { text: 'Screw' }, net_weight: { qty: '3', unit: 'KGM' } })],
    'en',
  );

  it('stands in the order of the definition, without what nobody has', () => expect(rows.map((row) => row.label)).toEqual(['NAME', 'GTIN', 'NET_WEIGHT']));
  it('says what agrees, what differs and what only some have', () => expect(rows.map((row) => row.agreement)).toEqual(['same', 'some', 'differs']));
  it('marks numbers whole', () => expect(rows.map((row) => row.whole)).toEqual([false, false, true]));
});

describe('agreementOf', () => {
  it('takes a missing value for no contradiction', () => expect(agreementOf(['a', '', 'a'])).toBe('some'));
  it('sees one that differs among many', () => expect(agreementOf(['a', 'a', 'b'])).toBe('differs'));
});
