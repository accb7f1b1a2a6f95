import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Import } from '../../api/types';
import { standing } from '../../lib/words';
import { importsRoute } from '../../router';
import { Loaded } from '../../ui/Loaded';
import { Acts } from './Acts';
import { ImportBar } from './ImportBar';
import { LayoutEditor } from './LayoutEditor';
import { Mend } from './Mend';
import { Preview } from './Preview';
import { Progress } from './Progress';
import { percentDone, shownStep, type Step } from './stages';
import { useImport } from './useImport';

/** One file on its way: how it is read, what was understood of it row by row, and what it became. */
export function ImportDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step } = importsRoute.useSearch();
  const query = useImport(id);
  const found = query.data;
  const go = (next: Step | undefined) => void navigate({ to: '/imports/$id', params: { id }, search: (old) => ({ ...old, step: next }) });
  const shown = found && shownStep(found.state, step);
  return (
    <>
      <div className="page-head">
        <Link to="/imports" className="dense">{t('imports.title')}</Link>
        <h1>{found?.file_name}</h1>
        {found && <Acts found={found} />}
      </div>
      {found && shown && <ImportBar found={found} shown={shown} onStep={go} />}
      {!found && <div className="page-body"><Loaded query={query}>{() => null}</Loaded></div>}
      {found && shown === 'check' && <Check found={found} />}
      {found && shown === 'columns' && <LayoutEditor found={found} onDone={() => go(undefined)} />}
      {found && shown === 'preview' && <Preview found={found} />}
    </>
  );
}

/** The file while it is read, or why that ended. */
function Check({ found }: { found: Import }) {
  const { t } = useTranslation();
  if (found.state === 'failed' || found.state === 'cancelled') {
    return (
      <div className="page-body">
        <div className="banner" data-tone={found.state === 'failed' ? 'bad' : undefined} role={found.state === 'failed' ? 'alert' : undefined}>
          <p>{found.message ? standing(found.message) : t(`imports.ended_${found.state}`)}</p>
        </div>
        <div><Mend found={found} /></div>
      </div>
    );
  }
  return (
    <div className="page-body">
      <section className="section" aria-live="polite">
        <Progress label={t(found.state === 'waiting' ? 'imports.waits' : 'imports.reads', { done: found.done, total: found.total })} percent={found.state === 'waiting' ? undefined : percentDone(found)} />
        <p className="dense muted">{t('imports.background')}</p>
      </section>
    </div>
  );
}
