import { Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/Session';
import { Empty } from '../ui/Bits';
import { firstPage } from './pages';

/** Leads to the first page a person may open. */
export function Home() {
  const { t } = useTranslation();
  const { me } = useSession();
  const to = firstPage(me.actions);
  return to ? <Navigate to={to} replace /> : <Empty title={t('page.none_allowed')} />;
}
