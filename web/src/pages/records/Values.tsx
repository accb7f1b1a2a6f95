import { useTranslation } from 'react-i18next';
import { useDefinition } from '../../api/queries';
import type { AttributeDefinition, GoldenRecordDetail } from '../../api/types';
import { grouped, scopedTable } from '../../lib/scopes';
import { displayValue } from '../../lib/values';
import { Loaded } from '../../ui/Loaded';
import { TableSection } from '../../ui/TableSection';
import { PlainValue } from '../../ui/ValueCell';

/** The golden values: what holds everywhere in groups, what a plant or company has of its own as a table of places. */
export function Values({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const definition = useDefinition(record.domain);
  return (
    <Loaded query={definition}>
      {({ attributes }) => (
        <>
          {grouped(attributes).map((group) => (
            <TableSection key={group.name} id={`values-${group.name}`} title={t(`record_group.${group.name}`)} columns={[t('records.field'), t('records.value')]}>
              {group.attributes.map((attribute) => (
                <tr key={attribute.id}>
                  <th scope="row" title={attribute.help || undefined} style={{ width: '34%' }}>{attribute.label}</th>
                  <td><Shown record={record} id={attribute.id} /></td>
                </tr>
              ))}
            </TableSection>
          ))}
          <Scoped record={record} attributes={attributes} scope="plant" />
          <Scoped record={record} attributes={attributes} scope="company" />
        </>
      )}
    </Loaded>
  );
}

function Shown({ record, id }: { record: GoldenRecordDetail; id: string }) {
  const { i18n } = useTranslation();
  return <PlainValue text={displayValue(record.attributes?.[id], i18n.language)} />;
}

function Scoped({ record, attributes, scope }: { record: GoldenRecordDetail; attributes: AttributeDefinition[]; scope: 'plant' | 'company' }) {
  const { t, i18n } = useTranslation();
  const { places, rows } = scopedTable(attributes, record.attributes ?? {}, scope);
  if (rows.length === 0) return null;
  const title = t(`records.per_${scope}`);
  if (places.length === 0) {
    return (
      <section className="section">
        <h3>{title}</h3>
        <p className="muted dense">{t('records.none_of_places', { fields: rows.map((row) => row.attribute.label).join(', ') })}</p>
      </section>
    );
  }
  return (
    <TableSection id={`values-${scope}`} title={title} columns={[t('records.field'), ...places]}>
      {rows.map(({ attribute, values }) => (
        <tr key={attribute.id}>
          <th scope="row" title={attribute.help || undefined}>{attribute.label}</th>
          {values.map((value, at) => <td key={places[at]}><PlainValue text={displayValue(value, i18n.language)} /></td>)}
        </tr>
      ))}
    </TableSection>
  );
}
