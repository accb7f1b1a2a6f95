import { Button, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useList, useNames, usePlants } from '../../api/queries';
import type { Delivery } from '../../api/types';
import { dayAfter } from '../../lib/time';
import { useTime } from '../../lib/useTime';
import { displayValue } from '../../lib/values';
import { worklistRoute } from '../../router';
import { Empty, LoadingBar, Skeleton, Tag } from '../../ui/Bits';
import { ProblemBox } from '../../ui/Problem';
import { PlainValue } from '../../ui/ValueCell';

/** What a plant changes by hand, in the plant's words. */
export function WorklistPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { plant } = worklistRoute.useSearch();
  const plants = usePlants().data?.items ?? [];
  const list = useList<Delivery>(['worklist', 'list'], '/worklist', { plant }, { refetchInterval: 30_000 });
  return (
    <>
      <div className="page-head">
        <h1>{t('worklist.title')}</h1>
        <NativeSelect
          className="push" aria-label={t('worklist.plant')} value={plant ?? ''}
          data={[{ value: '', label: t('worklist.all_plants') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
          onChange={(event) => void navigate({ to: '/worklist', search: { plant: event.currentTarget.value || undefined } })}
        />
      </div>
      <div className="page-body">
        <LoadingBar active={list.isFetching} label={t('list.loading')} />
        {list.isError && <ProblemBox thrown={list.error} retry={() => void list.refetch()} />}
        {list.isPending && <Skeleton />}
        {list.data && list.items.length === 0 && <Empty title={t('worklist.none')} />}
        {list.items.length > 0 && (
          <div className="stack">
            <p className="muted dense">{t('worklist.hint')}</p>
            <WorklistTable entries={list.items} />
            {list.hasNextPage && <Button style={{ justifySelf: 'start' }} onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button>}
          </div>
        )}
      </div>
    </>
  );
}

function WorklistTable({ entries }: { entries: Delivery[] }) {
  const { t } = useTranslation();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={t('worklist.title')}>
      <table className="table">
        <caption className="hidden-words">{t('worklist.title')}</caption>
        <thead>
          <tr>
            {['code', 'name', 'system', 'field', 'from', 'to', 'due'].map((column) => <th key={column} scope="col">{t(`worklist.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>{entries.map((entry) => <Entry key={entry.id} entry={entry} />)}</tbody>
      </table>
    </div>
  );
}

/** One line for each field to change; an entry without fields is one line that says what to do. */
function Entry({ entry }: { entry: Delivery }) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const time = useTime();
  const label = useAttributeLabel(entry.domain);
  const fields = Object.keys(entry.set ?? {});
  const lines = fields.length > 0 ? fields : [''];
  const today = dayAfter(0, Date.now());
  return lines.map((field, index) => (
    <tr key={field}>
      {index === 0 && (
        <>
          <th scope="row" rowSpan={lines.length}><code>{entry.code}</code></th>
          <td rowSpan={lines.length}>{entry.label}</td>
          <td rowSpan={lines.length}>{names.system(entry.system)}</td>
        </>
      )}
      <td>{field ? label(field) : t(`delivery_kind.${entry.kind}`)}</td>
      <td>{field && <PlainValue text={displayValue(entry.expect?.[field], i18n.language)} />}</td>
      <td>{field && <PlainValue text={displayValue(entry.set?.[field], i18n.language)} />}</td>
      {index === 0 && (
        <td rowSpan={lines.length} className="nowrap">
          {entry.due_on && time.day(entry.due_on)} {entry.due_on && entry.due_on < today && <Tag tone="wait">{t('worklist.overdue')}</Tag>}
        </td>
      )}
    </tr>
  ));
}
