import type { ComponentPropsWithRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/Session';

/** Whoever is signed in, by name. */
export function AccountButton(rest: ComponentPropsWithRef<'button'>) {
  const { t } = useTranslation();
  const { me } = useSession();
  const name = me.name || me.login;
  return (
    <button type="button" aria-haspopup="menu" aria-expanded={false} {...rest} className="chip account" aria-label={t('user.menu', { name })}>
      {name}
    </button>
  );
}
