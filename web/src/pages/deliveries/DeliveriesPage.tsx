import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useList, useNames, useSystems } from '../../api/queries';
import type { Delivery, DeliveryState, DeliverySummary } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { deliveriesRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { deliveryTones } from '../../ui/tones';
import { useCommands } from '../../ui/useCommands';
import { DeliveryDetail } from './DeliveryDetail';

const states: DeliveryState[] = ['pending', 'in_flight', 'retrying', 'held', 'conflict', 'dead', 'confirmed', 'skipped', 'worklisted'];

/** What is written to which system, and how that went. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { system, state, request } = deliveriesRoute.useSearch();
  const { id } = useParams({ strict: false });
  const list = useList<Delivery>(['deliveries', 'list'], '/deliveries', { system, state, request }, { refetchInterval: (items) => (items.some(moving) ? 2000 : 15_000) });
  const open = (next: string) => void navigate({ to: '/deliveries/$id', params: { id: next }, search: (old) => old });
  const close = () => void navigate({ to: '/deliveries', search: (old) => old });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.items.map((item) => item.id), id);
    if (next) open(next);
    else if (command === 'reload') void list.refetch();
  });
  const filtered = system || state || request;
  return (
    <TwoPane
      showing={id ? 'detail' : 'list'}
      list={
        <ListPane
          query={list} head={<Head />}
          empty={list.items.length > 0 ? undefined : filtered
            ? <Empty title={t('deliveries.none_filter')}><Button onClick={() => void navigate({ to: '/deliveries', search: {} })}>{t('action.clear')}</Button></Empty>
            : <Empty title={t('deliveries.none')} hint={t('deliveries.none_hint')} />}
        >
          <PickList
            label={t('deliveries.list')} items={list.items} selected={id} onSelect={open} onKeyDown={onKeyDown}
            more={list.hasNextPage && (() => void list.fetchNextPage())} render={(delivery) => <DeliveryRow delivery={delivery} />}
          />
        </ListPane>
      }
      detail={
        id ? <DeliveryDetail key={id} id={id} onBack={close} />
          : <DetailPane label={t('deliveries.title')} onBack={close}><Summary /><p className="muted">{t('deliveries.pick')}</p></DetailPane>
      }
    />
  );
}

function moving(delivery: Delivery): boolean {
  return delivery.state === 'pending' || delivery.state === 'in_flight' || delivery.state === 'retrying';
}

function Head() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { system, state, request } = deliveriesRoute.useSearch();
  const systems = useSystems().data?.items ?? [];
  return (
    <div className="page-head">
      <h1>{t('deliveries.title')}</h1>
      {request && (
        <Button onClick={() => void navigate({ to: '/deliveries', search: { system, state } })}>
          {t('deliveries.for_request')}, {t('action.clear')}
        </Button>
      )}
      <NativeSelect
        className="push" aria-label={t('deliveries.system')} value={system ?? ''}
        data={[{ value: '', label: t('deliveries.all_systems') }, ...systems.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => void navigate({ to: '/deliveries', search: { state, request, system: event.currentTarget.value || undefined } })}
      />
      <NativeSelect
        aria-label={t('deliveries.state')} value={state ?? ''}
        data={[{ value: '', label: t('deliveries.all_states') }, ...states.map((value) => ({ value: value as string, label: t(`delivery_state.${value}`) }))]}
        onChange={(event) => void navigate({ to: '/deliveries', search: { system, request, state: event.currentTarget.value || undefined } })}
      />
    </div>
  );
}

/** How many deliveries of each system are in which state: states nobody has are left out. */
function Summary() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { client } = useSession();
  const query = useQuery({ queryKey: ['deliveries', 'summary'], queryFn: ({ signal }) => client.get<DeliverySummary>('/deliveries/summary', { signal }) });
  const systems = query.data?.systems ?? [];
  const used = states.filter((state) => systems.some(({ counts }) => counts[state]));
  const number = new Intl.NumberFormat(locale);
  if (systems.length === 0 || used.length === 0) return null;
  return (
    <section className="section">
      <h3 id="summary">{t('deliveries.summary')}</h3>
      <div className="table-box" tabIndex={0} role="region" aria-labelledby="summary">
        <table className="table" aria-labelledby="summary">
          <thead>
            <tr>
              <th scope="col">{t('deliveries.system')}</th>
              {used.map((state) => <th key={state} scope="col" className="number">{t(`delivery_state.${state}`)}</th>)}
            </tr>
          </thead>
          <tbody>
            {systems.map((one) => (
              <tr key={one.system}>
                <th scope="row">{one.name || one.system}</th>
                {used.map((state) => <td key={state} className="number">{number.format(one.counts[state] ?? 0)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <ToneIcon tone={deliveryTones[delivery.state]} />
      <span className="main">
        <span className="title">{delivery.label || delivery.code}</span>
        <span className="what">
          <b>{t(`delivery_state.${delivery.state}`)}</b> · {t(`delivery_kind.${delivery.kind}`)}
          {delivery.unguarded && <> · {t('deliveries.unguarded')}</>}
        </span>
      </span>
      <span className="side">
        {names.system(delivery.system)}
        <br />
        {time.age(delivery.created_at)}
      </span>
    </>
  );
}
