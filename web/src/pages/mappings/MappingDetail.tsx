import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, Mapping, Page } from '../../api/types';
import { changeable, mappingHistory } from '../../lib/proposals';
import { dayAfter } from '../../lib/time';
import { validityWords } from '../../lib/validity';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { Proposed } from '../../ui/Proposal';
import { TableSection } from '../../ui/TableSection';
import { mappingTones } from '../../ui/tones';
import { EndMapping } from './MappingForms';

/** One mapping with every version of it, and the ways it can be changed. */
export function MappingDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const [changing, setChanging] = useState<'end' | 'replace'>();
  const [proposed, setProposed] = useState<ChangeRequest>();
  const query = useQuery({
    queryKey: ['mappings', 'versions', id],
    queryFn: ({ signal }) => client.get<Page<Mapping>>(`/mappings/${id}/versions`, { signal }),
  });
  const history = mappingHistory(query.data?.items ?? []);
  const now = history[0]?.version;
  const close = () => setChanging(undefined);
  return (
    <>
      <DetailPane
        label={now?.code ?? t('mappings.title')} onBack={onBack}
        foot={now && may('propose') && changeable(now, dayAfter(0, Date.now())) && (
          <div className="actions">
            <div className="buttons">
              <Button variant="filled" onClick={() => setChanging('replace')}>{t('mappings.replace')}</Button>
              <Button onClick={() => setChanging('end')}>{t('mappings.end')}</Button>
            </div>
          </div>
        )}
      >
        <Loaded query={query}>
          {() => now && (
            <>
              <Head mapping={now} />
              <Proposed request={proposed} />
              <Facts mapping={now} />
              <History history={history} />
            </>
          )}
        </Loaded>
      </DetailPane>
      {changing && now && (
        <Modal opened size="lg" onClose={close} title={t(`mappings.${changing}_title`, { code: now.code })} closeButtonProps={{ 'aria-label': t('action.close') }}>
          <EndMapping
            action={changing} mapping={now} onCancel={close}
            onProposed={(request) => {
              close();
              setProposed(request);
            }}
          />
        </Modal>
      )}
    </>
  );
}

function Head({ mapping }: { mapping: Mapping }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="facts">
        <span>{[names.system(mapping.system), mapping.plant].filter(Boolean).join(', ')}</span>
        <Tag tone={mappingTones[mapping.state] ?? 'quiet'}>{t(`mapping_state.${mapping.state}`)}</Tag>
      </div>
      <h2 className="mono">{mapping.code}</h2>
      <p className="dense">
        {t(`relation.${mapping.relation}`)}{' '}
        <Link to="/records/$domain/$id" params={{ domain: mapping.domain, id: mapping.record_id }}>
          <code>{mapping.record_code}</code> {mapping.record_name}
        </Link>
      </p>
    </div>
  );
}

function Facts({ mapping }: { mapping: Mapping }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    [t('mappings.valid'), validityWords(t, mapping)],
    [t('records.type'), t(`code_type.${mapping.code_type}`, { defaultValue: mapping.code_type })],
    [t('mappings.factor'), mapping.factor === '1' && !mapping.unit ? t('mappings.factor_one') : [mapping.factor, mapping.unit].filter(Boolean).join(' × ')],
    [t('records.basis'), t(`mappings.basis_${mapping.basis}`)],
    [t('mappings.default_out'), t(mapping.default_out ? 'value.yes' : 'value.no')],
  ];
  return (
    <dl className="effects">
      {facts.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function History({ history }: { history: ReturnType<typeof mappingHistory> }) {
  const { t } = useTranslation();
  const columns = ['version', 'stands_for', 'valid', 'state', 'changed', 'request'].map((column) => t(`mappings.${column}`));
  return (
    <TableSection id="mapping-history" title={t('mappings.history')} columns={columns}>
      {history.map(({ version, changed }) => (
        <tr key={version.version}>
          <th scope="row">{version.version}</th>
          <td>{version.relation !== 'equivalent' && `${t(`relation.${version.relation}`)} `}<code>{version.record_code}</code></td>
          <td className="nowrap">{validityWords(t, version)}</td>
          <td>{t(`mapping_state.${version.state}`)}</td>
          <td className="small">{changed.length > 0 ? changed.map((field) => t(`mapping_field.${field}`)).join(', ') : t('mappings.first')}</td>
          <td>{version.change_request_id && <Link to="/requests/$id" params={{ id: version.change_request_id }}>{t('records.request')}</Link>}</td>
        </tr>
      ))}
    </TableSection>
  );
}
