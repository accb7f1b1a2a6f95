import { NativeSelect } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useNames } from '../../api/queries';
import type { ChangeRequest, RequestState } from '../../api/types';
import type { Command } from '../../lib/keys';
import { listKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { requestsRoute } from '../../router';
import { Empty, ToneIcon } from '../../ui/Bits';
import { KeySheet } from '../../ui/KeySheet';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { requestTones } from '../../ui/tones';
import { useCommands } from '../../ui/useCommands';
import { RequestDetail } from './RequestDetail';

/** The choice that is no state: what one steward decided alone and somebody is to look at again. */
const look = 'second_look';
const choices: RequestState[] = ['in_review', 'rework', 'scheduled', 'approved', 'applied', 'rejected', 'withdrawn', 'failed'];

/** The second pair of eyes: what is proposed, what it changes, and the decision on it. */
export function RequestsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { state = 'in_review' } = requestsRoute.useSearch();
  const { id } = useParams({ strict: false });
  const [help, setHelp] = useState(false);
  const list = useList<ChangeRequest>(['requests', 'list'], '/change-requests', queryOf(state), { refetchInterval: 30_000 });
  const open = (next: string) => void navigate({ to: '/requests/$id', params: { id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/requests', search: (old) => old });
  const run = (command: Command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
    else if (command === 'help') setHelp(true);
    else if (command === 'back') close();
  };
  const onKeyDown = useCommands(listKeys, run);
  const empty = list.items.length > 0 ? undefined
    : state === 'in_review' ? <Empty title={t('requests.none')} hint={t('requests.none_hint')} /> : <Empty title={t('requests.none_filter')} />;
  return (
    <>
      <TwoPane
        showing={id ? 'detail' : 'list'}
        list={
          <ListPane query={list} empty={empty} head={<Head state={state} />}>
            <PickList
              label={t('requests.list')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
              more={list.hasNextPage && (() => void list.fetchNextPage())} render={(request) => <RequestRow request={request} />}
            />
          </ListPane>
        }
        detail={
          id ? <RequestDetail key={id} id={id} onBack={close} />
            : <DetailPane label={t('requests.title')} onBack={close}><p className="muted">{t('requests.pick')}</p></DetailPane>
        }
      />
      {help && <KeySheet keys={keyWords(t)} onClose={() => setHelp(false)} />}
    </>
  );
}

function queryOf(state: string) {
  if (state === look) return { second_look: 'wanted' };
  return { state: state === 'all' ? '' : state };
}

function Head({ state }: { state: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div className="page-head">
      <h1>{t('requests.title')}</h1>
      <NativeSelect
        className="push" aria-label={t('requests.state')} value={state}
        data={[...choices.map((value) => ({ value: value as string, label: t(`request_state.${value}`) })), { value: look, label: t('requests.look_wanted') }, { value: 'all', label: t('requests.all') }]}
        onChange={(event) => {
          const next = event.currentTarget.value;
          void navigate({ to: '/requests', search: { state: next === 'in_review' ? undefined : next } });
        }}
      />
    </div>
  );
}

function RequestRow({ request }: { request: ChangeRequest }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <ToneIcon tone={requestTones[request.state]} />
      <span className="main">
        <span className="title">{request.title}</span>
        <span className="what">
          {request.state !== 'in_review' && <><b>{t(`request_state.${request.state}`)}</b> · </>}
          {t(`request_kind.${request.kind}`)}, {names.person(request.proposed_by)}
        </span>
      </span>
      <span className="side">
        {t('requests.items', { count: request.item_count })}
        <br />
        {time.age(request.proposed_at)}
      </span>
    </>
  );
}

function keyWords(t: (key: string) => string): [string, string][] {
  return [
    ['J K ↓ ↑', t('keys.next')],
    ['A', t('keys.approve')],
    ['S', t('keys.send_back')],
    ['X', t('keys.reject')],
    ['U', t('keys.undo')],
    ['R', t('keys.reload')],
    ['?', t('keys.help')],
  ];
}
