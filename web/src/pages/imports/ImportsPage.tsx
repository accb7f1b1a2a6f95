import { Button } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/queries';
import type { Import } from '../../api/types';
import { Empty, LoadingBar } from '../../ui/Bits';
import { ProblemBox } from '../../ui/Problem';
import { Earlier } from './Earlier';
import { ImportDetail } from './ImportDetail';
import { busy } from './stages';
import { Upload } from './Upload';
import './imports.css';

const soon = 2000;

/** What plants send as files: upload, say how it is read, look at what was understood, hand in. */
export function ImportsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams({ strict: false });
  const list = useList<Import>(['imports', 'list'], '/imports', {}, { refetchInterval: (items) => (items.some((one) => busy(one.state)) ? soon : false) });
  if (id) return <ImportDetail key={id} id={id} />;
  return (
    <>
      <div className="page-head"><h1>{t('imports.title')}</h1></div>
      <div className="page-body">
        <Upload onUploaded={(made) => void navigate({ to: '/imports/$id', params: { id: made.id } })} />
        <section className="section">
          <h2 id="earlier" style={{ fontSize: 15 }}>{t('imports.list')}</h2>
          <LoadingBar active={list.isFetching && !list.data} label={t('list.loading')} />
          {list.isError && <ProblemBox thrown={list.error} retry={() => void list.refetch()} />}
          {list.data && list.items.length === 0 && <Empty title={t('imports.none')} />}
          {list.items.length > 0 && <Earlier imports={list.items} />}
          {list.hasNextPage && <Button style={{ justifySelf: 'start' }} onClick={() => void list.fetchNextPage()}>{t('action.more')}</Button>}
        </section>
      </div>
    </>
  );
}
