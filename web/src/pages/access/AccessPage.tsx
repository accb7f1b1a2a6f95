import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page, ServiceIdentity, User } from '../../api/types';
import { keyState } from '../../lib/roles';
import { useSession } from '../../session/Session';
import { Empty, LoadingBar, Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { Loaded } from '../../ui/Loaded';
import { KeyDialog, type KeyTask } from './KeyDialog';
import { UserDialog } from './UserDialog';

/** Who may do what where: accounts of people, and keys of programs. */
export function AccessPage() {
  const { t } = useTranslation();
  const { client } = useSession();
  const users = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => client.get<Page<User>>('/users', { signal }) });
  const services = useQuery({ queryKey: ['service-identities'], queryFn: ({ signal }) => client.get<Page<ServiceIdentity>>('/service-identities', { signal }) });
  const [user, setUser] = useState<User | 'new'>();
  const [task, setTask] = useState<KeyTask>();
  return (
    <>
      <div className="page-head">
        <h1>{t('access.title')}</h1>
        <Button className="push" onClick={() => setUser('new')}>{t('access.add_user')}</Button>
        <Button onClick={() => setTask({ kind: 'new' })}>{t('access.add_service')}</Button>
      </div>
      <div className="page-body">
        <LoadingBar active={users.isFetching || services.isFetching} label={t('list.loading')} />
        <section className="section">
          <h2 id="users" style={{ fontSize: 15 }}>{t('access.users')}</h2>
          <Loaded query={users}>{({ items }) => <Users users={items} onOpen={setUser} />}</Loaded>
        </section>
        <section className="section">
          <h2 style={{ fontSize: 15 }}>{t('access.services')}</h2>
          <Loaded query={services}>
            {({ items }) => (items.length === 0 ? <Empty title={t('access.no_services')} hint={t('access.no_services_hint')} />
              : items.map((one) => <Service key={one.id} service={one} onTask={setTask} />))}
          </Loaded>
        </section>
      </div>
      {user && <UserDialog user={user === 'new' ? undefined : user} onClose={() => setUser(undefined)} />}
      {task && <KeyDialog task={task} onClose={() => setTask(undefined)} />}
    </>
  );
}

function Users({ users, onOpen }: { users: User[]; onOpen: (user: User) => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <div className="table-box" tabIndex={0} role="region" aria-labelledby="users">
      <table className="table" aria-labelledby="users">
        <thead>
          <tr>
            {['login', 'name', 'roles'].map((column) => <th key={column} scope="col">{t(`access.${column}`)}</th>)}
            <th scope="col"><span className="hidden-words">{t('access.change')}</span></th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.login}>
              <th scope="row"><code>{user.login}</code></th>
              <td>{user.name} {user.disabled && <Tag tone="quiet">{t('access.disabled')}</Tag>}</td>
              <td>{user.roles.map((role, index) => <div key={index}><RoleWords role={role} /></div>)}</td>
              <td>
                {user.login === me.login ? <span className="small muted">{t('access.own')}</span>
                  : <Button aria-label={t('access.change_of', { who: user.login })} onClick={() => onOpen(user)}>{t('access.change')}</Button>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A role with the place and the time it is held for. */
export function RoleWords({ role }: { role: User['roles'][number] }) {
  const { t } = useTranslation();
  const place = [role.plant === '*' ? t('access.all_plants') : role.plant, ...(role.domain === '*' ? [] : [role.domain])].join(', ');
  return <>{t(`role.${role.role}`)} · {place}{role.until && <> · {t('access.until')} <Instant at={role.until} /></>}</>;
}

const keyTones = { active: 'good', soon: 'wait', expired: 'quiet', revoked: 'quiet' } as const;

function Service({ service, onTask }: { service: ServiceIdentity; onTask: (task: KeyTask) => void }) {
  const { t } = useTranslation();
  const over = service.revoked_at !== '';
  const now = Date.now();
  return (
    <article className="card" aria-label={service.name || service.id}>
      <div className="spread">
        <h3 style={{ fontSize: 14 }}>{service.name || service.id} <code className="muted">{service.id}</code></h3>
        {over ? <Tag tone="quiet">{t('access.revoked')}</Tag> : (
          <span className="line">
            <Button aria-label={t('access.rotate_of', { who: service.id })} onClick={() => onTask({ kind: 'rotate', service })}>{t('access.rotate')}</Button>
            <Button aria-label={t('access.revoke_of', { who: service.id })} onClick={() => onTask({ kind: 'revoke', service })}>{t('access.revoke')}</Button>
          </span>
        )}
      </div>
      <ul className="steps">
        {service.scopes.map((scope, index) => (
          <li key={index} className="dense">
            {t(`scope.${scope.action}`)} · {scope.domain === '*' ? t('access.all_domains') : scope.domain} · {scope.plant === '*' ? t('access.all_plants') : scope.plant}
            {scope.system && scope.system !== '*' && <> · {scope.system}</>}
          </li>
        ))}
      </ul>
      <ul className="steps">
        {service.keys.map((key) => {
          const state = over ? 'revoked' : keyState(key, now);
          return (
            <li key={key.id} className="line">
              <code>{key.id}</code>
              <Tag tone={keyTones[state]}>{t(`key_state.${state}`)}</Tag>
              <span className="small muted">{t('access.expires')} <Instant at={key.expires_at} /></span>
              <span className="small muted">{key.used_at ? <>{t('access.used')} <Instant at={key.used_at} /></> : t('access.unused')}</span>
              {(state === 'active' || state === 'soon') && (
                <Button aria-label={t('access.end_key_of', { who: key.id })} onClick={() => onTask({ kind: 'revoke', service, key: key.id })}>{t('access.end_key')}</Button>
              )}
            </li>
          );
        })}
      </ul>
    </article>
  );
}
