import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeItem, ChangeRequest, Delivery, DeliveryState, Page, Reversal } from '../../api/types';
import { requestKeys } from '../../lib/keys';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { deliveryTones, requestTones } from '../../ui/tones';
import { useCommands } from '../../ui/useCommands';
import { ReviewBar } from './ReviewBar';
import { RequestItem } from './RequestItem';
import { useReview } from './useReview';

/** The API's window of a request's items. */
const itemsAtOnce = 100;

/** States after which nothing more happens to a delivery by itself. */
const settled: DeliveryState[] = ['confirmed', 'conflict', 'dead', 'skipped', 'held', 'worklisted'];

/** One change request: what it changes, what is written where, and the decision on it. */
export function RequestDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['requests', 'one', id],
    queryFn: ({ signal }) => client.get<ChangeRequest>(`/change-requests/${id}`, { signal }),
    // an approved request is applied in a moment: the page shows when
    refetchInterval: ({ state }) => (state.data?.state === 'approved' || state.data?.state === 'scheduled' ? 2000 : false),
  });
  const review = useReview(query.data);
  const onKeyDown = useCommands(requestKeys, (command) => {
    if (command === 'approve') review.approve();
    else if (command === 'reject') review.ask('rejection');
    else if (command === 'send_back') review.ask('rework');
    else if (command === 'undo') review.undo();
    else if (command === 'back') onBack();
  });
  const title = query.data?.title ?? '';
  return (
    <>
      <DetailPane label={title} onBack={onBack} onKeyDown={onKeyDown} foot={query.data && <ReviewBar request={query.data} review={review} />}>
        <Loaded query={query}>
          {(request) => (
            <>
              <RequestHead request={request} notice={review.notice} />
              <Said request={request} />
              <LeftOut id={request.id} />
              <Items request={request} />
              <Deliveries request={request} />
            </>
          )}
        </Loaded>
      </DetailPane>
      {review.dialog}
    </>
  );
}

function RequestHead({ request, notice }: { request: ChangeRequest; notice: string }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts">
          <Tag tone={requestTones[request.state]}>{t(`request_state.${request.state}`)}</Tag>
          <span>{t(`request_kind.${request.kind}`)}</span>
          {request.plant && <span>{request.plant}</span>}
          <span>{t('requests.items', { count: request.item_count })}</span>
          {request.proposal > 1 && <span>{t('requests.edition', { number: request.proposal })}</span>}
          {request.reverts_id && <Link to="/requests/$id" params={{ id: request.reverts_id }}>{t('requests.takes_back')}</Link>}
        </div>
        <h2>{request.title}</h2>
        <div className="facts">
          <span>{t('requests.proposed', { who: names.person(request.proposed_by), when: time.at(request.proposed_at) })}</span>
          {request.approvals?.map((approval) => (
            <span key={approval.by}>{t('requests.approved', { who: names.person(approval.by), when: time.at(approval.at) })}</span>
          ))}
          {request.applied_at && <span>{t('requests.applied', { when: time.at(request.applied_at) })}</span>}
        </div>
      </div>
      {notice && <div className="banner" data-tone="wait" role="alert"><p>{notice}</p></div>}
      {request.reason && <p className="dense"><b>{t('requests.reason')}:</b> {request.reason}</p>}
      {request.closed_at && (
        <div className="banner" data-tone="bad">
          <p>
            {t('requests.closed', { state: t(`request_state.${request.state}`), who: names.person(request.closed_by), when: time.at(request.closed_at) })}
            {request.closed_why && <>: {request.closed_why}</>}
          </p>
        </div>
      )}
    </>
  );
}

/** What the policy asks for and what reviewers have said. */
function Said({ request }: { request: ChangeRequest }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  const { rework, second_look_review: look, needs } = request;
  const waits = request.state === 'in_review' && needs.approvers > 0;
  return (
    <>
      {waits && <p className="dense muted">{t('requests.needs', { count: needs.approvers })}{needs.why && <> {standing(needs.why)}.</>}</p>}
      {rework && (
        <div className="banner" data-tone="wait">
          <p>{t('requests.sent_back', { who: names.person(rework.by), when: time.at(rework.at) })}: {rework.note}</p>
        </div>
      )}
      {request.second_look === 'wanted' && <p className="dense">{t('requests.look_wanted')}</p>}
      {look && (
        <div className="banner" data-tone={request.second_look === 'disagreed' ? 'bad' : 'good'}>
          <p>
            {t(request.second_look === 'disagreed' ? 'requests.looked_disagreed' : 'requests.looked_agreed', { who: names.person(look.by), when: time.at(look.at) })}
            {look.note && <>: {look.note}</>}
          </p>
        </div>
      )}
    </>
  );
}

/** Records that a reversal just made could not take back, and why. */
function LeftOut({ id }: { id: string }) {
  const { t } = useTranslation();
  const moved = useQuery<Reversal['moved']>({ queryKey: ['requests', 'moved', id], queryFn: skipToken, staleTime: Infinity }).data ?? [];
  if (moved.length === 0) return null;
  return (
    <div className="banner" data-tone="wait">
      <div>
        <p>{t('requests.stays', { count: moved.length })}</p>
        <ul style={{ margin: 0, paddingInlineStart: 16 }}>{moved.map((one) => <li key={one.record_id}><b>{one.label}</b> {one.why}</li>)}</ul>
      </div>
    </div>
  );
}

interface ItemWindow {
  offset: number;
  total: number;
  items: ChangeItem[];
}

function Items({ request }: { request: ChangeRequest }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['requests', 'items', request.id, request.version],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      client.get<ItemWindow>(`/change-requests/${request.id}/items`, { query: { offset: pageParam, limit: itemsAtOnce }, signal }),
    getNextPageParam: (last) => (last.items.length > 0 && last.offset + last.items.length < last.total ? last.offset + last.items.length : undefined),
  });
  return (
    <section className="section">
      <h3>{t('requests.steps')}</h3>
      <Loaded query={query}>
        {(windows) => windows.pages.flatMap((page) => page.items.map((item, index) => <RequestItem key={page.offset + index} item={item} />))}
      </Loaded>
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t('action.more')}</Button>}
    </section>
  );
}

/** What became of the request's deliveries; looked at again until each has come to rest. */
function Deliveries({ request }: { request: ChangeRequest }) {
  const { t } = useTranslation();
  const names = useNames();
  const { client } = useSession();
  const started = request.state === 'applied' || request.state === 'approved' || request.state === 'scheduled';
  const query = useQuery({
    queryKey: ['deliveries', 'of', request.id], enabled: started,
    queryFn: ({ signal }) => client.get<Page<Delivery>>('/deliveries', { query: { request: request.id, limit: 50 }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.every((delivery) => settled.includes(delivery.state)) ? 15_000 : 1500),
  });
  const found = query.data?.items ?? [];
  if (!started || found.length === 0) return null;
  return (
    <section className="section">
      <h3 id="request-deliveries">{t('requests.deliveries')}</h3>
      <table className="table" aria-labelledby="request-deliveries">
        <tbody>
          {found.map((delivery) => (
            <tr key={delivery.id}>
              <th scope="row"><Link to="/deliveries/$id" params={{ id: delivery.id }}>{names.system(delivery.system)}</Link></th>
              <td><code>{delivery.code}</code></td>
              <td><Tag tone={deliveryTones[delivery.state]}>{t(`delivery_state.${delivery.state}`)}</Tag></td>
              <td className="small">{delivery.problem}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.data?.next && <Link to="/deliveries" search={{ request: request.id }}>{t('deliveries.for_request')}</Link>}
    </section>
  );
}
