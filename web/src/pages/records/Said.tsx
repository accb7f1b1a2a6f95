import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useDefinition } from '../../api/queries';
import type { GoldenRecordDetail, Page, SaidBySystem } from '../../api/types';
import { keysOfBoth } from '../../lib/scopes';
import { useTime } from '../../lib/useTime';
import { saysTheSame } from '../../lib/values';
import { useSession } from '../../session/Session';
import { Loaded } from '../../ui/Loaded';
import { ValueInFull } from '../../ui/ValueCell';
import { differing } from './differing';
import { Nothing } from './Nothing';

/** What each system last said of the record, beside the golden values. */
export function Said({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['records', record.domain, 'said', record.id],
    queryFn: ({ signal }) => client.get<Page<SaidBySystem>>(`/records/${record.domain}/${record.id}/sources`, { signal }),
  });
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Nothing title={t('records.tab_said')} text={t('records.said_none')} /> : <Beside record={record} said={items} />)}
    </Loaded>
  );
}

function Beside({ record, said }: { record: GoldenRecordDetail; said: SaidBySystem[] }) {
  const { t } = useTranslation();
  const time = useTime();
  const label = useAttributeLabel(record.domain);
  const attributes = useDefinition(record.domain).data?.attributes ?? [];
  const [all, setAll] = useState(false);
  const keys = keysOfBoth(attributes, record.attributes, ...said.map((one) => one.attributes));
  const shown = all ? keys : differing(keys, said);
  return (
    <section className="section">
      <div className="spread">
        <h3 id="record-said">{t('records.tab_said')}</h3>
        <Switch label={t('records.said_all')} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
      </div>
      {shown.length === 0 && <p className="muted dense">{t('records.said_agree', { count: said.length })}</p>}
      <div className="table-box" tabIndex={0} role="region" aria-labelledby="record-said">
        <table className="table" aria-labelledby="record-said">
          <thead>
            <tr>
              <th scope="col">{t('records.field')}</th>
              <th scope="col">{t('queue.golden')}</th>
              {said.map((one) => (
                <th key={one.system + one.code} scope="col">
                  {one.name || one.system}
                  <br />
                  <code>{one.code}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((key) => <Line key={key} name={label(key)} id={key} record={record} said={said} />)}
            <tr>
              <th scope="row">{t('records.read_at')}</th>
              <td />
              {said.map((one) => (
                <td key={one.system + one.code} className="small">
                  {time.at(one.read_at)}
                  {one.gone ? `, ${t('records.gone')}` : !one.active ? `, ${t('records.archived')}` : ''}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Line({ name, id, record, said }: { name: string; id: string; record: GoldenRecordDetail; said: SaidBySystem[] }) {
  const { t } = useTranslation();
  const golden = record.attributes?.[id] ?? null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td><ValueInFull value={golden} /></td>
      {said.map((one) => {
        const value = one.attributes?.[id];
        if (value === undefined || value === null) return <td key={one.system + one.code} className="muted small">{t('records.says_nothing')}</td>;
        return (
          <td key={one.system + one.code}>
            <ValueInFull value={value} />
            {one.differs.includes(id) ? <span className="small tag-differs"> {t('queue.differs')}</span>
              : !saysTheSame(golden, value) && <span className="small muted"> {t('queue.tolerated')}</span>}
          </td>
        );
      })}
    </tr>
  );
}
