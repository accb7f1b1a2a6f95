import { ActionIcon } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvents } from '../api/events';
import { prefer, preference } from '../lib/preferences';
import { useNarrow } from '../ui/useNarrow';
import { Navigation } from './Navigation';
import { ProductIcon } from './pages';
import { UserMenu } from './UserMenu';
import { useSession } from '../session/Session';

/** The frame of every page: name, environment and account above, navigation at the side. */
export function Shell() {
  const { t } = useTranslation();
  const { me } = useSession();
  const small = useNarrow();
  useEvents();
  const [folded, setFolded] = useState(() => preference('navigation') === 'folded');
  const fold = () => {
    prefer('navigation', folded ? '' : 'folded');
    setFolded(!folded);
  };
  const narrow = folded || small;
  return (
    <div className="shell" data-narrow={narrow || undefined}>
      <a className="skip" href="#page">{t('nav.skip')}</a>
      <header className="top">
        <ProductIcon size={16} aria-hidden="true" />
        <span className="name">{t('app')}</span>
        <span className="boxed" data-tone={me.environment === 'production' ? undefined : 'wait'}>{t(`environment.${me.environment}`)}</span>
        <UserMenu />
      </header>
      <div className="navigation">
        <Navigation />
        {!small && (
          <ActionIcon className="fold" variant="subtle" color="gray" size={28} aria-label={t(folded ? 'nav.expand' : 'nav.collapse')} onClick={fold}>
            {folded ? <PanelLeftOpen size={16} /> : <PanelLeftClose size={16} />}
          </ActionIcon>
        )}
      </div>
      <main className="page" id="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
