import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import, ImportRow, ImportRows } from '../../api/types';
import { listKeys } from '../../lib/keys';
import { standing } from '../../lib/words';
import { importsRoute } from '../../router';
import { useSession } from '../../session/Session';
import { Empty, ToneIcon } from '../../ui/Bits';
import { DetailPane, ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { importTones } from '../../ui/tones';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { PreviewHead } from './PreviewHead';
import { RowDetail } from './RowDetail';
import { openRow } from './stages';

/** The API's limit for a window of rows. */
const rowsAtOnce = 200;

type Filter = { status?: string | undefined; note?: string | undefined };

/** The judged rows that a filter lets through, as far as they were loaded. */
function useRows(found: Import, { status, note }: Filter) {
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['imports', 'rows', found.id, status ?? '', note ?? ''],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => client.get<ImportRows>(`/imports/${found.id}/rows`, { query: { status, note, offset: pageParam, limit: rowsAtOnce }, signal }),
    getNextPageParam: (last) => (last.rows.length > 0 && last.offset + last.rows.length < last.total ? last.offset + last.rows.length : undefined),
  });
  const { refetch } = query;
  // whatever changes an import may change its rows
  useEffect(() => void refetch(), [found.version, refetch]);
  return { ...query, rows: query.data?.pages.flatMap((page) => page.rows) ?? [], total: query.data?.pages.at(-1)?.total ?? 0 };
}

/** What was understood of each row: counts as filters, the rows, and one of them in full. */
export function Preview({ found }: { found: Import }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { status, note, row } = importsRoute.useSearch();
  const list = useRows(found, { status, note });
  const open = openRow(list.rows, row === undefined ? undefined : Number(row));
  const show = (change: Filter & { row?: string | undefined }) =>
    void navigate({ to: '/imports/$id', params: { id: found.id }, replace: true, search: (old) => ({ ...old, ...change }) });
  const onKeyDown = useCommands(listKeys, (command) => {
    const next = moved(command, list.rows.map((one) => String(one.position)), open && String(open.position));
    if (next) show({ row: next });
    else if (command === 'reload') void list.refetch();
  });
  return (
    <>
      <PreviewHead found={found} filter={{ status, note }} onFilter={(filter) => show({ ...filter, row: undefined })} />
      <TwoPane
        showing={row === undefined ? 'list' : 'detail'}
        list={
          <ListPane query={list} head={null} empty={list.rows.length > 0 ? undefined : <Nothing filtered={Boolean(status || note)} onClear={() => show({ status: undefined, note: undefined })} />}>
            <PickList
              label={t('imports.rows')} items={list.rows.map((one) => ({ ...one, id: String(one.position) }))} selected={open && String(open.position)}
              onSelect={(id) => show({ row: id })} onKeyDown={onKeyDown} more={list.hasNextPage && (() => void list.fetchNextPage())}
              render={(one) => <RowLine row={one} />}
            />
            <p className="small muted" style={{ padding: '4px 12px' }}>{t('imports.shown', { shown: list.rows.length, total: list.total })}</p>
          </ListPane>
        }
        detail={
          open ? <RowDetail key={open.position} found={found} row={open} onBack={() => show({ row: undefined })} />
            : <DetailPane label={t('imports.rows')} onBack={() => show({ row: undefined })}><p className="muted">{t('imports.pick')}</p></DetailPane>
        }
      />
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  if (!filtered) return <Empty title={t('imports.no_rows')} />;
  return <Empty title={t('imports.none_filter')}><Button onClick={onClear}>{t('action.clear')}</Button></Empty>;
}

function RowLine({ row }: { row: ImportRow }) {
  const { t } = useTranslation();
  // a row that was left out is no code and no fault: what was noticed says what it is
  const why = row.message || (row.code === '' ? (row.notes[0]?.message ?? '') : '');
  return (
    <>
      <ToneIcon tone={importTones[row.status]} />
      <span className="main">
        <span className="title"><code>{row.code || row.target || '–'}</code>{row.code && row.target && <> → <code>{row.target}</code></>}</span>
        <span className="what"><b>{t(`import_status.${row.status}`)}</b>{why && <> · {standing(why)}</>}</span>
      </span>
      <span className="side">
        {t('imports.line_nr', { line: row.line })}
        <br />
        {row.plant || row.sheet}
      </span>
    </>
  );
}
