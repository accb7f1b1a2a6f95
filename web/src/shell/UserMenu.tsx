import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Languages, LogOut, Moon, Rows3, Sun } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../i18n';
import { prefer } from '../lib/preferences';
import { useSession } from '../session/Session';

/** Colour scheme, and behind the name: row height, language, sign-out. */
export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { me, signOut } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const [compact, setCompact] = useState(() => document.documentElement.dataset.density === 'compact');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const density = () => {
    const next = compact ? 'normal' : 'compact';
    document.documentElement.dataset.density = next;
    prefer('density', next);
    setCompact(!compact);
    // the virtual list measures its rows anew
    window.dispatchEvent(new Event('resize'));
  };
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={t(`user.${other}`)} onClick={() => setColorScheme(other)}>
        {scheme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className="chip" style={{ border: 0, fontWeight: 600, fontSize: 13 }} aria-label={t('user.menu', { name: me.name || me.login })}>
            {me.name || me.login}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('user.version', { version: me.version })}</Menu.Label>
          <Menu.Item leftSection={<Rows3 size={15} />} onClick={density}>{t(compact ? 'user.normal' : 'user.compact')}</Menu.Item>
          <Menu.Item leftSection={<Languages size={15} />} onClick={() => void chooseLanguage(i18n, i18n.language === 'de' ? 'en' : 'de')}>
            {t('user.language')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void signOut()}>{t('user.sign_out')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
