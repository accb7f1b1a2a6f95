import { NativeSelect } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useDefinition } from '../../api/queries';
import type { GoldenRecordDetail } from '../../api/types';
import { keysOfBoth } from '../../lib/scopes';
import { useTime } from '../../lib/useTime';
import { AttributeDiff } from '../../ui/AttributeDiff';
import { TableSection } from '../../ui/TableSection';
import { changedKeys } from './differing';

type Version = GoldenRecordDetail['versions'][number];

/** The versions, newest first, and what lies between any two of them. */
export function Versions({ record }: { record: GoldenRecordDetail }) {
  const versions = [...(record.versions ?? [])].sort((a, b) => b.version - a.version);
  return (
    <>
      {versions.length > 1 && <Between domain={record.domain} versions={versions} />}
      <Table domain={record.domain} versions={versions} />
    </>
  );
}

function Between({ domain, versions }: { domain: string; versions: Version[] }) {
  const { t } = useTranslation();
  const attributes = useDefinition(domain).data?.attributes ?? [];
  const [earlier, setEarlier] = useState(versions[1]?.version ?? 0);
  const [later, setLater] = useState(versions[0]?.version ?? 0);
  const values = (number: number) => versions.find((one) => one.version === number)?.attributes ?? {};
  const [before, after] = [values(earlier), values(later)];
  const keys = changedKeys(keysOfBoth(attributes, before, after), before, after);
  const choices = versions.map((one) => ({ value: String(one.version), label: t('records.version_n', { version: one.version }) }));
  return (
    <section className="section">
      <h3>{t('records.compare')}</h3>
      <div className="line">
        <NativeSelect aria-label={t('records.compare_from')} value={String(earlier)} data={choices} onChange={(event) => setEarlier(Number(event.currentTarget.value))} />
        <span aria-hidden="true">→</span>
        <NativeSelect aria-label={t('records.compare_to')} value={String(later)} data={choices} onChange={(event) => setLater(Number(event.currentTarget.value))} />
      </div>
      {keys.length === 0 ? <p className="muted dense">{t('records.same_values')}</p> : (
        <AttributeDiff
          domain={domain} before={before} after={Object.fromEntries(keys.map((key) => [key, after[key] ?? null]))} caption={t('records.compare')}
          left={t('records.version_n', { version: earlier })} right={t('records.version_n', { version: later })}
        />
      )}
    </section>
  );
}

/** Each version with the attributes in which it differs from the one before. */
function Table({ domain, versions }: { domain: string; versions: Version[] }) {
  const { t } = useTranslation();
  const time = useTime();
  const label = useAttributeLabel(domain);
  const attributes = useDefinition(domain).data?.attributes ?? [];
  const changes = (at: number) => {
    const before = versions[at + 1];
    if (!before) return t('records.first_version');
    const now = versions[at]?.attributes ?? {};
    return changedKeys(keysOfBoth(attributes, now, before.attributes), before.attributes ?? {}, now).map(label).join(', ');
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
