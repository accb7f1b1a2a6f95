import { describe, expect, it } from 'vitest';
import { handedIn, openRow, percentDone, shownStep, submittable } from './stages';

const counts = { new: 0, changed: 0, same: 5, conflict: 0, wrong: 0 };

describe('what the page of an import shows', () => {
  it('is where the import is, until something else that is possible is asked for', () => {
    expect(shownStep('asking', undefined)).toBe('columns');
    expect(shownStep('previewed', undefined)).toBe('preview');
    expect(shownStep('previewed', 'columns')).toBe('columns');
    expect(shownStep('submitted', undefined)).toBe('preview');
    expect(shownStep('submitted', 'columns')).toBe('columns');
  });
  it('does not go where the import cannot', () => {
    expect(shownStep('reading', 'columns')).toBe('check');
    expect(shownStep('asking', 'preview')).toBe('columns');
    expect(shownStep('cancelled', 'columns')).toBe('check');
    expect(shownStep('previewed', 'nonsense')).toBe('preview');
  });
});

describe('how far it is', () => {
  it('is told only where the end is known', () => {
    expect(percentDone({ done: 50, total: 0 })).toBeUndefined();
    expect(percentDone({ done: 999, total: 1000 })).toBe(99);
    expect(percentDone({ done: 1200, total: 1000 })).toBe(100);
  });
});

describe('what is handed in', () => {
  it('are new and changed rows; wrong ones and conflicts stay', () => {
    expect(handedIn({ new: 2, changed: 3, same: 9, conflict: 1, wrong: 4 })).toEqual({ good: 5, faulty: 5 });
  });
  it('is nothing where nothing differs, unless a complete list leaves something out', () => {
    expect(submittable({ state: 'previewed', counts, kind: 'mapping', absent: 0 })).toBe(false);
    expect(submittable({ state: 'previewed', counts: { ...counts, changed: 1 }, kind: 'golden', absent: 0 })).toBe(true);
    expect(submittable({ state: 'previewed', counts, kind: 'records-partial', absent: 3 })).toBe(false);
    expect(submittable({ state: 'previewed', counts, kind: 'records-complete', absent: 3 })).toBe(true);
    expect(submittable({ state: 'submitted', counts: { ...counts, new: 1 }, kind: 'mapping', absent: 0 })).toBe(false);
  });
});

describe('the row to open', () => {
  const rows = [{ position: 2 }, { position: 5 }, { position: 9 }];
  it('is the first, until one is chosen', () => expect(openRow(rows, undefined)?.position).toBe(2));
  it('is the next one when the chosen one has left the list', () => expect(openRow(rows, 4)?.position).toBe(5));
  it('is the last when none follows, and none where there is none', () => {
    expect(openRow(rows, 12)?.position).toBe(9);
    expect(openRow([], 1)).toBeUndefined();
  });
});
