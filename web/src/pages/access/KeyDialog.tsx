import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants } from '../../api/queries';
import type { IssuedKey, ServiceIdentity } from '../../api/types';
import { scopes } from '../../lib/roles';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';

export type KeyTask = { kind: 'new' } | { kind: 'rotate'; service: ServiceIdentity } | { kind: 'revoke'; service: ServiceIdentity; key?: string };

/** How long a key is good, in days. */
const lives = ['30', '90', '180', '365'];

/** Makes a service with its first key, makes another key, or ends one. A fresh key's secret is shown here and never again. */
export function KeyDialog({ task, onClose }: { task: KeyTask; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [action, setAction] = useState<string>(scopes[0]);
  const [plant, setPlant] = useState('*');
  const [days, setDays] = useState('90');
  const plants = usePlants().data?.items ?? [];
  const act = useMutation({
    mutationFn: async (): Promise<IssuedKey | undefined> => {
      const expires_in_days = Number(days);
      if (task.kind === 'new') return client.post<IssuedKey>('/service-identities', { body: { id: id.trim(), name, scopes: [{ action, domain: '*', plant }], expires_in_days } });
      const path = `/service-identities/${encodeURIComponent(task.service.id)}`;
      if (task.kind === 'rotate') return client.post<IssuedKey>(`${path}/keys`, { body: { expires_in_days } });
      await client.delete<ServiceIdentity>(task.key ? `${path}/keys/${encodeURIComponent(task.key)}` : path);
      return undefined;
    },
    onSuccess: (issued) => {
      announce(t(issued ? 'access.issued' : 'access.ended'));
      if (!issued) onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['service-identities'] }),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  const title = task.kind === 'new' ? t('access.add_service') : t(task.kind === 'rotate' ? 'access.rotate_of' : 'access.revoke_of', { who: task.kind === 'revoke' && task.key ? task.key : task.service.id });
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={!act.data} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {act.data ? <Secret issued={act.data} onClose={onClose} /> : (
        <form className="form" onSubmit={send} noValidate>
          {task.kind === 'new' && (
            <>
              <TextInput label={t('access.id')} description={t('access.id_help')} value={id} required data-autofocus maxLength={64} onChange={(event) => setId(event.currentTarget.value)} />
              <TextInput label={t('access.name')} value={name} maxLength={128} onChange={(event) => setName(event.currentTarget.value)} />
              <NativeSelect label={t('access.may')} value={action} data={scopes.map((value) => ({ value: value as string, label: t(`scope.${value}`) }))} onChange={(event) => setAction(event.currentTarget.value)} />
              <NativeSelect
                label={t('access.at')} value={plant} onChange={(event) => setPlant(event.currentTarget.value)}
                data={[{ value: '*', label: t('access.all_plants') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
              />
            </>
          )}
          {task.kind === 'revoke' ? <p className="dense">{t(task.key ? 'access.end_key_help' : 'access.revoke_help')}</p>
            : <NativeSelect label={t('access.life')} value={days} data={lives.map((value) => ({ value, label: t('access.days', { count: Number(value) }) }))} onChange={(event) => setDays(event.currentTarget.value)} />}
          {task.kind === 'rotate' && <p className="dense muted">{t('access.rotate_help')}</p>}
          {act.isError && <ProblemBox thrown={act.error} safe={t('problem.kept')} />}
          <div className="form-foot">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="submit" variant="filled" loading={act.isPending}>{t(task.kind === 'revoke' ? 'access.revoke' : 'access.issue')}</Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

/** The one time the secret is seen. */
function Secret({ issued, onClose }: { issued: IssuedKey; onClose: () => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className="form">
      <p className="dense" role="alert">{t('access.secret_once')}</p>
      <TextInput label={t('access.secret')} value={issued.secret} readOnly styles={{ input: { fontFamily: 'var(--xw-mono)' } }} onFocus={(event) => event.currentTarget.select()} />
      <div className="form-foot">
        <Button onClick={() => void navigator.clipboard?.writeText(issued.secret).then(() => setCopied(true))}>{t(copied ? 'action.copied' : 'action.copy')}</Button>
        <Button variant="filled" onClick={onClose}>{t('access.have_it')}</Button>
      </div>
    </div>
  );
}
