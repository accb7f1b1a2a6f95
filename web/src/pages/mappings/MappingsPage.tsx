import { Button, Modal, NativeSelect } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useNames, useSystems } from '../../api/queries';
import type { ChangeRequest, Mapping } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useLanguage } from '../../lib/useLanguage';
import { mappingsRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { Download } from '../../ui/Download';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { Proposed } from '../../ui/Proposal';
import { SearchBox } from '../../ui/SearchBox';
import { SystemSelect } from '../../ui/SystemSelect';
import { mappingTones } from '../../ui/tones';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { MappingDetail } from './MappingDetail';
import { NewMapping } from './MappingForms';

const states = ['active', 'suspect', 'proposed', 'ended', 'rejected'];

/** What each code of each system stands for. */
export function MappingsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text, system, state } = mappingsRoute.useSearch();
  const { id } = useParams({ strict: false });
  const list = useList<Mapping>(['mappings', 'list'], '/mappings', { text, system, state });
  const [adding, setAdding] = useState(false);
  const [proposed, setProposed] = useState<ChangeRequest>();
  const open = (next: string) => void navigate({ to: '/mappings/$id', params: { id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/mappings', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  const filtered = text || system || state;
  const empty = list.items.length > 0 ? undefined
    : filtered ? <Empty title={t('mappings.none_filter')}><Button onClick={() => void navigate({ to: '/mappings', search: {} })}>{t('action.clear')}</Button></Empty>
      : <Empty title={t('mappings.none')} hint={t('mappings.none_hint')} />;
  return (
    <>
      <TwoPane
        showing={id ? 'detail' : 'list'}
        list={
          <ListPane query={list} empty={empty} head={<Head onAdd={() => setAdding(true)} />}>
            <PickList
              label={t('mappings.list')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
              more={list.hasNextPage && (() => void list.fetchNextPage())} render={(mapping) => <MappingRow mapping={mapping} />}
            />
          </ListPane>
        }
        detail={
          id ? <MappingDetail key={id} id={id} onBack={close} />
            : <DetailPane label={t('mappings.title')} onBack={close}><Proposed request={proposed} /><p className="muted">{t('mappings.pick')}</p></DetailPane>
        }
      />
      {adding && (
        <Modal opened size="lg" onClose={() => setAdding(false)} title={t('mappings.new')} closeButtonProps={{ 'aria-label': t('action.close') }}>
          <NewMapping
            onCancel={() => setAdding(false)}
            onProposed={(request) => {
              setAdding(false);
              setProposed(request);
              close();
            }}
          />
        </Modal>
      )}
    </>
  );
}

function Head({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const { text = '', system = '', state = '' } = mappingsRoute.useSearch();
  const language = useLanguage();
  const domain = useSystems().data?.items.find((one) => one.id === system)?.domains?.[0] ?? 'item';
  const narrow = (change: { text?: string | undefined; system?: string | undefined; state?: string | undefined }) =>
    void navigate({ to: '/mappings', replace: true, search: (old) => ({ text: old.text, system: old.system, state: old.state, ...change }) });
  return (
    <div className="page-head">
      <h1>{t('mappings.title')}</h1>
      <SearchBox label={t('mappings.search')} value={text} onChange={(next) => narrow({ text: next || undefined })} />
      <SystemSelect value={system} onChange={(next) => narrow({ system: next })} />
      <NativeSelect
        aria-label={t('mappings.state')} value={state} onChange={(event) => narrow({ state: event.currentTarget.value || undefined })}
        data={[{ value: '', label: t('mappings.all_states') }, ...states.map((value) => ({ value, label: t(`mapping_state.${value}`) }))]}
      />
      {system && <Download path="/exports/mappings.xlsx" query={{ system, domain, language }} name={`crosswalk-mappings-${system}.xlsx`}>{t('export.mappings')}</Download>}
      {may('propose') && <Button onClick={onAdd}>{t('mappings.new')}</Button>}
    </div>
  );
}

function MappingRow({ mapping }: { mapping: Mapping }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <>
      <ToneIcon tone={mappingTones[mapping.state] ?? 'quiet'} />
      <span className="main">
        <span className="title"><code>{mapping.code}</code></span>
        <span className="what">
          {mapping.state !== 'active' && <><b>{t(`mapping_state.${mapping.state}`)}</b> · </>}
          {mapping.relation !== 'equivalent' && <>{t(`relation.${mapping.relation}`)} </>}
          <span className="mono">{mapping.record_code}</span> {mapping.record_name}
        </span>
      </span>
      <span className="side">
        {names.system(mapping.system)}
        <br />
        {mapping.plant || t(`code_type.${mapping.code_type}`, { defaultValue: mapping.code_type })}
      </span>
    </>
  );
}
