import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client';
import type { Me } from '../api/types';
import { ProblemBox } from '../ui/Problem';
import { SignInForm } from './SignInForm';

/** The page of those who are not signed in. It tells nothing of the installation. */
export function SignInPage({ client, problem, retry, onSignedIn }: {
  client: Client;
  problem: unknown;
  retry: () => void;
  onSignedIn: (me: Me) => void;
}) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <div className="box">
        <div>
          <p className="muted dense">{t('app')}</p>
          <h1>{t('sign_in.title')}</h1>
        </div>
        {problem ? <ProblemBox thrown={problem} retry={retry} /> : null}
        <SignInForm client={client} onSignedIn={onSignedIn} />
      </div>
    </main>
  );
}
