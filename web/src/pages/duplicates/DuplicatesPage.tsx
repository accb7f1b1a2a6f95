import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSystems } from '../../api/queries';
import { duplicatesRoute } from '../../router';
import { CodesView } from './CodesView';
import { PairsView } from './PairsView';
import { VerdictsView } from './VerdictsView';

/** What may be one thing: golden records among themselves, each system's unmapped codes, and what people said of them. */
export function DuplicatesPage() {
  const { t } = useTranslation();
  const { tab } = duplicatesRoute.useSearch();
  const navigate = useNavigate();
  const systems = useSystems().data?.items ?? [];
  const tabs = [{ id: '', label: t('duplicates.records') }, ...systems.map((one) => ({ id: one.id, label: t('duplicates.codes_of', { system: one.name }) })), { id: 'verdicts', label: t('duplicates.verdicts') }];
  return (
    <>
      <div className="page-head">
        <h1>{t('duplicates.title')}</h1>
        <nav className="line" style={{ gap: 4 }} aria-label={t('duplicates.kinds')}>
          {tabs.map((one) => (
            <button
              key={one.id} type="button" className="chip" aria-pressed={(tab ?? '') === one.id}
              onClick={() => void navigate({ to: '/duplicates', search: { tab: one.id || undefined } })}
            >
              {one.label}
            </button>
          ))}
        </nav>
      </div>
      {tab === 'verdicts' ? <VerdictsView /> : tab ? <CodesView key={tab} system={tab} /> : <PairsView />}
    </>
  );
}
