import { Button, Modal, NativeSelect, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeItem, ChangeRequest, Discrepancy, Verb } from '../../api/types';
import { partsOf, resubmissionOf, type Parts } from '../../lib/resubmission';
import { useSession } from '../../session/Session';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';

/** How many of a request's steps can be changed here; the rest of a larger one stays as it is. */
const editable = 200;
/** The decisions that can be taken anew without asking for more. */
const simple: Verb[] = ['take_source', 'keep_golden'];

/** Works over a request that was sent back: another reason, records left out, decisions taken anew. */
export function ResubmitDialog({ request, onClose, onDone }: { request: ChangeRequest; onClose: () => void; onDone: (changed: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const items = useQuery({
    queryKey: ['requests', 'editable', request.id, request.version],
    queryFn: ({ signal }) => client.get<{ items: ChangeItem[] }>(`/change-requests/${request.id}/items`, { query: { limit: editable }, signal }),
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={t('requests.resubmit_title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Loaded query={items}>{({ items: found }) => <Form request={request} parts={partsOf(found)} onClose={onClose} onDone={onDone} />}</Loaded>
    </Modal>
  );
}

function Form({ request, parts, onClose, onDone }: { request: ChangeRequest; parts: Parts; onClose: () => void; onDone: (changed: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const [reason, setReason] = useState(request.reason);
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const [verbs, setVerbs] = useState<ReadonlyMap<string, { verb: Verb; version: number }>>(new Map());
  const resubmit = useMutation({
    mutationFn: () =>
      client.put<ChangeRequest>(`/change-requests/${request.id}/resubmission`, { body: resubmissionOf(request, { reason, dropped, verbs }), version: request.version }),
    onSuccess: onDone,
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    resubmit.mutate();
  };
  const drop = (id: string, out: boolean) => {
    const next = new Set(dropped);
    if (out) next.add(id);
    else next.delete(id);
    setDropped(next);
  };
  const choose = (id: string, chosen: { verb: Verb; version: number } | undefined) => {
    const next = new Map(verbs);
    if (chosen) next.set(id, chosen);
    else next.delete(id);
    setVerbs(next);
  };
  const all = parts.records.length > 0 && dropped.size === parts.records.length;
  return (
    <form className="form" onSubmit={send} noValidate>
      {request.rework?.note && <div className="banner" data-tone="wait"><p>{request.rework.note}</p></div>}
      <Textarea label={t('requests.reason')} value={reason} rows={2} maxLength={2000} data-autofocus onChange={(event) => setReason(event.currentTarget.value)} />
      {parts.records.length > 1 && (
        <fieldset className="choices">
          <legend>{t('requests.leave_out')}</legend>
          {parts.records.map((record) => (
            <label key={record.id} className="line">
              <input type="checkbox" checked={dropped.has(record.id)} onChange={(event) => drop(record.id, event.currentTarget.checked)} />
              <span>{record.label}</span>
              <span className="small muted">{t('requests.items', { count: record.steps })}</span>
            </label>
          ))}
        </fieldset>
      )}
      {parts.discrepancies.map((one) => <Anew key={one.id} id={one.id} label={one.label} onChange={(chosen) => choose(one.id, chosen)} />)}
      {request.item_count > editable && <p className="small muted">{t('requests.first_steps', { count: editable })}</p>}
      {all && <p className="dense" role="alert">{t('requests.all_left_out')}</p>}
      {resubmit.isError && <ProblemBox thrown={resubmit.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" disabled={all} loading={resubmit.isPending}>{t('requests.hand_in_again')}</Button>
      </div>
    </form>
  );
}

/** A decision taken anew, on the discrepancy as it is now. */
function Anew({ id, label, onChange }: { id: string; label: string; onChange: (chosen: { verb: Verb; version: number } | undefined) => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const names = useNames();
  const found = useQuery({ queryKey: ['discrepancy', id], queryFn: ({ signal }) => client.get<Discrepancy>(`/discrepancies/${id}`, { signal }) }).data;
  if (!found) return null;
  const data = [
    { value: '', label: t('requests.as_it_is') },
    ...simple.map((verb) => ({ value: verb as string, label: t(`verb.${verb}`, { system: names.system(found.system) }) })),
  ];
  return (
    <NativeSelect
      label={t('requests.decide_anew', { label })} data={data}
      onChange={(event) => {
        const verb = simple.find((one) => one === event.currentTarget.value);
        onChange(verb && { verb, version: found.version });
      }}
    />
  );
}
