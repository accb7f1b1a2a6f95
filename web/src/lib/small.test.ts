import { describe, expect, it } from 'vitest';
import { firstLanguage } from '../i18n';
import { newId } from './ids';
import { localeOf } from './locale';
import { ageOf, dayAfter } from './time';
import { standing } from './words';

const now = Date.parse('2026-03-01T12:00:00Z');

describe('ageOf', () => {
  it('counts in the largest unit that is worth it', () => {
    expect(ageOf('2026-03-01T11:01:00Z', now)).toEqual({ count: 59, unit: 'minute' });
    expect(ageOf('2026-03-01T11:00:00Z', now)).toEqual({ count: 1, unit: 'hour' });
    expect(ageOf('2026-02-27T12:00:01Z', now)).toEqual({ count: 47, unit: 'hour' });
    expect(ageOf('2026-02-27T12:00:00Z', now)).toEqual({ count: 2, unit: 'day' });
  });

  it('never counts backwards when clocks differ', () => expect(ageOf('2026-03-01T12:05:00Z', now)).toEqual({ count: 0, unit: 'minute' }));
  it('knows no age of what has not happened', () => expect(ageOf('', now)).toBeUndefined());
});

describe('dayAfter', () => {
  it('crosses the end of a month', () => expect(dayAfter(-1, now)).toBe('2026-02-28'));
});

describe('newId', () => {
  it('is a version 4 UUID whatever chance gives', () => {
    expect(newId((into) => into.fill(0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(newId((into) => into.fill(0))).toBe('00000000-0000-4000-8000-000000000000');
  });
});

describe('firstLanguage', () => {
  it('is the one chosen here, else one the browser asks for, else English', () => {
    expect(firstLanguage('de', ['en-GB'])).toBe('de');
    expect(firstLanguage('', ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(firstLanguage('', ['fr'])).toBe('en');
  });
});

describe('localeOf', () => {
  it("is the reader's own variety of the language shown", () => {
    expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(localeOf('de', ['en-GB'])).toBe('de');
  });
});

describe('standing', () => {
  it('begins large and leaves the rest', () => expect(standing('the plant MTY1 is down')).toBe('The plant MTY1 is down'));
});
