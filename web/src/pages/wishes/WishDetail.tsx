import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useNames } from '../../api/queries';
import type { DeliveryState, RecordRequestDetail } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { displayValue } from '../../lib/values';
import { onItsWay, wishTones } from '../../lib/wishes';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { PlainValue } from '../../ui/ValueCell';
import { deliveryTones } from '../../ui/tones';
import { Candidates } from './Candidates';
import { Completion } from './Completion';
import { useWish, WishBar } from './WishBar';

/** One request for a record: what is asked for, what there is like it, what is missing, and what became of it. */
export function WishDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['record-requests', 'one', id],
    queryFn: ({ signal }) => client.get<RecordRequestDetail>(`/record-requests/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && onItsWay(state.data) ? 2000 : false),
  });
  const steps = useWish(query.data);
  const wish = query.data;
  return (
    <>
      <DetailPane label={wish?.name || t('wishes.title')} onBack={onBack} foot={wish && <WishBar wish={wish} steps={steps} />}>
        <Loaded query={query}>
          {(found) => (
            <>
              <WishHead wish={found} />
              <Candidates wish={found} steps={steps} />
              {found.may.complete ? <Completion key={found.version} wish={found} steps={steps} /> : <Said wish={found} />}
              <Outcome wish={found} />
            </>
          )}
        </Loaded>
      </DetailPane>
      {steps.dialog}
    </>
  );
}

function WishHead({ wish }: { wish: RecordRequestDetail }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts">
          <Tag tone={wishTones[wish.state]}>{t(`wish_state.${wish.state}`)}</Tag>
          <span>{wish.plant}</span>
          <span>{names.system(wish.system)}</span>
          {wish.code && <code>{wish.code}</code>}
        </div>
        <h2>{wish.name || wish.code}</h2>
        <div className="facts">
          <span>{t('wishes.by', { who: names.person(wish.requested_by), when: time.at(wish.requested_at) })}</span>
          {wish.change_request_id && <Link to="/requests/$id" params={{ id: wish.change_request_id }}>{t('deliveries.request')}</Link>}
        </div>
      </div>
      <p className="dense"><b>{t('requests.reason')}:</b> {wish.reason}</p>
      {wish.note && (
        <div className="banner" data-tone={wish.state === 'rejected' ? 'bad' : 'wait'}>
          <p>{wish.noted_by && <><b>{names.person(wish.noted_by)}:</b> </>}{standing(wish.note)}</p>
        </div>
      )}
      {(wish.others.length > 0 || wish.hidden > 0) && (
        <div className="banner" data-tone="wait">
          <p>
            {t('wishes.others')} {wish.others.map((other) => `${other.plant} ${other.code}`.trim()).join(', ')}
            {wish.hidden > 0 && <> {t('wishes.hidden', { count: wish.hidden })}</>}
          </p>
        </div>
      )}
    </>
  );
}

/** What is known of the thing, for those who do not complete it. */
function Said({ wish }: { wish: RecordRequestDetail }) {
  const { t, i18n } = useTranslation();
  const label = useAttributeLabel(wish.domain);
  const ids = Object.keys(wish.attributes);
  if (ids.length === 0) return null;
  return (
    <section className="section">
      <h3 id="said">{t('wishes.said')}</h3>
      <table className="table" aria-labelledby="said">
        <tbody>
          {ids.map((id) => (
            <tr key={id}>
              <th scope="row">{label(id)}</th>
              <td><PlainValue text={displayValue(wish.attributes[id], i18n.language)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The record that is there or came of it, and what the systems are told. */
function Outcome({ wish }: { wish: RecordRequestDetail }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      {wish.record && (
        <section className="section">
          <h3>{t('wishes.record')}</h3>
          <p className="line">
            <code>{wish.record.code}</code>
            <Link to="/records/$domain/$id" params={{ domain: wish.domain, id: wish.record.id }}>{wish.record.name}</Link>
          </p>
        </section>
      )}
      {wish.deliveries.length > 0 && (
        <section className="section">
          <h3 id="wish-deliveries">{t('requests.deliveries')}</h3>
          <table className="table" aria-labelledby="wish-deliveries">
            <tbody>
              {wish.deliveries.map((delivery) => (
                <tr key={delivery.id}>
                  <th scope="row"><Link to="/deliveries/$id" params={{ id: delivery.id }}>{names.system(delivery.system)}</Link></th>
                  <td><code>{delivery.code}</code></td>
                  <td><Tag tone={deliveryTones[delivery.state as DeliveryState]}>{t(`delivery_state.${delivery.state}`)}</Tag></td>
                  <td className="small">{delivery.problem || (delivery.due_on && t('deliveries.due', { day: time.day(delivery.due_on) }))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
