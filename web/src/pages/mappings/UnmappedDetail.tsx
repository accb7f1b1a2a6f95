import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, UnmappedCode, UnmappedList } from '../../api/types';
import { filled } from '../../lib/proposals';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { DetailPane } from '../../ui/ListPane';
import { usePropose } from '../../ui/Proposal';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { RecordPicker, type Picked } from '../../ui/RecordPicker';
import { SuggestionsOf } from '../../ui/SuggestionsOf';
import { Amount, Foot, Reason, RelationSelect } from './MappingForms';

type Policy = UnmappedList['policies'][number];

/** The policy that answers for a code; none means that it is rejected. */
export function policyFor(list: Pick<UnmappedList, 'policies'> | undefined, code: Pick<UnmappedCode, 'system' | 'domain'>): Policy | undefined {
  return list?.policies?.find((one) => one.system === code.system && one.domain === code.domain);
}

/** One code: who asked how often, what they are told, and the ways to settle it. */
export function UnmappedDetail({ code, policy, onBack, onSettled }: {
  code: UnmappedCode;
  policy: Policy | undefined;
  onBack: () => void;
  onSettled: (what: { request?: ChangeRequest; aside?: string }) => void;
}) {
  const { t } = useTranslation();
  const { may } = useSession();
  const names = useNames();
  const [doing, setDoing] = useState<'map' | 'dismiss'>();
  const [picked, setPicked] = useState<Picked>();
  const map = (record?: Picked) => {
    setPicked(record);
    setDoing('map');
  };
  const editable = may('propose');
  return (
    <>
      <DetailPane
        label={code.code} onBack={onBack}
        foot={editable && (
          <div className="actions">
            <div className="buttons">
              <Button variant="filled" onClick={() => map()}>{t('verb.map')}</Button>
              {!code.dismissed_at && <Button onClick={() => setDoing('dismiss')}>{t('unmapped.dismiss')}</Button>}
            </div>
          </div>
        )}
      >
        <div className="stack" style={{ gap: 4 }}>
          <div className="facts">
            <span>{[names.system(code.system), code.plant].filter(Boolean).join(', ')}</span>
            <Tag tone={code.dismissed_at ? 'quiet' : 'wait'}>{t(`translate_status.${code.status}`, { defaultValue: code.status })}</Tag>
          </div>
          <h2 className="mono">{code.code}</h2>
          <p className="dense">{t('unmapped.asked', { count: code.asked })}</p>
        </div>
        {code.dismissed_at && (
          <div className="banner"><p>{t('unmapped.dismissed_by', { who: names.person(code.dismissed_by) })} <Instant at={code.dismissed_at} />: {code.dismissed_why}</p></div>
        )}
        <dl className="effects">
          <dt>{t('unmapped.first')}</dt><dd><Instant at={code.first_asked} /></dd>
          <dt>{t('unmapped.last')}</dt><dd><Instant at={code.last_asked} /></dd>
          <dt>{t('unmapped.meanwhile')}</dt><dd>{t(`unmapped_policy.${policy?.action ?? 'reject'}`, { code: policy?.code ?? '' })}</dd>
        </dl>
        <SuggestionsOf path={`/unmapped/${code.id}`} domain={code.domain} onPick={editable ? (one) => map({ id: one.record_id, code: one.code, name: one.name }) : undefined} />
        {!editable && <p className="muted dense">{t('unmapped.read_only')}</p>}
      </DetailPane>
      {doing === 'map' && (
        <Modal opened size="lg" onClose={() => setDoing(undefined)} title={t('map.title', { code: code.code })} closeButtonProps={{ 'aria-label': t('action.close') }}>
          <MapForm code={code} first={picked} onCancel={() => setDoing(undefined)} onProposed={(request) => onSettled({ request })} />
        </Modal>
      )}
      {doing === 'dismiss' && <Dismiss code={code} onClose={() => setDoing(undefined)} onDone={() => onSettled({ aside: code.code })} />}
    </>
  );
}

function MapForm({ code, first, onCancel, onProposed }: { code: UnmappedCode; first: Picked | undefined; onCancel: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const propose = usePropose([['unmapped'], ['mappings']], onProposed);
  const [record, setRecord] = useState(first);
  const [typed, setTyped] = useState({ relation: 'equivalent', valid_from: '', factor: '', unit: '', reason: '' });
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (record) propose.mutate({ path: `/unmapped/${code.id}/mapping`, body: filled({ ...typed, record_id: record.id }) });
  };
  return (
    <form className="form" onSubmit={send}>
      <RecordPicker domain={code.domain} picked={record} onPick={setRecord} />
      <RelationSelect value={typed.relation} onChange={(relation) => set({ relation })} />
      <TextInput label={t('mappings.valid_from')} type="date" value={typed.valid_from} onChange={(event) => set({ valid_from: event.currentTarget.value })} />
      <Amount value={typed} onChange={set} />
      <Reason value={typed.reason} onChange={(reason) => set({ reason })} />
      <Foot busy={propose.isPending} problem={propose.error} ready={record !== undefined} onCancel={onCancel} />
    </form>
  );
}

function Dismiss({ code, onClose, onDone }: { code: UnmappedCode; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const dismiss = useMutation({
    mutationFn: (reason: string) => client.post<UnmappedCode>(`/unmapped/${code.id}/dismissal`, { body: { reason } }),
    onSuccess: () => {
      announce(t('unmapped.aside', { code: code.code }));
      void queries.invalidateQueries({ queryKey: ['unmapped'] });
      onDone();
    },
  });
  return (
    <ReasonDialog
      title={t('unmapped.dismiss_title', { code: code.code })} help={t('unmapped.dismiss_help')} submit={t('unmapped.dismiss')} busy={dismiss.isPending}
      problem={dismiss.error} onClose={onClose} onSubmit={(reason) => dismiss.mutate(reason)}
    />
  );
}
