import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client';
import type { Me } from '../api/types';
import { ProblemBox } from '../ui/Problem';

/** User name and password. The password lives in this form alone and is gone with it. */
export function SignInForm({ client, login: known = '', onSignedIn }: { client: Client; login?: string; onSignedIn: (me: Me) => void }) {
  const { t } = useTranslation();
  const [login, setLogin] = useState(known);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [missing, setMissing] = useState(false);

  const send = (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    setMissing(login.trim() === '' || password === '');
    if (login.trim() === '' || password === '') return;
    setBusy(true);
    client.post<Me>('/session', { body: { login: login.trim(), password }, plain: true }).then(onSignedIn, (thrown: unknown) => {
      setProblem(thrown);
      setPassword('');
      setBusy(false);
    });
  };
  return (
    <form className="form" onSubmit={send} noValidate>
      <TextInput
        label={t('sign_in.login')} value={login} autoComplete="username" autoCapitalize="none" spellCheck={false} size="sm"
        data-autofocus={known === '' || undefined} autoFocus={known === ''} onChange={(event) => setLogin(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('sign_in.password')} value={password} autoComplete="current-password" data-autofocus={known !== '' || undefined}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {missing && <p role="alert" className="dense" style={{ color: 'var(--xw-bad)' }}>{t('sign_in.missing')}</p>}
      {problem ? <ProblemBox thrown={problem} /> : null}
      <Button type="submit" variant="filled" size="sm" loading={busy}>{t('sign_in.submit')}</Button>
    </form>
  );
}
