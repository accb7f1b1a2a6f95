import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants } from '../../api/queries';
import type { ChangeRequest, DeclaredUse, GoldenRecordDetail, Page, UseState } from '../../api/types';
import { filled } from '../../lib/proposals';
import { validityWords } from '../../lib/validity';
import { useSession } from '../../session/Session';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { Proposed, usePropose } from '../../ui/Proposal';
import { TableSection } from '../../ui/TableSection';
import { Nothing } from './Nothing';

const states: UseState[] = ['not_used', 'planned', 'active', 'phasing_out', 'blocked'];

/** How the plants use the record; who may propose declares it here. */
export function Uses({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const [declaring, setDeclaring] = useState(false);
  const [proposed, setProposed] = useState<ChangeRequest>();
  const query = useQuery({
    queryKey: ['records', record.domain, 'uses', record.id],
    queryFn: ({ signal }) => client.get<Page<DeclaredUse>>(`/records/${record.domain}/${record.id}/uses`, { signal }),
  });
  const columns = ['plant', 'state', 'valid', 'basis'].map((column) => t(`records.${column}`));
  return (
    <>
      <Proposed request={proposed} />
      <Loaded query={query}>
        {({ items }) => (items.length === 0 ? <Nothing title={t('records.uses')} text={t('records.no_uses')} /> : (
          <TableSection id="record-uses" title={t('records.uses')} columns={columns}>
            {items.map((use) => (
              <tr key={use.plant}>
                <th scope="row">{use.plant}</th>
                <td>{t(`use_state.${use.state}`)}</td>
                <td className="nowrap">{validityWords(t, use)}</td>
                <td>{t(`use_source.${use.source}`)}</td>
              </tr>
            ))}
          </TableSection>
        ))}
      </Loaded>
      {may('propose') && !declaring && <div><Button onClick={() => setDeclaring(true)}>{t('records.declare')}</Button></div>}
      {declaring && (
        <Declare
          record={record} onCancel={() => setDeclaring(false)}
          onProposed={(request) => {
            setDeclaring(false);
            setProposed(request);
          }}
        />
      )}
    </>
  );
}

function Declare({ record, onCancel, onProposed }: { record: GoldenRecordDetail; onCancel: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const plants = usePlants().data?.items ?? [];
  const propose = usePropose([['records']], onProposed);
  const [typed, setTyped] = useState({ plant: '', state: 'active', valid_from: '', valid_to: '', reason: '' });
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change });
  const send = (event: FormEvent) => {
    event.preventDefault();
    propose.mutate({ path: `/records/${record.domain}/${record.id}/uses`, body: filled(typed) });
  };
  return (
    <form className="form item" onSubmit={send} aria-label={t('records.declare')}>
      <div className="pair">
        <NativeSelect
          label={t('records.plant')} required value={typed.plant} onChange={(event) => set({ plant: event.currentTarget.value })}
          data={[{ value: '', label: t('create.choose') }, ...plants.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` }))]}
        />
        <NativeSelect label={t('records.state')} value={typed.state} data={states.map((value) => ({ value, label: t(`use_state.${value}`) }))} onChange={(event) => set({ state: event.currentTarget.value })} />
        <TextInput label={t('mappings.valid_from')} type="date" value={typed.valid_from} onChange={(event) => set({ valid_from: event.currentTarget.value })} />
        <TextInput label={t('mappings.valid_to')} type="date" value={typed.valid_to} onChange={(event) => set({ valid_to: event.currentTarget.value })} />
      </div>
      <Textarea label={t('accept.reason')} required rows={2} maxLength={2000} value={typed.reason} onChange={(event) => set({ reason: event.currentTarget.value })} />
      {propose.isError && <ProblemBox thrown={propose.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={propose.isPending}>{t('proposal.submit')}</Button>
      </div>
    </form>
  );
}
