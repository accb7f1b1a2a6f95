import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useList, useNames } from '../../api/queries';
import type { AuditEntry } from '../../api/types';
import { Empty, LoadingBar, Skeleton } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { ProblemBox } from '../../ui/Problem';

/** Changes of one entry that are named before the rest is only counted. */
const named = 3;

/** Who changed what and why, as the hash chains hold it. */
export function AuditPage() {
  const { t } = useTranslation();
  const list = useList<AuditEntry>(['audit', 'list'], '/audit', {});
  return (
    <>
      <div className="page-head"><h1>{t('audit.title')}</h1></div>
      <div className="page-body">
        <LoadingBar active={list.isFetching} label={t('list.loading')} />
        {list.isError && <ProblemBox thrown={list.error} retry={() => void list.refetch()} />}
        {list.isPending && <Skeleton />}
        {list.data && list.items.length === 0 && <Empty title={t('audit.none')} />}
        {list.items.length > 0 && <AuditTable entries={list.items} />}
        {list.hasNextPage && <Button style={{ justifySelf: 'start' }} onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button>}
      </div>
    </>
  );
}

function AuditTable({ entries }: { entries: AuditEntry[] }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={t('audit.title')}>
      <table className="table">
        <caption className="hidden-words">{t('audit.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.reason')}</th>
            <th scope="col">{t('audit.what')}</th>
            <th scope="col">{t('audit.chain')}</th>
            <th scope="col" className="number">{t('audit.number')}</th>
            <th scope="col">{t('audit.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.chain}-${entry.sequence}`}>
              <td className="nowrap"><Instant at={entry.at} /></td>
              <td>{names.person(entry.actor)}</td>
              <td>{entry.reason}</td>
              <td><Changes changes={entry.changes ?? []} /></td>
              <td>{entry.chain || t('audit.general')}</td>
              <td className="number">{entry.sequence}</td>
              <td><code title={entry.hash}>{entry.hash.slice(0, 12)}</code></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Changes({ changes }: { changes: NonNullable<AuditEntry['changes']> }) {
  const { t } = useTranslation();
  const rest = changes.length - named;
  return (
    <>
      {changes.slice(0, named).map((change) => t('audit.change', { aggregate: change.aggregate.replaceAll('_', ' '), version: change.version })).join(', ')}
      {rest > 0 && ` ${t('audit.more', { count: rest })}`}
    </>
  );
}
