import { Menu } from '@mantine/core';
import { Languages, LogOut, Rows3 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../i18n';
import { prefer } from '../lib/preferences';
import { useSession } from '../session/Session';
import { AccountButton } from './AccountButton';

/** What stands behind a person's name: row height, language, sign-out. It is fetched when first asked for, and opens at once. */
export function AccountMenu() {
  const { t, i18n } = useTranslation();
  const { me, signOut } = useSession();
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    // the menu gives the focus back to where it was when it opened
    button.current?.focus();
    setOpened(true);
  }, []);
  const [compact, setCompact] = useState(() => document.documentElement.dataset.density === 'compact');
  const density = () => {
    const next = compact ? 'normal' : 'compact';
    document.documentElement.dataset.density = next;
    prefer('density', next);
    setCompact(!compact);
    // the virtual list measures its rows anew
    window.dispatchEvent(new Event('resize'));
  };
  return (
    <Menu position="bottom-end" opened={opened} onChange={setOpened}>
      <Menu.Target><AccountButton ref={button} /></Menu.Target>
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
  );
}
