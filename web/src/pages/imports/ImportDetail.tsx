import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useNames } from '../../api/queries';
import type { ChangeRequest, Import, ImportRow } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Tag } from '../../ui/Bits';
import { Loaded } from '../../ui/Loaded';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { PlainValue } from '../../ui/ValueCell';
import { importTones } from '../../ui/tones';

const rowsAtOnce = 200;
const statuses = ['new', 'same', 'conflict', 'wrong'] as const;

/** What was understood of one file, row by row, and the way to hand it in. */
export function ImportDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useQuery({ queryKey: ['imports', 'one', id], queryFn: ({ signal }) => client.get<Import>(`/imports/${id}`, { signal }) });
  return (
    <>
      <div className="page-head">
        <Link to="/imports" className="dense">{t('imports.title')}</Link>
        <h1>{query.data?.file_name}</h1>
        {query.data && <span className="push"><Submit found={query.data} /></span>}
      </div>
      <div className="page-body">
        <Loaded query={query}>
          {(found) => (
            <>
              <Figures found={found} />
              <Rows found={found} />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

function Figures({ found }: { found: Import }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useNames();
  const time = useTime();
  const number = new Intl.NumberFormat(locale);
  return (
    <div className="stack">
      <div className="facts">
        <span>{names.system(found.system)}</span>
        {found.plant && <span>{found.plant}</span>}
        <span>{t(`import_state.${found.state}`)}</span>
        <span>{t('imports.by', { who: names.person(found.created_by), when: time.at(found.created_at) })}</span>
        {found.change_request_id && <Link to="/requests/$id" params={{ id: found.change_request_id }}>{t('imports.to_request')}</Link>}
      </div>
      <dl className="figures">
        {statuses.map((status) => (
          <div key={status}>
            <dt>{t(`import_status.${status}`)}</dt>
            <dd>{number.format(found.counts?.[status] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface RowWindow {
  offset: number;
  total: number;
  rows: ImportRow[];
}

function Rows({ found }: { found: Import }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['imports', 'rows', found.id],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => client.get<RowWindow>(`/imports/${found.id}/rows`, { query: { offset: pageParam, limit: rowsAtOnce }, signal }),
    getNextPageParam: (last) => (last.rows.length > 0 && last.offset + last.rows.length < last.total ? last.offset + last.rows.length : undefined),
  });
  return (
    <section className="section">
      <h2 id="rows" style={{ fontSize: 15 }}>{t('imports.rows')}</h2>
      <Loaded query={query}>
        {(windows) => {
          const rows = windows.pages.flatMap((page) => page.rows);
          return (
            <>
              <RowTable rows={rows} />
              <p className="small muted">{t('imports.shown', { shown: rows.length, total: windows.pages[0]?.total ?? 0 })}</p>
            </>
          );
        }}
      </Loaded>
      {query.hasNextPage && <Button style={{ justifySelf: 'start' }} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button>}
    </section>
  );
}

function RowTable({ rows }: { rows: ImportRow[] }) {
  const { t } = useTranslation();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="rows">
      <table className="table" aria-labelledby="rows">
        <thead>
          <tr>
            <th scope="col" className="number">{t('imports.line')}</th>
            <th scope="col">{t('imports.code')}</th>
            <th scope="col">{t('imports.target')}</th>
            <th scope="col">{t('imports.status')}</th>
            <th scope="col">{t('imports.message')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td className="number">{row.line}</td>
              <td><PlainValue text={row.code} /></td>
              <td><PlainValue text={row.target} /></td>
              <td><Tag tone={importTones[row.status]}>{t(`import_status.${row.status}`)}</Tag></td>
              <td>{standing(row.message)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Submit({ found }: { found: Import }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const submit = useMutation({
    mutationFn: (reason: string) => client.post<ChangeRequest>(`/imports/${found.id}/submission`, { body: { reason } }),
    onSuccess: () => {
      setAsking(false);
      announce(t('imports.submitted'));
      for (const stale of ['imports', 'requests']) void queries.invalidateQueries({ queryKey: [stale] });
    },
  });
  if (found.state === 'submitted' || !may('propose')) return null;
  if (!found.counts?.new) return <span className="dense muted">{t('imports.nothing_new')}</span>;
  return (
    <>
      <Button variant="filled" onClick={() => setAsking(true)}>{t('imports.submit')}</Button>
      {asking && (
        <ReasonDialog
          title={t('imports.submit_title')} help="" submit={t('imports.submit')} busy={submit.isPending} problem={submit.error}
          onClose={() => setAsking(false)} onSubmit={(reason) => submit.mutate(reason)}
        />
      )}
    </>
  );
}
