import type { ImportColumn, ImportField, ImportLayout, ImportSampleRow } from '../../api/types';

/** What a column may be said to hold, as one choice: a field, and the plant whose codes stand there where plants are columns. */
export interface Choice {
  value: string;
  field: string;
  plant: string;
  label: string;
  required: boolean;
}

/** The choices for a column: nothing, each field, and, where the plants stand in the file, each plant's codes. */
export function choicesOf(fields: ImportField[], plants: { id: string; label: string }[]): Choice[] {
  return [
    ...fields.map(({ field, label, required }) => ({ value: field, field, plant: '', label, required })),
    ...plants.map(({ id, label }) => ({ value: `code|${id}`, field: 'code', plant: id, label, required: false })),
  ];
}

/** The choice that stands for a column as it is; "" where it is ignored. */
export function chosen(column: Pick<ImportColumn, 'field' | 'plant'> | undefined): string {
  if (!column || column.field === '') return '';
  return column.plant === '' ? column.field : `${column.field}|${column.plant}`;
}

/** The columns of the sheet: as many as any of its first rows has, with what the head says of each. */
export function columnsOf(rows: ImportSampleRow[], headerRow: number, headerRows: number): { column: number; header: string }[] {
  const widest = rows.flatMap((row) => row.cells).reduce((last, cell) => Math.max(last, cell.column), 0);
  return Array.from({ length: widest }, (_, index) => ({ column: index + 1, header: headOf(rows, index + 1, headerRow, headerRows) }));
}

/** What the head says of a column; of stacked heads both, once where they say the same. */
function headOf(rows: ImportSampleRow[], column: number, headerRow: number, headerRows: number): string {
  const said = rows
    .filter((row) => row.line >= headerRow && row.line < headerRow + Math.max(1, headerRows))
    .map((row) => row.cells.find((cell) => cell.column === column)?.text.trim() ?? '')
    .filter((text) => text !== '');
  return [...new Set(said)].join(' ');
}

export const columnAt = (layout: ImportLayout, column: number) => layout.columns.find((one) => one.column === column);

/** The layout with a column saying something else. */
export function withColumn(layout: ImportLayout, at: { column: number; header: string }, choice: Choice | undefined): ImportLayout {
  const old = columnAt(layout, at.column);
  const language = old && old.field === choice?.field ? old.language : '';
  const said: ImportColumn = { ...at, field: choice?.field ?? '', plant: choice?.plant ?? '', language };
  const others = layout.columns.filter((one) => one.column !== at.column);
  return { ...layout, columns: [...others, said].sort((a, b) => a.column - b.column) };
}

/**
 * The layout in which what a column says, no other column says any more. It is for when somebody has chosen: keys go through
 * choices on their way to one, and those are not meant.
 */
export function alone(layout: ImportLayout, column: number): ImportLayout {
  const said = columnAt(layout, column);
  const doubles = (one: ImportColumn) => said !== undefined && one.column !== column && sameMeaning(one, said);
  return { ...layout, columns: layout.columns.map((one) => (doubles(one) ? { ...one, field: '', plant: '', language: '' } : one)) };
}

function sameMeaning(one: ImportColumn, other: ImportColumn): boolean {
  return other.field !== '' && one.field === other.field && one.plant === other.plant && one.language === other.language;
}

/** Words without what people write differently: case, blanks, signs. */
const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

/**
 * The layout with another row as its head. Columns whose head says what it said before keep their meaning; of the others, those
 * whose head is a field's own name take that, unless another column has it.
 */
export function withHead(layout: ImportLayout, rows: ImportSampleRow[], headerRow: number, headerRows: number, choices: Choice[]): ImportLayout {
  const heads = columnsOf(rows, headerRow, headerRows);
  const kept = heads.map(({ column, header }): ImportColumn => {
    const old = layout.columns.find((one) => one.column === column && one.header === header);
    return old ?? { column, header, field: '', plant: '', language: '' };
  });
  const columns = kept.map((one) => {
    if (one.field !== '' || one.header === '') return one;
    const named = choices.find((choice) => plain(choice.label) === plain(one.header) && !kept.some((other) => chosen(other) === choice.value));
    return named ? { ...one, field: named.field, plant: named.plant } : one;
  });
  return { ...layout, header_row: headerRow, header_rows: headerRows, columns };
}

/** The choices that must be made and are not. A plant's column of codes is a column of codes, and says of which plant they are; a tab may too. */
export function missing(layout: ImportLayout, choices: Choice[]): Choice[] {
  const placed = layout.every_sheet || layout.columns.some((one) => one.field === 'code' && one.plant !== '');
  return choices.filter(({ required, field }) => required && !(field === 'plant' && placed) && !layout.columns.some((one) => one.field === field));
}

/** The letters by which a spreadsheet names a column. */
export function lettersOf(column: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** The column that a cell such as "Items!C14" stands in; 0 where no cell is named. */
export function columnOf(cell: string): number {
  const letters = /(?:^|!)\$?([A-Z]{1,3})\$?\d+$/.exec(cell)?.[1] ?? '';
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}
