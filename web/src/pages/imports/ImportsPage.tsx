import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../lib/useLocale';
import { useList, useNames } from '../../api/queries';
import type { Import } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { Empty, LoadingBar } from '../../ui/Bits';
import { ProblemBox } from '../../ui/Problem';
import { ImportDetail } from './ImportDetail';
import { Upload } from './Upload';

/** A plant's mapping files: upload, look at what was understood, hand in. */
export function ImportsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams({ strict: false });
  if (id) return <ImportDetail key={id} id={id} />;
  return (
    <>
      <div className="page-head"><h1>{t('imports.title')}</h1></div>
      <div className="page-body">
        <Upload onUploaded={(made) => void navigate({ to: '/imports/$id', params: { id: made.id } })} />
        <Earlier />
      </div>
    </>
  );
}

function Earlier() {
  const { t } = useTranslation();
  const list = useList<Import>(['imports', 'list'], '/imports', {});
  return (
    <section className="section">
      <h2 id="earlier" style={{ fontSize: 15 }}>{t('imports.list')}</h2>
      <LoadingBar active={list.isFetching} label={t('list.loading')} />
      {list.isError && <ProblemBox thrown={list.error} retry={() => void list.refetch()} />}
      {list.data && list.items.length === 0 && <Empty title={t('imports.none')} />}
      {list.items.length > 0 && <EarlierTable imports={list.items} />}
      {list.hasNextPage && <Button style={{ justifySelf: 'start' }} onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button>}
    </section>
  );
}

const statuses = ['new', 'same', 'conflict', 'wrong'] as const;

function EarlierTable({ imports }: { imports: Import[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useNames();
  const time = useTime();
  const number = new Intl.NumberFormat(locale);
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="earlier">
      <table className="table" aria-labelledby="earlier">
        <thead>
          <tr>
            <th scope="col">{t('imports.name')}</th>
            <th scope="col">{t('imports.system')}</th>
            {statuses.map((status) => <th key={status} scope="col" className="number">{t(`import_status.${status}`)}</th>)}
            <th scope="col">{t('imports.state')}</th>
            <th scope="col">{t('imports.who')}</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((one) => (
            <tr key={one.id}>
              <th scope="row"><Link to="/imports/$id" params={{ id: one.id }}>{one.file_name || one.id}</Link></th>
              <td>{names.system(one.system)}</td>
              {statuses.map((status) => <td key={status} className="number">{number.format(one.counts?.[status] ?? 0)}</td>)}
              <td>{t(`import_state.${one.state}`)}</td>
              <td>{t('imports.by', { who: names.person(one.created_by), when: time.at(one.created_at) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
