import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadingBar, Skeleton } from './Bits';
import { ProblemBox } from './Problem';

interface ListState {
  isPending: boolean;
  isFetching: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** The left pane of a list page: its head, then the list in whichever state it is. Old rows stay while new ones load. */
export function ListPane({ query, empty, head, children }: { query: ListState; empty: ReactNode; head: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      {head}
      <div className="pane" style={{ flex: 1 }}>
        <LoadingBar active={query.isFetching} label={t('list.loading')} />
        {query.isError ? (
          <div className="detail"><ProblemBox thrown={query.error} safe={t('problem.kept')} retry={() => void query.refetch()} /></div>
        ) : query.isPending ? (
          <div className="detail"><Skeleton rows={10} /></div>
        ) : (
          (empty ?? children)
        )}
      </div>
    </>
  );
}

/** The right pane: a region that can be scrolled by keys, with the way back on narrow screens. */
export function DetailPane({ label, onBack, onKeyDown, children, foot }: {
  label: string;
  onBack: () => void;
  onKeyDown?: (event: React.KeyboardEvent<HTMLElement>) => void;
  children: ReactNode;
  foot?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <section className="pane" style={{ flex: 1 }} aria-label={label} onKeyDown={onKeyDown}>
      <div className="detail" tabIndex={0} role="region" aria-label={label}>
        <button type="button" className="chip back" onClick={onBack}>{t('action.back')}</button>
        {children}
      </div>
      {foot}
    </section>
  );
}
