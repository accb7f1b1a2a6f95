import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountButton } from './AccountButton';

const fetchMenu = () => import('./AccountMenu').then((module) => ({ default: module.AccountMenu }));
const AccountMenu = lazy(fetchMenu);

/** Colour scheme, and the person's name with the menu behind it. */
export function UserMenu() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const [wanted, setWanted] = useState(false);
  const other = scheme === 'dark' ? 'light' : 'dark';
  const closed = <AccountButton onClick={() => setWanted(true)} onPointerEnter={() => void fetchMenu()} onFocus={() => void fetchMenu()} />;
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={t(`user.${other}`)} onClick={() => setColorScheme(other)}>
        {scheme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
      </ActionIcon>
      {wanted ? <Suspense fallback={closed}><AccountMenu /></Suspense> : closed}
    </>
  );
}
