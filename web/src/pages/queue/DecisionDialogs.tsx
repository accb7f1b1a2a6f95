import { Button, Modal, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useDefinition } from '../../api/queries';
import type { Attributes, Discrepancy, GoldenRecord, Page } from '../../api/types';
import { attributesOf, shownIn } from '../../lib/wishes';
import { useSession } from '../../session/Session';
import { AttributeInput } from '../../ui/AttributeInput';
import { ProblemBox } from '../../ui/Problem';
import { AcceptForm } from './AcceptForm';
import { EndAcceptance } from './EndAcceptance';
import type { Decisions } from './useDecisions';

interface Props {
  discrepancy: Discrepancy;
  decisions: Decisions;
  /** The dialogue has closed: the focus goes back where keys work. */
  onClosed: () => void;
}

/** The decisions that need more than a key. */
export function DecisionDialogs({ discrepancy, decisions, onClosed }: Props) {
  const { t } = useTranslation();
  const close = () => decisions.openDialog(undefined);
  const shared = { opened: true, onClose: close, onExitTransitionEnd: onClosed, returnFocus: true, closeButtonProps: { 'aria-label': t('action.close') } };
  const code = discrepancy.code || discrepancy.label;
  switch (decisions.dialog) {
    case 'map':
      return <Modal {...shared} size="lg" title={t('map.title', { code })}><MapForm discrepancy={discrepancy} decisions={decisions} /></Modal>;
    case 'create':
      return <Modal {...shared} size="lg" title={t('create.title', { code })}><CreateForm discrepancy={discrepancy} decisions={decisions} onCancel={close} /></Modal>;
    case 'accept':
      return <Modal {...shared} title={t('accept.title')}><AcceptForm discrepancy={discrepancy} decisions={decisions} onCancel={close} /></Modal>;
    case 'end':
      return <EndAcceptance discrepancy={discrepancy} decisions={decisions} />;
    default:
      return null;
  }
}

function MapForm({ discrepancy, decisions }: { discrepancy: Discrepancy; decisions: Decisions }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ['records', discrepancy.domain, 'map', text], enabled: text !== '', placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.get<Page<GoldenRecord>>(`/records/${discrepancy.domain}`, { query: { text, state: 'active', limit: 20 }, signal }),
  });
  const near = (discrepancy.candidates ?? []).map((one) => ({ id: one.record_id, code: one.code, name: one.name }));
  const records = text === '' ? near : (found.data?.items ?? []);
  return (
    <div className="form">
      <TextInput label={t('map.search')} data-autofocus type="search" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} description={t('map.hint')} />
      {found.isError && <ProblemBox thrown={found.error} />}
      <ul className="steps" aria-label={t('map.found')}>
        {records.map((record) => (
          <li key={record.id} className="line">
            <code style={{ minWidth: 100 }}>{record.code}</code>
            <span style={{ flex: 1 }}>{record.name}</span>
            <Button onClick={() => decisions.decide('map', { record_id: record.id })}>{t('queue.pick_candidate', { code: record.code })}</Button>
          </li>
        ))}
      </ul>
      {records.length === 0 && !found.isFetching && <p className="muted dense">{t(text === '' ? 'queue.candidates_none' : 'map.none')}</p>}
    </div>
  );
}

function CreateForm({ discrepancy, decisions, onCancel }: { discrepancy: Discrepancy; decisions: Decisions; onCancel: () => void }) {
  const { t, i18n } = useTranslation();
  const definition = useDefinition(discrepancy.domain);
  const source: Attributes = Object.fromEntries((discrepancy.diff ?? []).filter((line) => line.source !== null).map((line) => [line.attribute, line.source]));
  const [typed, setTyped] = useState<Record<string, string>>({});
  if (!definition.data) return definition.isError ? <ProblemBox thrown={definition.error} retry={() => void definition.refetch()} /> : null;
  const { attributes } = definition.data;
  const send = (event: FormEvent) => {
    event.preventDefault();
    // what the person left alone goes as the system said it, in every language of it
    decisions.decide('create', { values: attributesOf(attributes, typed, i18n.language, source) });
  };
  return (
    <form className="form" onSubmit={send}>
      {attributes.map((attribute) => (
        <AttributeInput key={attribute.id} attribute={attribute} value={shownIn(typed, source, attribute.id, i18n.language)} onChange={(value) => setTyped({ ...typed, [attribute.id]: value })} />
      ))}
      <div className="form-foot">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled">{t('create.submit')}</Button>
      </div>
    </form>
  );
}
