import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, UnmappedCode, UnmappedList } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { unmappedRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { Proposed } from '../../ui/Proposal';
import { SearchBox } from '../../ui/SearchBox';
import { SystemSelect } from '../../ui/SystemSelect';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { policyFor, UnmappedDetail } from './UnmappedDetail';

/** The codes that were asked for and that nobody has mapped, most asked first. */
export function UnmappedPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text, system, show } = unmappedRoute.useSearch();
  const { id } = useParams({ strict: false });
  const list = useUnmapped({ text, system, dismissed: show === 'dismissed' ? 'true' : undefined });
  const [outcome, setOutcome] = useState<{ request?: ChangeRequest; aside?: string }>({});
  const items = list.items;
  const open = (next: string) => {
    setOutcome({});
    void navigate({ to: '/unmapped/$id', params: { id: next }, search: (old) => old });
  };
  const close = () => void navigate({ to: '/unmapped', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  const selected = items.find((item) => item.id === id);
  const first = list.data?.pages[0];
  const settle = (what: { request?: ChangeRequest; aside?: string }) => {
    setOutcome(what);
    close();
  };
  return (
    <TwoPane
      showing={selected ? 'detail' : 'list'}
      list={
        <ListPane query={list} empty={items.length > 0 ? undefined : <Nothing filtered={Boolean(text || system || show)} />} head={<Head />}>
          <PickList
            label={t('unmapped.list')} items={items} selected={id} onSelect={open} onKeyDown={onKeyDown}
            more={list.hasNextPage && (() => void list.fetchNextPage())} render={(code) => <CodeRow code={code} />}
          />
        </ListPane>
      }
      detail={
        selected ? <UnmappedDetail key={selected.id} code={selected} policy={policyFor(first, selected)} onBack={close} onSettled={settle} />
          : (
            <DetailPane label={t('unmapped.title')} onBack={close}>
              <Proposed request={outcome.request} />
              {outcome.aside && <div className="banner" data-tone="good"><p>{t('unmapped.aside', { code: outcome.aside })}</p></div>}
              <p className="muted">{t('unmapped.pick')}</p>
              {first && <Policies list={first} />}
              {first && <Overflow list={first} />}
            </DetailPane>
          )
      }
    />
  );
}

/** A list by cursor that brings its policies and overflow with it. */
function useUnmapped(query: { text: string | undefined; system: string | undefined; dismissed: string | undefined }) {
  const { client } = useSession();
  const found = useInfiniteQuery({
    queryKey: ['unmapped', 'list', query],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    queryFn: ({ pageParam, signal }) => client.get<UnmappedList>('/unmapped', { query: { ...query, limit: 50, after: pageParam }, signal }),
    getNextPageParam: (page) => page.next || undefined,
  });
  return { ...found, items: found.data?.pages.flatMap((page) => page.items ?? []) ?? [] };
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (!filtered) return <Empty title={t('unmapped.none')} hint={t('unmapped.none_hint')} />;
  return <Empty title={t('unmapped.none_filter')}><Button onClick={() => void navigate({ to: '/unmapped', search: {} })}>{t('action.clear')}</Button></Empty>;
}

function Head() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { text = '', system = '', show } = unmappedRoute.useSearch();
  const narrow = (change: { text?: string | undefined; system?: string | undefined; show?: string | undefined }) =>
    void navigate({ to: '/unmapped', replace: true, search: (old) => ({ text: old.text, system: old.system, show: old.show, ...change }) });
  const aside = show === 'dismissed';
  return (
    <div className="page-head">
      <h1>{t('unmapped.title')}</h1>
      <SearchBox label={t('mappings.search')} value={text} onChange={(next) => narrow({ text: next || undefined })} />
      <SystemSelect value={system} onChange={(next) => narrow({ system: next })} />
      <button type="button" className="chip" aria-pressed={aside} onClick={() => narrow({ show: aside ? undefined : 'dismissed' })}>{t('unmapped.dismissed')}</button>
    </div>
  );
}

function CodeRow({ code }: { code: UnmappedCode }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <ToneIcon tone={code.dismissed_at ? 'quiet' : 'wait'} />
      <span className="main">
        <span className="title"><code>{code.code}</code></span>
        <span className="what">{t(`translate_status.${code.status}`, { defaultValue: code.status })}, {[names.system(code.system), code.plant].filter(Boolean).join(', ')}</span>
      </span>
      <span className="side">
        <b>{t('unmapped.asked', { count: code.asked })}</b>
        <br />
        {time.age(code.last_asked)}
      </span>
    </>
  );
}

/** What the systems that ask are told while nobody has mapped a code. */
function Policies({ list }: { list: UnmappedList }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <section className="section">
      <h3>{t('unmapped.policies')}</h3>
      <p className="muted dense">{t('unmapped.policies_help')}</p>
      {(list.policies ?? []).length > 0 && (
        <dl className="effects">
          {list.policies.map((policy) => (
            <div key={policy.system + policy.domain} style={{ display: 'contents' }}>
              <dt>{names.system(policy.system)}</dt>
              <dd>{t(`unmapped_policy.${policy.action}`, { code: policy.code ?? '' })}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** Codes for which there was no room: they are counted, not listed. */
function Overflow({ list }: { list: UnmappedList }) {
  const { t } = useTranslation();
  const names = useNames();
  return (list.overflow ?? []).map((one) => (
    <div key={one.system + one.plant} className="banner" data-tone="wait">
      <p>{t('unmapped.overflow', { system: [names.system(one.system), one.plant].filter(Boolean).join(', '), codes: one.codes, count: one.asked })}</p>
    </div>
  ));
}
