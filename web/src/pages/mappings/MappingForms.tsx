import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants, useSystems } from '../../api/queries';
import type { ChangeRequest, Mapping, MappingProposal } from '../../api/types';
import { endOf, filled } from '../../lib/proposals';
import { dayAfter } from '../../lib/time';
import { ProblemBox } from '../../ui/Problem';
import { usePropose } from '../../ui/Proposal';
import { RecordPicker, type Picked } from '../../ui/RecordPicker';
import { relations } from './relations';

const stale = [['mappings'], ['unmapped'], ['records']];

interface FormProps {
  onCancel: () => void;
  onProposed: (request: ChangeRequest) => void;
}

/** The only domain there is so far. */
const domain = 'item';

/** Proposes what a code stands for. */
export function NewMapping({ onCancel, onProposed }: FormProps) {
  const { t } = useTranslation();
  const propose = usePropose(stale, onProposed);
  const systems = useSystems().data?.items ?? [];
  const plants = usePlants().data?.items ?? [];
  const [typed, setTyped] = useState({ system: '', plant: '', code: '', relation: 'equivalent', valid_from: '', valid_to: '', factor: '', unit: '', reason: '' });
  const [record, setRecord] = useState<Picked>();
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change });
  const shared = systems.find((one) => one.id === typed.system)?.plant === '';
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!record) return;
    const body: MappingProposal = filled({ ...typed, plant: shared ? typed.plant : '', action: 'new', domain, record_id: record.id });
    propose.mutate({ path: '/mappings', body });
  };
  return (
    <form className="form" onSubmit={send}>
      <NativeSelect
        label={t('deliveries.system')} required value={typed.system} onChange={(event) => set({ system: event.currentTarget.value })}
        data={[{ value: '', label: t('create.choose') }, ...systems.map((one) => ({ value: one.id, label: one.name }))]}
      />
      {shared && (
        <NativeSelect
          label={t('worklist.plant')} value={typed.plant} onChange={(event) => set({ plant: event.currentTarget.value })}
          data={[{ value: '', label: t('mappings.every_plant') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
        />
      )}
      <TextInput label={t('mappings.code')} description={t('mappings.code_help')} required maxLength={500} value={typed.code} styles={{ input: { fontFamily: 'var(--xw-mono)' } }} onChange={(event) => set({ code: event.currentTarget.value })} />
      <RecordPicker domain={domain} picked={record} onPick={setRecord} />
      <RelationSelect value={typed.relation} onChange={(relation) => set({ relation })} />
      <div className="pair">
        <TextInput label={t('mappings.valid_from')} type="date" value={typed.valid_from} onChange={(event) => set({ valid_from: event.currentTarget.value })} />
        <TextInput label={t('mappings.valid_to')} description={t('mappings.valid_to_help')} type="date" value={typed.valid_to} onChange={(event) => set({ valid_to: event.currentTarget.value })} />
      </div>
      <Amount value={typed} onChange={set} />
      <Reason value={typed.reason} onChange={(reason) => set({ reason })} />
      <Foot busy={propose.isPending} problem={propose.error} ready={record !== undefined} onCancel={onCancel} />
    </form>
  );
}

/** Ends a mapping on a day, or hands its code over to another record from then on. */
export function EndMapping({ action, mapping, onCancel, onProposed }: FormProps & { action: 'end' | 'replace'; mapping: Mapping }) {
  const { t } = useTranslation();
  const propose = usePropose(stale, onProposed);
  const [on, setOn] = useState(() => dayAfter(1, Date.now()));
  const [reason, setReason] = useState('');
  const [record, setRecord] = useState<Picked>();
  const ready = action === 'end' || (record !== undefined && record.id !== mapping.record_id);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready) propose.mutate({ path: '/mappings', body: endOf(mapping, on, reason, action === 'replace' ? record?.id : undefined) });
  };
  return (
    <form className="form" onSubmit={send}>
      <p className="dense">{t('mappings.now', { code: mapping.record_code ?? '', name: mapping.record_name ?? '' })}</p>
      {action === 'replace' && <RecordPicker domain={mapping.domain} picked={record} onPick={setRecord} />}
      <TextInput label={t('mappings.on')} description={t(`mappings.on_${action}`)} type="date" required value={on} onChange={(event) => setOn(event.currentTarget.value)} />
      <Reason value={reason} onChange={setReason} />
      <Foot busy={propose.isPending} problem={propose.error} ready={ready} onCancel={onCancel} />
    </form>
  );
}

export function RelationSelect({ value, onChange }: { value: string; onChange: (relation: string) => void }) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      label={t('mappings.relation')} description={value === 'equivalent' ? undefined : t('mappings.relation_help')} value={value}
      data={relations.map((one) => ({ value: one, label: t(`relation.${one}`) }))} onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** How much of the record one of the code is, where that is not one. */
export function Amount({ value, onChange }: { value: { factor: string; unit: string }; onChange: (change: { factor?: string; unit?: string }) => void }) {
  const { t } = useTranslation();
  return (
    <div className="pair">
      <TextInput label={t('mappings.factor')} description={t('mappings.factor_help')} maxLength={40} value={value.factor} onChange={(event) => onChange({ factor: event.currentTarget.value })} />
      <TextInput label={t('mappings.unit')} description={t('mappings.unit_help')} maxLength={20} value={value.unit} onChange={(event) => onChange({ unit: event.currentTarget.value })} />
    </div>
  );
}

export function Reason({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  const { t } = useTranslation();
  return <Textarea label={t('accept.reason')} required rows={2} maxLength={2000} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

export function Foot({ busy, problem, ready, onCancel }: { busy: boolean; problem: unknown; ready: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      {problem ? <ProblemBox thrown={problem} safe={t('problem.kept')} /> : null}
      {!ready && <p className="muted dense">{t('pick.needed')}</p>}
      <div className="form-foot">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={busy} disabled={!ready}>{t('proposal.submit')}</Button>
      </div>
    </>
  );
}
