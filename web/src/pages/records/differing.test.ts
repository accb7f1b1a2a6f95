import { describe, expect, it } from 'vitest';
import { changedKeys, differing } from './differing';

describe('what systems say', () => {
  it('differs where one of them says so, in the order of the keys', () => {
    expect(differing(['name', 'weight', 'gtin'], [{ differs: ['gtin'] }, { differs: ['gtin', 'name'] }, { differs: [] }])).toEqual(['name', 'gtin']);
    expect(differing(['name'], [])).toEqual([]);
  });
});

describe('two versions', () => {
  it('differ in what was changed, added or taken away', () => {
    expect(changedKeys(['a', 'b', 'c', 'd'], { a: { text: '1' }, b: { text: '1' }, c: null }, { a: { text: '1' }, b: { text: '2' }, d: { text: '1' } })).toEqual(['b', 'd']);
    expect(changedKeys(['a'], { a: { text: '1' } }, {})).toEqual(['a']);
  });
});
