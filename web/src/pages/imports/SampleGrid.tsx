import { useTranslation } from 'react-i18next';
import type { ImportLayout, ImportSampleRow } from '../../api/types';
import { chosen, columnAt, columnsOf, lettersOf, type Choice } from './layout';

/** The first rows of a sheet as they look: a row is picked as the head, and each column is said to hold something. */
export function SampleGrid({ rows, layout, choices, label, onHead, onColumn, onChosen }: {
  rows: ImportSampleRow[];
  layout: ImportLayout;
  choices: Choice[];
  label: string;
  onHead: (line: number) => void;
  onColumn: (column: number, choice: Choice | undefined) => void;
  /** The choice for a column is made: it was left. */
  onChosen: (column: number) => void;
}) {
  const { t } = useTranslation();
  const columns = columnsOf(rows, layout.header_row, layout.header_rows);
  if (rows.length === 0) return <p className="dense muted">{t('imports.sheet_empty')}</p>;
  return (
    <div className="grid-box" tabIndex={0} role="region" aria-label={t('imports.first_rows', { sheet: label })}>
      <table className="grid">
        <caption className="hidden-words">{t('imports.first_rows', { sheet: label })}</caption>
        <thead>
          <tr>
            <th scope="col"><span className="hidden-words">{t('imports.line')}</span></th>
            {columns.map((one) => <Head key={one.column} {...one} layout={layout} choices={choices} onColumn={onColumn} onChosen={onChosen} />)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => <Row key={row.line} row={row} layout={layout} columns={columns.map((one) => one.column)} onHead={onHead} />)}
        </tbody>
      </table>
    </div>
  );
}

function Head({ column, header, layout, choices, onColumn, onChosen }: {
  column: number;
  header: string;
  layout: ImportLayout;
  choices: Choice[];
  onColumn: (column: number, choice: Choice | undefined) => void;
  onChosen: (column: number) => void;
}) {
  const { t } = useTranslation();
  const value = chosen(columnAt(layout, column));
  return (
    <th scope="col" data-used={value !== '' || undefined}>
      <span className="letters" aria-hidden="true">{lettersOf(column)}</span>
      <select
        aria-label={t('imports.column_holds', { column: lettersOf(column), header })} value={value}
        onBlur={() => onChosen(column)} onChange={(event) => onColumn(column, choices.find((one) => one.value === event.currentTarget.value))}
      >
        <option value="">{t('imports.ignored')}</option>
        {choices.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
      </select>
    </th>
  );
}

function Row({ row, layout, columns, onHead }: { row: ImportSampleRow; layout: ImportLayout; columns: number[]; onHead: (line: number) => void }) {
  const { t } = useTranslation();
  const last = layout.header_row + Math.max(1, layout.header_rows) - 1;
  const part = row.line < layout.header_row ? 'above' : row.line <= last ? 'head' : 'data';
  const cells = new Map(row.cells.map((cell) => [cell.column, cell]));
  return (
    <tr data-part={part} data-hidden={row.hidden || undefined}>
      <th scope="row">
        <button type="button" className="pick" aria-pressed={row.line === layout.header_row} aria-label={t('imports.is_head', { line: row.line })} title={t('imports.is_head', { line: row.line })} onClick={() => onHead(row.line)}>
          {row.line}
        </button>
        {row.hidden && <span className="small"> {t('imports.hidden')}</span>}
      </th>
      {columns.map((column) => {
        const cell = cells.get(column);
        const ignored = part === 'data' && chosen(columnAt(layout, column)) === '';
        return (
          <td key={column} data-merged={cell?.merged || undefined} data-ignored={ignored || undefined} title={cell?.merged ? t('imports.merged') : undefined} onClick={() => part !== 'head' && onHead(row.line)}>
            {cell?.text}
          </td>
        );
      })}
    </tr>
  );
}
