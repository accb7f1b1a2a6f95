import { describe, expect, it } from 'vitest';
import { changedKeys, differing } from './differing';

describe('what systems say', () => {
  const golden = { name: { text: 'Screw' }, weight: { qty: '2', unit: 'KGM' } };

  it('differs only where one of them says something else', () => {
    expect(differing(['name', 'weight', 'gtin'], golden, [{ name: { text: 'Screw' } }, { weight: { qty: '3', unit: 'KGM' } }])).toEqual(['weight']);
  });

  it('differs where golden has nothing, and not where the system has nothing', () => {
    expect(differing(['gtin', 'name'], golden, [{ gtin: { code: '1' }, name: null }])).toEqual(['gtin']);
  });
});

describe('two versions', () => {
  it('differ in what was changed, added or taken away', () => {
    expect(changedKeys(['a', 'b', 'c', 'd'], { a: { text: '1' }, b: { text: '1' }, c: null }, { a: { text: '1' }, b: { text: '2' }, d: { text: '1' } })).toEqual(['b', 'd']);
    expect(changedKeys(['a'], { a: { text: '1' } }, {})).toEqual(['a']);
  });
});
