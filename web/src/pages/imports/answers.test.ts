import { describe, expect, it } from 'vitest';
import type { ImportLayout, ImportNote, ImportRow } from '../../api/types';
import { corrected, inCalls, noticedKinds, questionsOf, taking, takingAll } from './answers';

const layout = {
  columns: [
    { column: 1, header: 'Nr', field: 'code', plant: '', language: '' },
    { column: 3, header: 'Ziel', field: 'target', plant: '', language: '' },
    { column: 4, header: 'Name', field: 'name', plant: '', language: '' },
  ],
} as ImportLayout;
const note = (cell: string, suggestion: string, kind = 'zeros_lost'): ImportNote => ({ cell, kind, weight: 'suggest', message: '', suggestion });
const row = (position: number, notes: ImportNote[]) => ({ position, code: '123', target: '77', notes }) as unknown as ImportRow;

describe("taking a note's suggestion", () => {
  it('puts the field right whose column the cell stands in', () => {
    expect(taking(layout, row(4, []), note('Items!A9', '000123'))).toEqual({ position: 4, code: '000123' });
    expect(taking(layout, row(4, []), note('C9', '0077'))).toEqual({ position: 4, target: '0077' });
  });
  it('is nothing where there is none, or the column is no code', () => {
    expect(taking(layout, row(4, []), note('A9', ''))).toBeUndefined();
    expect(taking(layout, row(4, []), note('D9', 'M16x80'))).toBeUndefined();
    expect(taking(layout, row(4, []), note('', '000123'))).toBeUndefined();
  });
  it('is nothing where the row says so already', () => expect(taking(layout, row(4, []), note('A9', '123'))).toBeUndefined());
});

describe('taking them all', () => {
  it('answers each row once, and no note of another kind', () => {
    const rows = [row(0, [note('A2', '000123'), note('C2', '0077')]), row(1, [note('A3', 'x', 'lookalike')]), row(2, [note('A4', '000124')])];
    expect(takingAll(layout, rows, 'zeros_lost')).toEqual([{ position: 0, code: '000123', target: '0077' }, { position: 2, code: '000124' }]);
  });
  it('goes in as many calls as it needs', () => {
    const answers = [1, 2, 3, 4, 5].map((position) => ({ position }));
    expect(inCalls(answers, 2).map((call) => call.length)).toEqual([2, 2, 1]);
    expect(inCalls([], 2)).toEqual([]);
  });
});

describe('what was typed', () => {
  it('is an answer where it says something else', () => {
    expect(corrected(row(3, []), { code: ' 000123 ', target: '77' })).toEqual({ position: 3, code: '000123' });
    expect(corrected(row(3, []), { code: '123', target: '' })).toBeUndefined();
  });
});

describe('what was noticed', () => {
  it('is told with the most frequent first', () => {
    expect(noticedKinds({ space: 2, zeros_lost: 40, merged: 0, colour: 2 }, undefined).map((one) => one.kind)).toEqual(['zeros_lost', 'colour', 'space']);
  });
  it('names what the list is narrowed to, even when the last such row was put right', () => {
    expect(noticedKinds({ space: 2 }, 'zeros_lost')).toEqual([{ kind: 'space', count: 2 }, { kind: 'zeros_lost', count: 0 }]);
  });
});

describe('what a contradicting row asks', () => {
  const change = (attribute: string) => ({ attribute, label: '', before: { text: 'a' }, after: { text: 'b' } });
  const exported = {
    columns: [
      { column: 3, header: 'Ziel', field: 'target', plant: '', language: '' },
      { column: 5, header: 'Name', field: 'attribute:name', plant: '', language: 'de' },
    ],
  } as ImportLayout;
  it('is all that differs, where the file is no export', () => {
    expect(questionsOf(exported, { notes: [], changes: [change('target'), change('factor')] }).map((one) => one.attribute)).toEqual(['target', 'factor']);
  });
  it('is only the cells that somebody else has changed too', () => {
    const asked = questionsOf(exported, { notes: [note('C7', 'M-1', 'stale')], changes: [change('factor'), change('target')] });
    expect(asked.map((one) => [one.attribute, one.change?.attribute])).toEqual([['target', 'target']]);
  });
  it('names an attribute with the language of its column', () => {
    const asked = questionsOf(exported, { notes: [note('Items!E7', '', 'stale')], changes: [change('name')] });
    expect(asked.map((one) => [one.attribute, one.change?.attribute])).toEqual([['attribute:name#de', 'name']]);
  });
  it('offers no contradiction as a suggestion to take', () => expect(taking(layout, row(4, []), note('C9', 'M-1', 'stale'))).toBeUndefined());
});
