import { Button, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useList, useNames, usePlants } from '../../api/queries';
import type { Delivery } from '../../api/types';
import type { Query } from '../../api/client';
import { dueBefore, dueChoices, dueState, separatorOf } from '../../lib/due';
import { useLanguage } from '../../lib/useLanguage';
import { useLocale } from '../../lib/useLocale';
import { useTime } from '../../lib/useTime';
import { displayValue } from '../../lib/values';
import { worklistRoute } from '../../router';
import { Empty, LoadingBar, Skeleton, Tag } from '../../ui/Bits';
import { Download } from '../../ui/Download';
import { ProblemBox } from '../../ui/Problem';
import { PlainValue } from '../../ui/ValueCell';

/** What a plant changes by hand, in the plant's words. */
export function WorklistPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { plant, due } = worklistRoute.useSearch();
  const plants = usePlants().data?.items ?? [];
  const query = { plant, due_before: dueBefore(due, Date.now()) };
  const list = useList<Delivery>(['worklist', 'list'], '/worklist', query, { refetchInterval: 30_000 });
  const go = (search: { plant?: string; due?: string }) => void navigate({ to: '/worklist', search });
  return (
    <>
      <div className="page-head">
        <h1>{t('worklist.title')}</h1>
        <NativeSelect
          className="push" aria-label={t('worklist.plant')} value={plant ?? ''}
          data={[{ value: '', label: t('worklist.all_plants') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
          onChange={(event) => go({ due, plant: event.currentTarget.value || undefined })}
        />
        <Files query={query} />
      </div>
      <div className="chips" role="group" aria-label={t('worklist.due')}>
        {[undefined, ...dueChoices].map((choice) => (
          <button key={choice ?? 'all'} type="button" className="chip" aria-pressed={due === choice} onClick={() => go({ plant, due: choice })}>
            {t(choice ? `worklist.${choice}` : 'worklist.all')}
          </button>
        ))}
      </div>
      <div className="page-body">
        <LoadingBar active={list.isFetching} label={t('list.loading')} />
        {list.isError && <ProblemBox thrown={list.error} retry={() => void list.refetch()} />}
        {list.isPending && <Skeleton />}
        {list.data && list.items.length === 0 && (
          plant || due ? <Empty title={t('worklist.none_filter')}><Button onClick={() => go({})}>{t('action.clear')}</Button></Empty> : <Empty title={t('worklist.none')} />
        )}
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

/** Saves the list as a file: for a spreadsheet of any kind, in the form the reader's opens, and as a workbook. */
function Files({ query }: { query: Query }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const language = useLanguage();
  return (
    <>
      <Download path="/worklist.csv" query={{ ...query, separator: separatorOf(locale) }} name="crosswalk-worklist.csv">{t('worklist.download')}</Download>
      <Download path="/exports/worklist.xlsx" query={{ ...query, language }} name="crosswalk-worklist.xlsx">{t('export.worklist')}</Download>
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
            {['code', 'name', 'plant', 'system', 'field', 'from', 'to', 'due'].map((column) => <th key={column} scope="col">{t(`worklist.${column}`)}</th>)}
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
  const due = dueState(entry.due_on, Date.now());
  return lines.map((field, index) => (
    <tr key={field}>
      {index === 0 && (
        <>
          <th scope="row" rowSpan={lines.length}><code>{entry.code}</code></th>
          <td rowSpan={lines.length}>{entry.label}</td>
          <td rowSpan={lines.length}>{entry.plant}</td>
          <td rowSpan={lines.length}>{names.system(entry.system)}</td>
        </>
      )}
      <td>{field ? label(field) : t(`delivery_kind.${entry.kind}`)}</td>
      <td>{field && <PlainValue text={displayValue(entry.expect?.[field], i18n.language)} />}</td>
      <td>{field && <PlainValue text={displayValue(entry.set?.[field], i18n.language)} />}</td>
      {index === 0 && (
        <td rowSpan={lines.length} className="nowrap">
          {entry.due_on && time.day(entry.due_on)} {due === 'overdue' && <Tag tone="bad">{t('worklist.overdue')}</Tag>}
          {due === 'soon' && <Tag tone="wait">{t('worklist.soon')}</Tag>}
        </td>
      )}
    </tr>
  ));
}
