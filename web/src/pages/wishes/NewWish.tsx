import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { useDefinition, usePlants, useSystems } from '../../api/queries';
import type { RecordRequestDetail } from '../../api/types';
import { newId } from '../../lib/ids';
import { askedFor, attributesOf, faultsByField } from '../../lib/wishes';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { AttributeInput } from '../../ui/AttributeInput';
import { ProblemBox } from '../../ui/Problem';
import { Existing } from './Existing';

const domain = 'item';

interface Props {
  onClose: () => void;
  onMade: (made: RecordRequestDetail) => void;
}

/** Asks for a record in the plant's words. What there is already shows while somebody types. */
export function NewWish({ onClose, onMade }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} size="lg" title={t('wishes.ask')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Form onClose={onClose} onMade={onMade} />
    </Modal>
  );
}

function Form({ onClose, onMade }: Props) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const place = usePlace();
  const definitions = (useDefinition(domain).data?.attributes ?? []).filter((one) => askedFor.includes(one.id));
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState<Record<string, string>>({});
  const body = {
    domain, plant: place.plant, system: place.system, ...(code.trim() && { code: code.trim() }), reason: reason.trim(),
    attributes: attributesOf(definitions, typed, place.language),
  };
  // the same words are the same request however often they are sent; other words are another one
  const written = JSON.stringify(body);
  const idempotencyKey = useMemo(() => (written ? newId() : ''), [written]);
  const ask = useMutation({
    mutationFn: () => client.post<RecordRequestDetail>('/record-requests', { body, idempotencyKey }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['record-requests'] });
      announce(t('wishes.asked'));
      onMade(made);
    },
  });
  const faults = ask.isError ? faultsByField(asProblem(ask.error).errors) : {};
  const send = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form className="form" onSubmit={send} noValidate>
      <div className="pair">
        <NativeSelect label={t('wishes.plant')} value={place.plant} data={place.plants} onChange={(event) => place.choosePlant(event.currentTarget.value)} />
        <NativeSelect label={t('wishes.system')} value={place.system} data={place.systems} onChange={(event) => place.chooseSystem(event.currentTarget.value)} />
      </div>
      <TextInput label={t('wishes.code')} description={t('wishes.code_help')} value={code} maxLength={128} data-autofocus styles={{ input: { fontFamily: 'var(--xw-mono)' } }} onChange={(event) => setCode(event.currentTarget.value)} />
      {askedFor.map((id) => {
        const definition = definitions.find((one) => one.id === id);
        return definition && (
          <AttributeInput
            key={id} attribute={{ ...definition, required: id === 'name' }} value={typed[id] ?? ''} error={faults[id]}
            onChange={(value) => setTyped({ ...typed, [id]: value })}
          />
        );
      })}
      <Existing words={[code, typed.gtin, typed.manufacturer_part, typed.name]} wanted={{ domain, plant: place.plant, system: place.system, code, attributes: body.attributes }} />
      <Textarea label={t('wishes.reason')} required value={reason} rows={2} maxLength={2000} onChange={(event) => setReason(event.currentTarget.value)} />
      {ask.isError && <ProblemBox thrown={ask.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" disabled={place.system === ''} loading={ask.isPending}>{t('wishes.send')}</Button>
      </div>
    </form>
  );
}

/** The plant and the system a record is asked for: one's own, where there is one only. */
function usePlace() {
  const plants = usePlants().data?.items ?? [];
  const systems = useSystems().data?.items ?? [];
  const [chosenPlant, choosePlant] = useState('');
  const [chosenSystem, chooseSystem] = useState('');
  const plant = plants.find((one) => one.id === chosenPlant) ?? plants[0];
  const own = systems.filter((one) => one.plant === plant?.id);
  const system = own.find((one) => one.id === chosenSystem) ?? own[0];
  return {
    plant: plant?.id ?? '', system: system?.id ?? '', language: plant?.languages?.[0] ?? 'en', choosePlant, chooseSystem,
    plants: plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` })), systems: own.map((one) => ({ value: one.id, label: one.name })),
  };
}
