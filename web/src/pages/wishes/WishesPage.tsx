import { Button, NativeSelect } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/queries';
import type { RecordRequest, RecordRequestState } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { wishTones } from '../../lib/wishes';
import { wishesRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { NewWish } from './NewWish';
import { WishDetail } from './WishDetail';

const states: RecordRequestState[] = ['requested', 'in_completion', 'in_review', 'created', 'done', 'duplicate', 'rejected', 'withdrawn'];

/** What plants want a record for, and how far each has come. */
export function WishesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { state } = wishesRoute.useSearch();
  const { id } = useParams({ strict: false });
  const [asking, setAsking] = useState(false);
  const list = useList<RecordRequest>(['record-requests', 'list'], '/record-requests', { state }, { refetchInterval: 60_000 });
  const open = (next: string) => void navigate({ to: '/record-requests/$id', params: { id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/record-requests', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  return (
    <>
      <TwoPane
        showing={id ? 'detail' : 'list'}
        list={
          <ListPane
            query={list} head={<Head state={state} onAsk={() => setAsking(true)} />}
            empty={list.items.length > 0 ? undefined : state
              ? <Empty title={t('wishes.none_filter')}><Button onClick={() => void navigate({ to: '/record-requests', search: {} })}>{t('action.clear')}</Button></Empty>
              : <Empty title={t('wishes.none')} hint={t('wishes.none_hint')} />}
          >
            <PickList
              label={t('wishes.title')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
              more={list.hasNextPage && (() => void list.fetchNextPage())} render={(wish) => <Row wish={wish} />}
            />
          </ListPane>
        }
        detail={
          id ? <WishDetail key={id} id={id} onBack={close} />
            : <DetailPane label={t('wishes.title')} onBack={close}><p className="muted">{t('wishes.pick')}</p></DetailPane>
        }
      />
      {asking && <NewWish onClose={() => setAsking(false)} onMade={(made) => { setAsking(false); open(made.id); }} />}
    </>
  );
}

function Head({ state, onAsk }: { state: string | undefined; onAsk: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  return (
    <div className="page-head">
      <h1>{t('wishes.title')}</h1>
      <NativeSelect
        className="push" aria-label={t('wishes.state')} value={state ?? ''}
        data={[{ value: '', label: t('wishes.all') }, ...states.map((value) => ({ value: value as string, label: t(`wish_state.${value}`) }))]}
        onChange={(event) => void navigate({ to: '/record-requests', search: { state: event.currentTarget.value || undefined } })}
      />
      {may('propose') && <Button variant="filled" onClick={onAsk}>{t('wishes.ask')}</Button>}
    </div>
  );
}

function Row({ wish }: { wish: RecordRequest }) {
  const { t } = useTranslation();
  const time = useTime();
  return (
    <>
      <ToneIcon tone={wishTones[wish.state]} />
      <span className="main">
        <span className="title">{wish.name || wish.code}</span>
        <span className="what">
          <b>{t(`wish_state.${wish.state}`)}</b>{wish.waits && <> · {t('wishes.waits')}</>}{wish.code && <> · <code>{wish.code}</code></>}
        </span>
      </span>
      <span className="side">
        {wish.plant}
        <br />
        {time.age(wish.requested_at)}
      </span>
    </>
  );
}
