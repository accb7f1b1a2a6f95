import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../lib/useLocale';
import { useSession } from '../session/Session';
import { open, pageGroups } from './pages';
import { useCounts } from './useCounts';

/** The pages this person may open, with what waits on them. */
export function Navigation() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { me } = useSession();
  const counts = useCounts();
  const number = new Intl.NumberFormat(locale);
  return (
    <nav aria-label={t('nav.label')}>
      {pageGroups.map((group) => {
        const pages = group.pages.filter((page) => open(page, me.actions));
        if (pages.length === 0) return null;
        return (
          <div key={group.name}>
            {group.name === 'operate' && <div className="group">{t('nav.operate')}</div>}
            {group.name === 'audit' && <div className="group" aria-hidden="true" />}
            <ul>
              {pages.map((page) => {
                const count = counts[page.key];
                return (
                  <li key={page.key}>
                    <Link to={page.to} title={t(`nav.${page.key}`)} activeProps={{ 'aria-current': 'page' }} activeOptions={{ includeSearch: false }}>
                      <page.icon size={16} aria-hidden="true" />
                      <span className="word">{t(`nav.${page.key}`)}</span>
                      {count ? <span className="count">{number.format(count)}</span> : null}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
