import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNames, useSystems } from '../../api/queries';
import type { ChangeItem, DeliveryKind, DeliveryOrder } from '../../api/types';
import { displayValue } from '../../lib/values';
import { AttributeDiff } from '../../ui/AttributeDiff';

/** One step of a request in words, with its values before and after. */
export function RequestItem({ item }: { item: ChangeItem }) {
  const { t } = useTranslation();
  return (
    <div className="item">
      <div className="facts">
        <b>{t(`item_action.${item.action}`)}</b>
        <span>{item.label}</span>
        {item.base_version > 0 && <span>{t('requests.base', { version: item.base_version })}</span>}
        {item.discrepancy_id && <Link to="/queue" search={{ item: item.discrepancy_id }}>{t('requests.own_discrepancy')}</Link>}
      </div>
      {item.into_id && <Link className="dense" to="/records/$domain/$id" params={{ domain: item.domain, id: item.into_id }}>{t('requests.into')}</Link>}
      <Values item={item} />
      {item.mapping && <MappingLine mapping={item.mapping} label={item.label} />}
      {item.plant_use && <p className="dense">{t('requests.uses', { plant: item.plant_use.plant, state: t(`use_state.${item.plant_use.state}`) })}</p>}
      {item.delivery && <DeliveryLine order={item.delivery} domain={item.domain} />}
      <Configuration value={item.system ?? item.plant ?? item.plan ?? item.match_rule} />
    </div>
  );
}

/** A new record's values stand in one line: an approver reads hundreds of them. A change shows both sides. */
function Values({ item }: { item: ChangeItem }) {
  const { t, i18n } = useTranslation();
  if (item.action === 'create_record') {
    return (
      <p className="value">
        {Object.entries(item.set ?? {}).map(([attribute, value]) => `${attribute} ${displayValue(value, i18n.language)}`).join(' · ')}
      </p>
    );
  }
  return <AttributeDiff domain={item.domain} before={item.before} after={item.set} left={t('requests.before')} right={t('requests.after')} caption={item.label} />;
}

function MappingLine({ mapping, label }: { mapping: NonNullable<ChangeItem['mapping']>; label: string }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <p className="dense">
      {t('requests.maps', { system: names.system(mapping.system), code: mapping.code, record: label })}
      {mapping.plant && <> {t('requests.at_plant', { plant: mapping.plant })}</>}
      {mapping.valid_from && <> {t('requests.from', { day: mapping.valid_from })}</>}
      {mapping.valid_to && <> {t('requests.to', { day: mapping.valid_to })}</>}
    </p>
  );
}

const orderWords: Record<DeliveryKind, string> = {
  update: 'requests.writes', create: 'requests.creates', archive: 'requests.archives', restore: 'requests.restores',
  adopt: 'requests.adopts', remove: 'requests.removes',
};

function DeliveryLine({ order, domain }: { order: DeliveryOrder; domain: string }) {
  const { t } = useTranslation();
  const names = useNames();
  const target = useSystems().data?.items.find((one) => one.id === order.system);
  const system = names.system(order.system);
  const accepted = !order.by_hand && target?.unguarded_accepted_by;
  return (
    <>
      <p className="dense line">
        <span>{t(order.by_hand ? 'requests.by_hand' : orderWords[order.kind], { system })}</span>
        {order.code && <code>{order.code}</code>}
        {accepted && (
          <span className="boxed" data-tone="wait" title={t('requests.unguarded_help', { system, who: names.person(accepted) })}>{t('requests.unguarded')}</span>
        )}
      </p>
      <AttributeDiff domain={domain} before={order.expect} after={order.set} left={t('requests.before')} right={t('requests.after')} caption={t('requests.writes', { system })} />
    </>
  );
}

/** A system's, plant's or plan's settings as they are proposed; secrets stand in them only as references. */
function Configuration({ value }: { value: Record<string, unknown> | null | undefined }) {
  if (!value) return null;
  return <pre className="value" style={{ margin: 0 }}>{JSON.stringify(value, null, 2)}</pre>;
}
