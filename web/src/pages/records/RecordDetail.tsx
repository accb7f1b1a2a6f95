import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useDefinition, useNames } from '../../api/queries';
import type { GoldenRecordDetail, Mapping } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { displayValue, sameValue } from '../../lib/values';
import { useSession } from '../../session/Session';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { PlainValue } from '../../ui/ValueCell';

/** Everything known of one golden record. */
export function RecordDetail({ domain, id, onBack }: { domain: string; id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['records', domain, 'one', id],
    queryFn: ({ signal }) => client.get<GoldenRecordDetail>(`/records/${domain}/${id}`, { signal }),
  });
  return (
    <DetailPane label={query.data?.name ?? t('records.title')} onBack={onBack}>
      <Loaded query={query}>
        {(record) => (
          <>
            <div className="stack" style={{ gap: 4 }}>
              <div className="facts">
                <code>{record.code}</code>
                <span>{t(`record_state.${record.state}`)}</span>
                <span>{t('records.version_n', { version: record.version })}</span>
              </div>
              <h2>{record.name || record.code}</h2>
            </div>
            <Values record={record} />
            <Codes mappings={record.mappings ?? []} />
            <Uses record={record} />
            <Versions record={record} />
          </>
        )}
      </Loaded>
    </DetailPane>
  );
}

/** A titled table; it can be scrolled sideways where the pane is narrow. */
function TableSection({ id, title, columns, children }: { id: string; title: string; columns: string[]; children: ReactNode }) {
  return (
    <section className="section">
      <h3 id={id}>{title}</h3>
      <div className="table-box" tabIndex={0} role="region" aria-labelledby={id}>
        <table className="table" aria-labelledby={id}>
          <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  );
}

function Values({ record }: { record: GoldenRecordDetail }) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const time = useTime();
  const attributes = useDefinition(record.domain).data?.attributes ?? [];
  const origin = (id: string) => record.lineage?.find((line) => line.attribute === id);
  return (
    <TableSection id="record-values" title={t('records.values')} columns={[t('records.field'), t('records.value'), t('records.from')]}>
      {attributes.map((attribute) => {
        const from = origin(attribute.id);
        return (
          <tr key={attribute.id}>
            <th scope="row">{attribute.label}</th>
            <td><PlainValue text={displayValue(record.attributes?.[attribute.id], i18n.language)} /></td>
            <td className="small muted">{from && [from.system && names.system(from.system), from.code, time.at(from.recorded_at)].filter(Boolean).join(', ')}</td>
          </tr>
        );
      })}
    </TableSection>
  );
}

function Codes({ mappings }: { mappings: Mapping[] }) {
  const { t } = useTranslation();
  const names = useNames();
  if (mappings.length === 0) return <Nothing title={t('records.codes')} text={t('records.no_codes')} />;
  const columns = ['system', 'plant', 'type', 'code', 'valid', 'state'].map((column) => t(`records.${column}`));
  return (
    <TableSection id="record-codes" title={t('records.codes')} columns={columns}>
      {mappings.map((mapping) => (
        <tr key={mapping.id}>
          <th scope="row">{names.system(mapping.system)}</th>
          <td>{mapping.plant}</td>
          <td>{mapping.code_type}</td>
          <td><code>{mapping.code}</code></td>
          <td className="nowrap">{validity(t, mapping)}</td>
          <td>{t(`mapping_state.${mapping.state}`)}</td>
        </tr>
      ))}
    </TableSection>
  );
}

function validity(t: (key: string, parts?: Record<string, string>) => string, { valid_from: from, valid_to: to }: Mapping): string {
  if (to) return t('records.until', { from, to });
  return from ? t('records.since', { from }) : t('records.always');
}

function Uses({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  if (!record.uses?.length) return <Nothing title={t('records.uses')} text={t('records.no_uses')} />;
  return (
    <section className="section">
      <h3>{t('records.uses')}</h3>
      <div className="facts">
        {record.uses.map((use) => <span key={use.plant}><b>{use.plant}</b> {t(`use_state.${use.state}`)}</span>)}
      </div>
    </section>
  );
}

function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <section className="section">
      <h3>{title}</h3>
      <p className="muted dense">{text}</p>
    </section>
  );
}

/** The versions, newest first, each with the attributes in which it differs from the one before. */
function Versions({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const time = useTime();
  const label = useAttributeLabel(record.domain);
  const versions = [...(record.versions ?? [])].sort((a, b) => b.version - a.version);
  const changes = (at: number) => {
    const before = versions[at + 1];
    if (!before) return t('records.first_version');
    const now = versions[at]?.attributes ?? {};
    const ids = new Set([...Object.keys(now), ...Object.keys(before.attributes ?? {})]);
    return [...ids].filter((id) => !sameValue(now[id], before.attributes?.[id])).map(label).join(', ');
  };
  const columns = ['version', 'valid_from', 'recorded', 'changes', 'request'].map((column) => t(`records.${column}`));
  return (
    <TableSection id="record-versions" title={t('records.versions')} columns={columns}>
      {versions.map((version, index) => (
        <tr key={version.version}>
          <th scope="row">{version.version}</th>
          <td className="nowrap">{time.day(version.valid_from)}</td>
          <td className="nowrap">{time.at(version.recorded_at)}</td>
          <td>{changes(index)}</td>
          <td>{version.change_request_id && <Link to="/requests/$id" params={{ id: version.change_request_id }}>{t('records.request')}</Link>}</td>
        </tr>
      ))}
    </TableSection>
  );
}
