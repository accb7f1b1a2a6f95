import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useNames } from '../../api/queries';
import type { Attributes, Delivery } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { displayValue, sameValue } from '../../lib/values';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Tag } from '../../ui/Bits';
import { DetailPane } from '../../ui/ListPane';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { DiffValue, PlainValue } from '../../ui/ValueCell';
import { deliveryTones } from '../../ui/tones';

/** One delivery: what it expects, what it writes, what it found there. */
export function DeliveryDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({
    queryKey: ['deliveries', 'one', id],
    queryFn: ({ signal }) => client.get<Delivery>(`/deliveries/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && ['pending', 'in_flight', 'retrying'].includes(state.data.state) ? 2000 : false),
  });
  return (
    <DetailPane label={query.data?.label ?? t('deliveries.title')} onBack={onBack} foot={query.data && <DeliveryActions delivery={query.data} />}>
      <Loaded query={query}>
        {(delivery) => (
          <>
            <DeliveryHead delivery={delivery} />
            {delivery.problem && <div className="banner" data-tone="bad"><p><b>{t('deliveries.problem')}:</b> {standing(delivery.problem)}</p></div>}
            <Values delivery={delivery} />
          </>
        )}
      </Loaded>
    </DetailPane>
  );
}

function DeliveryHead({ delivery: d }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const names = useNames();
  const time = useTime();
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="facts">
        <Tag tone={deliveryTones[d.state]}>{t(`delivery_state.${d.state}`)}</Tag>
        <span>{names.system(d.system)}</span>
        <code>{d.code}</code>
        {d.plant && <span>{d.plant}</span>}
        {d.unguarded && <span className="boxed" data-tone="wait" title={t('deliveries.unguarded_help')}>{t('deliveries.unguarded')}</span>}
        {d.by_hand && <span className="boxed">{t('deliveries.by_hand')}</span>}
      </div>
      <h2>{d.label || d.code}</h2>
      <div className="facts">
        <span>{t(`delivery_kind.${d.kind}`)}</span>
        <span>{t('deliveries.approved', { who: names.person(d.approved_by) })}</span>
        <span>{t('deliveries.created', { when: time.at(d.created_at) })}</span>
        {d.attempt > 0 && <span>{t('deliveries.attempts', { attempt: d.attempt, max: d.max_attempts })}</span>}
        {d.state === 'retrying' && d.run_at && <span>{t('deliveries.next_try', { when: time.at(d.run_at) })}</span>}
        {d.confirmed_at && <span>{t('deliveries.confirmed', { when: time.at(d.confirmed_at) })}</span>}
        {d.due_on && <span>{t('deliveries.due', { day: time.day(d.due_on) })}</span>}
        {d.change_request_id && <Link to="/requests/$id" params={{ id: d.change_request_id }}>{t('deliveries.request')}</Link>}
        {d.discrepancy_id && <Link to="/queue" search={{ item: d.discrepancy_id }}>{t('deliveries.discrepancy')}</Link>}
      </div>
    </div>
  );
}

/** Expected and written side by side; what was found there as well, where it is known. */
function Values({ delivery: d }: { delivery: Delivery }) {
  const { t, i18n } = useTranslation();
  const label = useAttributeLabel(d.domain);
  const attributes = Object.keys(d.set ?? {});
  const found = Object.keys(d.current ?? {}).length > 0;
  if (attributes.length === 0) return <p className="muted dense">{t('deliveries.no_values')}</p>;
  const text = (from: Attributes | null, id: string) => displayValue(from?.[id], i18n.language);
  return (
    <section className="section">
      <h3 id="values">{t('deliveries.values')}</h3>
      <div className="table-box" tabIndex={0} role="region" aria-labelledby="values">
        <table className="table" aria-labelledby="values">
          <thead>
            <tr>
              <th scope="col">{t('queue.field')}</th>
              <th scope="col">{t('deliveries.expect')}</th>
              <th scope="col">{t('deliveries.set')}</th>
              {found && <th scope="col">{t('deliveries.current')}</th>}
            </tr>
          </thead>
          <tbody>
            {attributes.map((id) => (
              <tr key={id}>
                <th scope="row">{label(id)}</th>
                <td><DiffValue golden={text(d.expect, id)} source={text(d.set, id)} side="golden" /></td>
                <td><DiffValue golden={text(d.expect, id)} source={text(d.set, id)} side="source" /></td>
                {found && (
                  <td>
                    {sameValue(d.expect?.[id], d.current?.[id]) ? <PlainValue text={text(d.current, id)} />
                      : <DiffValue golden={text(d.expect, id)} source={text(d.current, id)} side="source" />}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const retryable = ['dead', 'held'];
const skippable = ['pending', 'retrying', 'held', 'conflict', 'dead', 'worklisted'];

function DeliveryActions({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [skipping, setSkipping] = useState(false);
  const act = useMutation({
    mutationFn: (reason: string | undefined) =>
      reason === undefined ? client.post<Delivery>(`/deliveries/${delivery.id}/retry`) : client.post<Delivery>(`/deliveries/${delivery.id}/skip`, { body: { reason } }),
    onSuccess: (_, reason) => {
      setSkipping(false);
      announce(t(reason === undefined ? 'deliveries.retried' : 'deliveries.skipped'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  const retry = retryable.includes(delivery.state);
  if (!may('operate') || !skippable.includes(delivery.state)) return null;
  return (
    <div className="actions">
      <div className="buttons">
        {retry && <Button variant="filled" loading={act.isPending} onClick={() => act.mutate(undefined)}>{t('deliveries.retry')}</Button>}
        <Button onClick={() => setSkipping(true)}>{t('deliveries.skip')}</Button>
      </div>
      {act.isError && !skipping && <ProblemBox thrown={act.error} safe={t('problem.kept')} />}
      {skipping && (
        <ReasonDialog
          title={t('deliveries.skip_title')} help={t('deliveries.skip_help')} submit={t('deliveries.skip')} busy={act.isPending} problem={act.error}
          onClose={() => setSkipping(false)} onSubmit={(reason) => act.mutate(reason)}
        />
      )}
    </div>
  );
}
