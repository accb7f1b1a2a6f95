import { Modal, Switch } from '@mantine/core';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { LettersContext } from './useCommands';

/** The keys of a page, and the switch that turns single letters off. */
export function KeySheet({ keys, onClose }: { keys: [string, string][]; onClose: () => void }) {
  const { t } = useTranslation();
  const letters = useContext(LettersContext);
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        <p className="muted dense">{t('keys.where')}</p>
        <dl className="effects">
          {keys.map(([key, what]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt><kbd className="mono">{key}</kbd></dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <Switch
          label={t('keys.letters')} description={t('keys.letters_help')} checked={letters.on}
          onChange={(event) => letters.set(event.currentTarget.checked)}
        />
      </div>
    </Modal>
  );
}
