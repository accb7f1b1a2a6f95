import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDefinition, useNames } from '../../api/queries';
import { DiffValue, PlainValue } from '../../ui/ValueCell';
import { rowsOf, type Column, type MemberRow } from './columns';
import { domain } from './useMatches';

/** What is compared, a column each; what differs from the first column is marked, in words too. */
export function Members({ columns, caption }: { columns: Column[]; caption: string }) {
  const { t, i18n } = useTranslation();
  const definition = useDefinition(domain);
  const rows = rowsOf(definition.data?.attributes ?? [], columns, i18n.language);
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table className="table members">
        <caption className="hidden-words">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('queue.field')}</th>
            {columns.map((column) => <th key={column.id} scope="col"><ColumnHead column={column} /></th>)}
            <th scope="col">{t('queue.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => <Values key={row.key} row={row} columns={columns} />)}
          <Usage columns={columns} />
        </tbody>
      </table>
    </div>
  );
}

function ColumnHead({ column }: { column: Column }) {
  return (
    <>
      <code>{column.code}</code>
      <br />
      {column.record ? <Link to="/records/$domain/$id" params={{ domain, id: column.record }}>{column.name || column.code}</Link> : column.name}
    </>
  );
}

function Values({ row, columns }: { row: MemberRow; columns: Column[] }) {
  const { t } = useTranslation();
  const [first = ''] = row.values;
  return (
    <tr data-differs={row.agreement === 'differs' || undefined}>
      <th scope="row">{row.label}</th>
      {row.values.map((value, at) => (
        <td key={columns[at]?.id}>
          {at === 0 || value === first || value === '' || first === '' ? <PlainValue text={value} /> : <DiffValue golden={first} source={value} side="source" whole={row.whole} />}
        </td>
      ))}
      <td className="nowrap">
        {row.agreement === 'differs' ? <span className="marker">≠ {t('queue.differs')}</span> : <span className="small muted">{t(row.agreement === 'same' ? 'queue.same' : 'duplicates.some')}</span>}
      </td>
    </tr>
  );
}

/** Who calls it what, and where it is used. */
function Usage({ columns }: { columns: Column[] }) {
  const { t } = useTranslation();
  const names = useNames();
  const plants = t('duplicates.used');
  return (
    <>
      <tr>
        <th scope="row">{t('records.codes')}</th>
        {columns.map((column) => (
          <td key={column.id} className="small">
            {column.codes.length === 0 ? <span className="muted">{t('value.none')}</span>
              : column.codes.map((one) => <div key={one.system + one.plant + one.code}>{names.system(one.system)} <code>{one.code}</code></div>)}
          </td>
        ))}
        <td />
      </tr>
      <tr>
        <th scope="row">{plants}</th>
        {columns.map((column) => (
          <td key={column.id} className="small">
            {column.uses.length === 0 ? <span className="muted">{t('value.none')}</span> : column.uses.map((one) => <div key={one.plant}>{one.plant} {t(`use_state.${one.state}`)}</div>)}
          </td>
        ))}
        <td />
      </tr>
    </>
  );
}
