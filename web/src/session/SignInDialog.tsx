import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client';
import type { Me } from '../api/types';
import { SignInForm } from './SignInForm';

/** Asks for a new sign-in over the page, which waits below as it was. */
export function SignInDialog({ client, login, onSignedIn, onLeave }: {
  client: Client;
  login: string;
  onSignedIn: (me: Me) => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onLeave} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} title={t('sign_in.again')} zIndex={500}>
      <div className="form">
        <p className="dense">{t('sign_in.expired')}</p>
        <SignInForm client={client} login={login} onSignedIn={onSignedIn} />
        <Button variant="subtle" color="gray" onClick={onLeave}>{t('sign_in.leave')}</Button>
      </div>
    </Modal>
  );
}
