import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { Import } from '../../api/types';
import { useLocale } from '../../lib/useLocale';
import { useTime } from '../../lib/useTime';
import { Tag } from '../../ui/Bits';
import { importStateTones } from '../../ui/tones';
import { statuses } from './stages';

/** The files that were handed in before, and what became of them. */
export function Earlier({ imports }: { imports: Import[] }) {
  const { t } = useTranslation();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="earlier">
      <table className="table" aria-labelledby="earlier">
        <thead>
          <tr>
            <th scope="col">{t('imports.name')}</th>
            <th scope="col">{t('imports.what')}</th>
            <th scope="col">{t('imports.system')}</th>
            {statuses.map((status) => <th key={status} scope="col" className="number">{t(`import_status.${status}`)}</th>)}
            <th scope="col">{t('imports.state')}</th>
            <th scope="col">{t('imports.who')}</th>
          </tr>
        </thead>
        <tbody>{imports.map((one) => <One key={one.id} imported={one} />)}</tbody>
      </table>
    </div>
  );
}

function One({ imported: one }: { imported: Import }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useNames();
  const time = useTime();
  const number = new Intl.NumberFormat(locale);
  return (
    <tr>
      <th scope="row"><Link to="/imports/$id" params={{ id: one.id }}>{one.file_name || one.id}</Link></th>
      <td>{t(`import_kind.${one.kind}`)}</td>
      <td>{one.system ? names.system(one.system) : ''}</td>
      {statuses.map((status) => <td key={status} className="number">{number.format(one.counts[status])}</td>)}
      <td><Tag tone={importStateTones[one.state]}>{t(`import_state.${one.state}`)}</Tag></td>
      <td>{t('imports.by', { who: names.person(one.created_by), when: time.at(one.created_at) })}</td>
    </tr>
  );
}
