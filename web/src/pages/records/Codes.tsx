import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { GoldenRecordDetail } from '../../api/types';
import { validityWords } from '../../lib/validity';
import { TableSection } from '../../ui/TableSection';
import { Nothing } from './Nothing';

/** The crosswalk of a record: its code in every system. */
export function Codes({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const names = useNames();
  const mappings = record.mappings ?? [];
  if (mappings.length === 0) return <Nothing title={t('records.codes')} text={t('records.no_codes')} />;
  const columns = ['system', 'plant', 'type', 'code', 'valid', 'state'].map((column) => t(`records.${column}`));
  return (
    <TableSection id="record-codes" title={t('records.codes')} columns={columns}>
      {mappings.map((mapping) => (
        <tr key={mapping.id}>
          <th scope="row">{names.system(mapping.system)}</th>
          <td>{mapping.plant}</td>
          <td>{t(`code_type.${mapping.code_type}`, { defaultValue: mapping.code_type })}</td>
          <td><Link to="/mappings/$id" params={{ id: mapping.id }}><code>{mapping.code}</code></Link></td>
          <td className="nowrap">{validityWords(t, mapping)}</td>
          <td>
            {t(`mapping_state.${mapping.state}`)}
            {mapping.relation !== 'equivalent' && <>, {t(`relation.${mapping.relation}`)}</>}
          </td>
        </tr>
      ))}
    </TableSection>
  );
}
