import { describe, expect, it } from 'vitest';
import { bandState, formOf, saysOf, withTerm } from './bands';

const says = { note: 'n', review: 0.1, auto: 0.995, target: 0.999, sample_percent: 5, skip: ['origin'], terms: [{ word: 'schr', concepts: ['screw'] }], auto_plants: ['STU1'] };

describe('bandState', () => {
  it('is closed for as long as something closed it', () => expect(bandState({ open: false, wanted: true, closed_why: 'an unmerge' })).toBe('closed'));
  it('is open when it was earned', () => expect(bandState({ open: true, wanted: true })).toBe('open'));
  it('is being earned where the rule asks for it', () => expect(bandState({ open: false, wanted: true })).toBe('earning'));
  it('is not wanted otherwise', () => expect(bandState({ open: false, wanted: false })).toBe('unwanted'));
});

describe('the form of a draft', () => {
  it('says what it was made of', () => expect(saysOf(formOf(says))).toEqual({ says }));
  it('takes a comma for a point', () => expect(saysOf({ ...formOf(says), auto: '99,5' })).toEqual({ says }));
  it('names the field that is no number', () => {
    expect(saysOf({ ...formOf(says), target: 'high' })).toEqual({ wrong: 'target' });
    expect(saysOf({ ...formOf(says), review: ' ' })).toEqual({ wrong: 'review' });
  });
});

it('takes a word in once', () => {
  const proposal = { word: 'schr', like: 'screw', together: 3, concepts: ['bolt'], examples: [] };
  expect(withTerm(says.terms, proposal)).toEqual([{ word: 'schr', concepts: ['bolt'] }]);
});
