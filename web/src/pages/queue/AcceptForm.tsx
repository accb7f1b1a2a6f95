import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttributeLabel, useNames } from '../../api/queries';
import type { AcceptanceResult, AcceptanceScope, Discrepancy } from '../../api/types';
import { dayAfter } from '../../lib/time';
import { useSession } from '../../session/Session';
import { ProblemBox } from '../../ui/Problem';
import { acceptScopes, type Reach } from './filters';
import { useClassWords } from './useClassWords';
import type { Decisions } from './useDecisions';

/** Lets a difference stay, alone or with all that lie in a scope, until a day and for a reason. */
export function AcceptForm({ discrepancy, decisions, onCancel }: { discrepancy: Discrepancy; decisions: Decisions; onCancel: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const reaches = useReaches(discrepancy);
  const [reach, setReach] = useState<Reach>('one');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => dayAfter(90, Date.now()));
  const widen = useMutation({
    mutationFn: (scope: AcceptanceScope) =>
      client.post<AcceptanceResult>('/acceptances', { body: { scope, discrepancy_id: discrepancy.id, version: discrepancy.version, until, reason: reason.trim() } }),
    onSuccess: ({ moved }) => decisions.changed(discrepancy.id, t('accept.moved', { count: moved })),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '' || until === '') return;
    if (reach === 'one') decisions.decide('accept', { reason: reason.trim(), until });
    else widen.mutate(reach);
  };
  return (
    <form className="form" onSubmit={send}>
      <NativeSelect
        label={t('accept.reach')} description={reach === 'one' ? undefined : t('accept.reach_help')} data={reaches} value={reach}
        onChange={(event) => setReach(event.currentTarget.value as Reach)}
      />
      <Textarea label={t('accept.reason')} value={reason} required data-autofocus rows={3} maxLength={2000} onChange={(event) => setReason(event.currentTarget.value)} />
      <TextInput label={t('accept.until')} description={t('accept.until_help')} type="date" required min={dayAfter(1, Date.now())} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      {widen.isError && <ProblemBox thrown={widen.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={widen.isPending}>{t('accept.submit')}</Button>
      </div>
    </form>
  );
}

/** How far the acceptance may reach, in the words of this difference. */
function useReaches(d: Discrepancy): { value: Reach; label: string }[] {
  const { t } = useTranslation();
  const names = useNames();
  const words = useClassWords(d.domain);
  const label = useAttributeLabel(d.domain);
  const parts = { system: names.system(d.system), record: d.record?.code || d.code, attribute: label(d.attribute), pattern: words(d) };
  return acceptScopes(d).map((value) => ({ value, label: t(`accept.reach_${value}`, parts) }));
}
