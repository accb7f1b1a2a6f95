import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useList, useNames } from '../../api/queries';
import type { GoldenRecord } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useLanguage } from '../../lib/useLanguage';
import { useTime } from '../../lib/useTime';
import { recordsRoute } from '../../router';
import { Empty, ToneIcon } from '../../ui/Bits';
import { Download } from '../../ui/Download';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { SearchBox } from '../../ui/SearchBox';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { RecordDetail } from './RecordDetail';

/** The only domain there is so far; a choice appears when there is a second one. */
const domain = 'item';

/** The golden records: found by code or name, with everything known of each. */
export function RecordsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text } = recordsRoute.useSearch();
  const { id } = useParams({ strict: false });
  const list = useList<GoldenRecord>(['records', domain, 'list'], `/records/${domain}`, { text });
  const open = (next: string) => void navigate({ to: '/records/$domain/$id', params: { domain, id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/records', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  return (
    <TwoPane
      showing={id ? 'detail' : 'list'}
      list={
        <ListPane
          query={list} head={<Head />}
          empty={list.items.length > 0 ? undefined : text ? <Empty title={t('records.none_filter')} hint={text} /> : <Empty title={t('records.none')} hint={t('records.none_hint')} />}
        >
          <PickList
            label={t('records.list')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
            more={list.hasNextPage && (() => void list.fetchNextPage())} render={(record) => <RecordRow record={record} />}
          />
        </ListPane>
      }
      detail={
        id ? <RecordDetail key={id} domain={domain} id={id} onBack={close} />
          : <DetailPane label={t('records.title')} onBack={close}><p className="muted">{t('records.pick')}</p></DetailPane>
      }
    />
  );
}

function Head() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text = '' } = recordsRoute.useSearch();
  const language = useLanguage();
  return (
    <div className="page-head">
      <h1>{t('records.title')}</h1>
      <SearchBox label={t('records.search')} value={text} onChange={(next) => void navigate({ to: '.', replace: true, search: { text: next || undefined } })} />
      <Download path="/exports/records.xlsx" query={{ domain, language }} name={`crosswalk-${domain}.xlsx`}>{t('export.records')}</Download>
    </div>
  );
}

function RecordRow({ record }: { record: GoldenRecord }) {
  const { t } = useTranslation();
  const time = useTime();
  const names = useNames();
  return (
    <>
      <ToneIcon tone={record.state === 'active' ? 'good' : 'quiet'} />
      <span className="main">
        <span className="title">{record.name || record.code}</span>
        <span className="what">
          <span className="mono">{record.code}</span>
          {record.matched?.map((one) => <span key={one.system + one.code}> · {names.system(one.system)} <b className="mono">{one.code}</b></span>)}
        </span>
      </span>
      <span className="side">
        {t(`record_state.${record.state}`)}
        <br />
        {time.age(record.changed_at)}
      </span>
    </>
  );
}
