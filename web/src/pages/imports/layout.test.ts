import { describe, expect, it } from 'vitest';
import type { ImportLayout, ImportSampleRow } from '../../api/types';
import { alone, choicesOf, chosen, columnAt, columnOf, columnsOf, lettersOf, missing, withColumn, withHead } from './layout';

const row = (line: number, ...texts: string[]): ImportSampleRow => ({
  line, hidden: false, cells: texts.map((text, index) => ({ column: index + 1, text, merged: false })).filter((cell) => cell.text !== ''),
});
const rows = [row(1, 'Artikelliste Werk Lyon'), row(2, 'Unser Code', 'Canonical code', '', 'Bemerkung'), row(3, '000123', 'M-1', 'x', 'ok')];
const empty: ImportLayout = {
  sheet: 'Items', every_sheet: false, header_row: 1, header_rows: 1, columns: [], decimal: '.', date_order: 'dmy', skip_hidden: false, split_codes: false,
  delimiter: '', encoding: '',
};
const fields = [
  { field: 'code', label: "The plant's code", required: true, help: '' },
  { field: 'target', label: 'Canonical code', required: true, help: '' },
  { field: 'remark', label: 'Remark', required: false, help: '' },
];
const choices = choicesOf(fields, [{ id: 'LYN', label: 'Codes of Lyon' }, { id: 'GDA', label: 'Codes of Gdansk' }]);
const choice = (value: string) => choices.find((one) => one.value === value);
const passing = (layout: ImportLayout, column: number, value: string) => withColumn(layout, { column, header: '' }, choice(value));
const saying = (layout: ImportLayout, column: number, value: string) => alone(passing(layout, column, value), column);

describe('the columns of a sheet', () => {
  it('are as many as any row has, headed by what the head says', () => {
    expect(columnsOf(rows, 2, 1).map((one) => one.header)).toEqual(['Unser Code', 'Canonical code', '', 'Bemerkung']);
  });
  it('say both of stacked heads, and once what both say', () => {
    const stacked = [row(1, 'Lyon', 'Code'), row(2, 'Code', 'Code'), row(3, '1', '2')];
    expect(columnsOf(stacked, 1, 2).map((one) => one.header)).toEqual(['Lyon Code', 'Code']);
  });
  it('are named as a spreadsheet names them', () => {
    expect([1, 26, 27, 702, 703].map(lettersOf)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
    for (const column of [1, 26, 27, 702, 703, 16384]) expect(columnOf(`${lettersOf(column)}7`)).toBe(column);
  });
  it('are found from a cell, with and without its sheet', () => {
    expect(columnOf('Items!C14')).toBe(3);
    expect(columnOf("Liste 2024!A1!B9")).toBe(2);
    expect(columnOf('C14')).toBe(3);
    expect(columnOf('')).toBe(0);
    expect(columnOf('Items')).toBe(0);
  });
});

describe('saying what a column holds', () => {
  it('takes it away from the column that held it', () => {
    const changed = saying(saying(empty, 1, 'code'), 2, 'code');
    expect(changed.columns.map(chosen)).toEqual(['', 'code']);
  });
  it('takes nothing away by choices that keys only go through', () => {
    const changed = saying(passing(saying(empty, 1, 'remark'), 2, 'remark'), 2, 'target');
    expect(changed.columns.map(chosen)).toEqual(['remark', 'target']);
  });
  it('leaves each plant its own column of codes', () => {
    const changed = saying(saying(saying(empty, 1, 'code|LYN'), 2, 'code|GDA'), 3, 'code|LYN');
    expect(changed.columns.map(chosen)).toEqual(['', 'code|GDA', 'code|LYN']);
  });
  it('may be nothing', () => expect(chosen(columnAt(saying(saying(empty, 1, 'code'), 1, ''), 1))).toBe(''));
  it('keeps the language of a text that it was said to be', () => {
    const french = { ...empty, columns: [{ column: 2, header: 'Nom', field: 'remark', plant: '', language: 'fr' }] };
    expect(columnAt(saying(french, 2, 'remark'), 2)?.language).toBe('fr');
    expect(columnAt(saying(french, 2, 'target'), 2)?.language).toBe('');
  });
});

describe('another row as the head', () => {
  it('finds the columns that are named like a field', () => {
    const changed = withHead(empty, rows, 2, 1, choices);
    expect(changed.header_row).toBe(2);
    expect(changed.columns.map(chosen)).toEqual(['', 'target', '', '']);
  });
  it('keeps what columns of the same head were said to be', () => {
    const said = withColumn(withHead(empty, rows, 2, 1, choices), { column: 1, header: 'Unser Code' }, choice('code'));
    expect(withHead(said, rows, 2, 1, choices).columns.map(chosen)).toEqual(['code', 'target', '', '']);
    expect(withHead(said, rows, 1, 1, choices).columns.map(chosen)).toEqual(['', '', '', '']);
  });
  it('takes no field that another column holds already', () => {
    const said = { ...empty, columns: [{ column: 1, header: 'Unser Code', field: 'target', plant: '', language: '' }] };
    expect(withHead(said, rows, 2, 1, choices).columns.map(chosen)).toEqual(['target', '', '', '']);
  });
});

describe('what is missing', () => {
  it('is what must be and no column holds', () => {
    expect(missing(empty, choices).map((one) => one.value)).toEqual(['code', 'target']);
    expect(missing(saying(saying(empty, 1, 'code|LYN'), 2, 'target'), choices)).toEqual([]);
  });
  it('is no column of plants where heads or tabs name them', () => {
    const placing = [...choices, { value: 'plant', field: 'plant', plant: '', label: 'Plant', required: true }];
    const said = saying(saying(empty, 1, 'code'), 2, 'target');
    expect(missing(said, placing).map((one) => one.value)).toEqual(['plant']);
    expect(missing({ ...said, every_sheet: true }, placing)).toEqual([]);
    expect(missing(saying(said, 1, 'code|LYN'), placing)).toEqual([]);
  });
});
