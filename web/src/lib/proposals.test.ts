import { describe, expect, it } from 'vitest';
import type { Mapping } from '../api/types';
import { changeable, endOf, filled, mappingHistory, Sending } from './proposals';

const mapping = (change: Partial<Mapping>): Mapping => ({
  id: 'm', domain: 'item', system: 's', plant: '', code_type: 'internal', code: '000123', record_id: 'r1', relation: 'equivalent', state: 'active',
  valid_from: '', valid_to: '', basis: 'person', default_out: true, factor: '1', unit: '', version: 1, change_request_id: 'c', ...change,
});

describe('a proposal', () => {
  it('leaves out what was left empty, and nothing else', () => {
    expect(filled({ a: '', b: undefined, c: 0, d: false, e: 'x' })).toEqual({ c: 0, d: false, e: 'x' });
  });

  it('goes under the same key until it is changed', () => {
    let count = 0;
    const sending = new Sending(() => String(++count));
    expect([sending.key('/a', { x: 1 }), sending.key('/a', { x: 1 }), sending.key('/a', { x: 2 }), sending.key('/b', { x: 2 })]).toEqual(['1', '1', '2', '3']);
  });

  it('ends a mapping, or hands its code over', () => {
    expect(endOf(mapping({ version: 3 }), '2026-12-01', ' r ')).toEqual({ action: 'end', mapping_id: 'm', version: 3, on: '2026-12-01', reason: 'r' });
    expect(endOf(mapping({}), '2026-12-01', 'r', 'r2')).toMatchObject({ action: 'replace', record_id: 'r2' });
  });
});

describe('the history of a mapping', () => {
  it('is told newest first with what changed', () => {
    const history = mappingHistory([mapping({}), mapping({ version: 2, valid_to: '2026-12-01' }), mapping({ version: 3, valid_to: '2026-12-01', state: 'ended' })]);
    expect(history.map(({ version, changed }) => [version.version, changed])).toEqual([[3, ['state']], [2, ['valid_to']], [1, []]]);
  });

  it('can go on only while the mapping lives', () => {
    expect(changeable(mapping({}), '2026-11-01')).toBe(true);
    expect(changeable(mapping({ valid_to: '2026-12-01' }), '2026-11-01')).toBe(true);
    expect(changeable(mapping({ valid_to: '2026-11-01' }), '2026-11-01')).toBe(false);
    expect(changeable(mapping({ state: 'ended' }), '2026-11-01')).toBe(false);
    expect(changeable(mapping({ state: 'proposed' }), '2026-11-01')).toBe(false);
  });
});
