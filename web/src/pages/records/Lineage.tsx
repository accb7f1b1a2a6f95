import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useDefinition, useNames } from '../../api/queries';
import type { GoldenRecordDetail } from '../../api/types';
import { keysOfBoth } from '../../lib/scopes';
import { useTime } from '../../lib/useTime';
import { displayValue } from '../../lib/values';
import { TableSection } from '../../ui/TableSection';
import { PlainValue } from '../../ui/ValueCell';
import { Nothing } from './Nothing';

/** Where each golden value comes from. */
export function Lineage({ record }: { record: GoldenRecordDetail }) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const time = useTime();
  const label = useAttributeLabel(record.domain);
  const attributes = useDefinition(record.domain).data?.attributes ?? [];
  const lines = record.lineage ?? [];
  if (lines.length === 0) return <Nothing title={t('records.tab_lineage')} text={t('records.no_lineage')} />;
  const order = keysOfBoth(attributes, Object.fromEntries(lines.map((line) => [line.attribute, null])));
  const columns = ['field', 'value', 'from', 'version', 'recorded', 'request'].map((column) => t(`records.${column}`));
  return (
    <TableSection id="record-lineage" title={t('records.tab_lineage')} columns={columns}>
      {order.map((key) => {
        const line = lines.find((one) => one.attribute === key);
        if (!line) return null;
        return (
          <tr key={key}>
            <th scope="row">{label(key)}</th>
            <td><PlainValue text={displayValue(record.attributes?.[key], i18n.language)} /></td>
            <td>
              {line.system ? names.system(line.system) : t('records.by_person')}
              {line.code && <> <code>{line.code}</code></>}
              {line.rule && <span className="small muted"> {t(`lineage_rule.${line.rule}`, { defaultValue: line.rule })}</span>}
            </td>
            <td className="number">{line.version}</td>
            <td className="nowrap">{time.at(line.recorded_at)}</td>
            <td>{line.change_request_id && <Link to="/requests/$id" params={{ id: line.change_request_id }}>{t('records.request')}</Link>}</td>
          </tr>
        );
      })}
    </TableSection>
  );
}
