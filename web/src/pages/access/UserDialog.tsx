import { Button, Modal, NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants } from '../../api/queries';
import type { User } from '../../api/types';
import { endOf, roles as allRoles, withRole } from '../../lib/roles';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';
import { RoleWords } from './AccessPage';

/** Makes an account or changes one: its name, its roles with their place and end, whether it may sign in. */
export function UserDialog({ user, onClose }: { user: User | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [login, setLogin] = useState(user?.login ?? '');
  const [name, setName] = useState(user?.name ?? '');
  const [password, setPassword] = useState('');
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const [held, setHeld] = useState(user?.roles ?? []);
  const save = useMutation({
    mutationFn: () =>
      user ? client.put<User>(`/users/${encodeURIComponent(user.login)}`, { body: { name, disabled, roles: held, ...(password && { password }) }, version: user.version })
        : client.post<User>('/users', { body: { login: login.trim(), name, password, roles: held } }),
    onSuccess: () => {
      announce(t('access.saved'));
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={user ? t('access.change_of', { who: user.login }) : t('access.add_user')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form className="form" onSubmit={send} noValidate>
        {!user && <TextInput label={t('access.login')} value={login} required data-autofocus maxLength={64} autoComplete="off" onChange={(event) => setLogin(event.currentTarget.value)} />}
        <TextInput label={t('access.name')} value={name} maxLength={128} autoComplete="off" onChange={(event) => setName(event.currentTarget.value)} />
        <PasswordInput
          label={t(user ? 'access.new_password' : 'sign_in.password')} value={password} required={!user} autoComplete="new-password" maxLength={1024}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {user && <Switch label={t('access.may_sign_in')} checked={!disabled} onChange={(event) => setDisabled(!event.currentTarget.checked)} />}
        <fieldset className="choices">
          <legend>{t('access.roles')}</legend>
          {held.length === 0 && <p className="dense muted">{t('access.no_roles')}</p>}
          {held.map((role, index) => (
            <div key={index} className="spread">
              <span><RoleWords role={role} /></span>
              <button type="button" className="chip" onClick={() => setHeld(held.filter((_, at) => at !== index))}>{t('access.take_away')}</button>
            </div>
          ))}
          <AddRole onAdd={(role) => setHeld(withRole(held, role))} />
        </fieldset>
        {save.isError && <ProblemBox thrown={save.error} safe={t('problem.kept')} />}
        <div className="form-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" variant="filled" loading={save.isPending}>{t('access.save')}</Button>
        </div>
      </form>
    </Modal>
  );
}

function AddRole({ onAdd }: { onAdd: (role: User['roles'][number]) => void }) {
  const { t } = useTranslation();
  const plants = usePlants().data?.items ?? [];
  const [role, setRole] = useState<string>(allRoles[0]);
  const [plant, setPlant] = useState('*');
  const [until, setUntil] = useState('');
  return (
    <div className="pair" style={{ alignItems: 'end' }}>
      <NativeSelect label={t('access.role')} value={role} data={allRoles.map((value) => ({ value: value as string, label: t(`role.${value}`) }))} onChange={(event) => setRole(event.currentTarget.value)} />
      <NativeSelect
        label={t('access.at')} value={plant} onChange={(event) => setPlant(event.currentTarget.value)}
        data={[{ value: '*', label: t('access.all_plants') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
      />
      <TextInput label={t('access.last_day')} type="date" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      <Button onClick={() => onAdd({ role, domain: '*', plant, ...endOf(until) })}>{t('access.grant')}</Button>
    </div>
  );
}
