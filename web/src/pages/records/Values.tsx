import { useTranslation } from 'react-i18next';
import { useDefinition, useNames } from '../../api/queries';
import type { AttributeDefinition, GoldenRecordDetail } from '../../api/types';
import { grouped, scopedTable, type GroupName } from '../../lib/scopes';
import { displayValue } from '../../lib/values';
import { Loaded } from '../../ui/Loaded';
import { TableSection } from '../../ui/TableSection';
import { PlainValue, ValueInFull } from '../../ui/ValueCell';

/** The golden values: what holds everywhere in groups, what a plant or company has of its own as a table of places. */
export function Values({ record }: { record: GoldenRecordDetail }) {
  const definition = useDefinition(record.domain);
  return (
    <Loaded query={definition}>
      {({ attributes }) => (
        <>
          {grouped(attributes).map((group) => <Group key={group.name} record={record} name={group.name} attributes={group.attributes} />)}
          <Scoped record={record} attributes={attributes} scope="plant" />
          <Scoped record={record} attributes={attributes} scope="company" />
        </>
      )}
    </Loaded>
  );
}

/** The values of a group with where they come from; those that are not set share one line. */
function Group({ record, name, attributes }: { record: GoldenRecordDetail; name: GroupName; attributes: AttributeDefinition[] }) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const text = (attribute: AttributeDefinition) => displayValue(record.attributes?.[attribute.id], i18n.language);
  const set = attributes.filter((attribute) => text(attribute) !== '');
  const unset = attributes.filter((attribute) => text(attribute) === '');
  const origin = (id: string) => {
    const line = record.lineage?.find((one) => one.attribute === id);
    return line && (line.system ? [names.system(line.system), line.code].filter(Boolean).join(' ') : t('records.by_person'));
  };
  const missing = unset.length > 0 && <p className="muted dense">{t('records.none_of_places', { fields: unset.map((one) => one.label).join(', ') })}</p>;
  if (set.length === 0) return <section className="section"><h3>{t(`record_group.${name}`)}</h3>{missing}</section>;
  return (
    <div className="section">
      <TableSection id={`values-${name}`} title={t(`record_group.${name}`)} columns={[t('records.field'), t('records.value'), t('records.from')]}>
        {set.map((attribute) => (
          <tr key={attribute.id}>
            <th scope="row" title={attribute.help || undefined} style={{ width: '30%' }}>{attribute.label}</th>
            <td><ValueInFull value={record.attributes?.[attribute.id]} /></td>
            <td className="small muted" style={{ width: '26%' }}>{origin(attribute.id)}</td>
          </tr>
        ))}
      </TableSection>
      {missing}
    </div>
  );
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
