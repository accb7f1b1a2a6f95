import { useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeAttribute, MergePreview } from '../../api/types';
import { PlainValue } from '../../ui/ValueCell';

/** What a person chose: the record that stays, and by attribute the record whose value stays. */
export interface Choices {
  survivor: string | undefined;
  choose: Record<string, string>;
}

/** The row in which the survivor is chosen, beside the attributes' own. */
const survivorRow = '';

/** Members as columns, attributes as rows; each row is a choice. Arrows go from cell to cell, digits choose in the row. */
export function MergeTable({ preview, choices, onChoose }: { preview: MergePreview; choices: Choices; onChoose: (choices: Choices) => void }) {
  const { t } = useTranslation();
  const table = useRef<HTMLTableElement>(null);
  // as they came first: a column does not jump when another record is to stay
  const order = useRef<string[]>([]);
  if (order.current.length === 0) order.current = preview.members.map((one) => one.id);
  const members = order.current.flatMap((id) => preview.members.filter((one) => one.id === id));
  const rows = preview.attributes.filter((one) => one.differs);
  const agreed = preview.attributes.length - rows.length;
  const choose = (row: string, id: string) => {
    if (row === survivorRow) onChoose({ ...choices, survivor: id });
    else onChoose({ ...choices, choose: { ...choices.choose, [row]: id } });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    const digit = Number(event.key);
    const to = members[digit - 1];
    if (to && digit > 0) {
      event.preventDefault();
      choose(cell.dataset.row ?? '', to.id);
      focusCell(table.current, cell.dataset.row ?? '', to.id);
    } else if (event.key.startsWith('Arrow') && step(table.current, cell, event.key)) event.preventDefault();
  };
  return (
    <div className="table-box">
      <table ref={table} className="table members" onKeyDown={onKeyDown} aria-label={t('merge.table')}>
        <thead>
          <tr>
            <th scope="col">{t('queue.field')}</th>
            {members.map((one, at) => <th key={one.id} scope="col"><kbd className="key" aria-hidden="true">{at + 1}</kbd> <code>{one.code}</code><br />{one.name}</th>)}
            <th scope="col">{t('merge.why')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('merge.survivor')}</th>
            {members.map((one) => (
              <td key={one.id}>
                <Choice row={survivorRow} member={one.id} chosen={one.id === preview.survivor} onChoose={choose} label={t('merge.stays', { code: one.code })}>
                  {t(one.id === preview.survivor ? 'merge.stays_short' : 'merge.forwards')}
                </Choice>
              </td>
            ))}
            <td className="small muted">{preview.survivor_why}</td>
          </tr>
          {rows.map((row) => <AttributeRow key={row.id} row={row} members={members.map((one) => one.id)} codes={members.map((one) => one.code)} onChoose={choose} />)}
        </tbody>
      </table>
      {agreed > 0 && <p className="small muted">{t('merge.agreed', { count: agreed })}</p>}
    </div>
  );
}

function AttributeRow({ row, members, codes, onChoose }: { row: MergeAttribute; members: string[]; codes: string[]; onChoose: (row: string, id: string) => void }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{row.label}</th>
      {members.map((id, at) => {
        const display = row.values.find((one) => one.record_id === id)?.display ?? '';
        return (
          <td key={id}>
            <Choice row={row.id} member={id} chosen={row.chosen_from === id} onChoose={onChoose} label={t('merge.take', { field: row.label, code: codes[at], value: display || t('value.none') })}>
              <PlainValue text={display} />
            </Choice>
          </td>
        );
      })}
      <td className="small muted"><b>{t(`merge_rule.${row.rule}`)}</b>{row.why && `: ${row.why}`}</td>
    </tr>
  );
}

function Choice({ row, member, chosen, label, onChoose, children }: {
  row: string;
  member: string;
  chosen: boolean;
  label: string;
  onChoose: (row: string, id: string) => void;
  children: React.ReactNode;
}) {
  return (
    <button type="button" role="radio" className="pick" aria-checked={chosen} aria-label={label} data-row={row} data-member={member} tabIndex={chosen ? 0 : -1} onClick={() => onChoose(row, member)}>
      {children}
    </button>
  );
}

function focusCell(table: HTMLTableElement | null, row: string, member: string): void {
  table?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row)}"][data-member="${CSS.escape(member)}"]`)?.focus();
}

/** Moves the focus a cell in the arrow's direction; false at the edge. */
function step(table: HTMLTableElement | null, cell: HTMLElement, key: string): boolean {
  const all = [...(table?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const wide = all.filter((one) => one.dataset.row === cell.dataset.row).length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[key] ?? 0;
  const next = all[all.indexOf(cell) + by];
  next?.focus();
  return next !== undefined;
}
