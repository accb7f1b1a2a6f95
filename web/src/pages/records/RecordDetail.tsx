import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { GoldenRecordDetail } from '../../api/types';
import { recordsRoute } from '../../router';
import { useSession } from '../../session/Session';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { Tabs } from '../../ui/Tabs';
import { Codes } from './Codes';
import { Lineage } from './Lineage';
import { Merged } from './Merged';
import { Said } from './Said';
import { Uses } from './Uses';
import { Values } from './Values';
import { Versions } from './Versions';

const tabs = ['values', 'codes', 'said', 'lineage', 'versions', 'uses'] as const;
type Tab = (typeof tabs)[number];

const parts: Record<Tab, (props: { record: GoldenRecordDetail }) => React.ReactNode> = {
  values: Values, codes: Codes, said: Said, lineage: Lineage, versions: Versions, uses: Uses,
};

/** Everything known of one golden record, a part at a time. */
export function RecordDetail({ domain, id, onBack }: { domain: string; id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const navigate = useNavigate();
  const search = recordsRoute.useSearch();
  const tab = tabs.find((one) => one === search.tab) ?? 'values';
  const Part = parts[tab];
  const query = useQuery({
    queryKey: ['records', domain, 'one', id],
    queryFn: ({ signal }) => client.get<GoldenRecordDetail>(`/records/${domain}/${id}`, { signal }),
  });
  const choose = (next: Tab) => void navigate({ to: '.', replace: true, search: (old: { text?: string }) => ({ ...old, tab: next === 'values' ? undefined : next }) });
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
            <Merged record={record} />
            <Tabs label={t('records.parts')} tabs={tabs.map((one) => ({ id: one, label: t(`records.tab_${one}`) }))} selected={tab} onSelect={choose}>
              <Part record={record} />
            </Tabs>
          </>
        )}
      </Loaded>
    </DetailPane>
  );
}
