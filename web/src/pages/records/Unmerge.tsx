import { Button, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, UnmergePreview } from '../../api/types';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Instant } from '../../ui/Instant';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { usePropose } from '../../ui/Proposal';
import { TableSection } from '../../ui/TableSection';
import { Tick } from '../../ui/Tick';
import { PlainValue } from '../../ui/ValueCell';

interface Props {
  domain: string;
  id: string;
  onClose: () => void;
  onProposed: (request: ChangeRequest) => void;
}

/** Takes a merged record out again, after showing what goes back and what stays. */
export function Unmerge({ domain, id, onClose, onProposed }: Props) {
  const { t } = useTranslation();
  const { client } = useSession();
  const path = `/records/${domain}/${id}`;
  const preview = useQuery({
    queryKey: ['records', domain, 'unmerge', id], staleTime: 0,
    queryFn: ({ signal }) => client.get<UnmergePreview>(`${path}/unmerge-preview`, { signal }),
  });
  return (
    <Modal opened onClose={onClose} size="xl" title={t('unmerge.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Loaded query={preview}>{(found) => <Form preview={found} path={path} onClose={onClose} onProposed={onProposed} />}</Loaded>
    </Modal>
  );
}

function Form({ preview, path, onClose, onProposed }: { preview: UnmergePreview; path: string; onClose: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  const propose = usePropose([['records'], ['match'], ['verdicts']], onProposed);
  const [reason, setReason] = useState('');
  const [back, setBack] = useState<{ mappings: string[]; plants: string[] }>({ mappings: [], plants: [] });
  const refused = (preview.refusals ?? []).length > 0;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!refused && reason.trim() !== '') propose.mutate({ path: `${path}/unmerge`, body: { reason: reason.trim(), send_back: back } });
  };
  return (
    <form className="form" onSubmit={send}>
      <p>{t('unmerge.since', { loser: preview.loser.code, survivor: preview.survivor.code })} <Instant at={preview.merged_at} />, {names.person(preview.by)}. <Link to="/requests/$id" params={{ id: preview.request_id }}>{t('queue.request')}</Link></p>
      {preview.refusals?.map((one) => <div key={one.code} className="banner" data-tone="bad" role="alert"><p>{standing(one.message)}</p></div>)}
      <Radius preview={preview} />
      <SendBack preview={preview} back={back} onChange={setBack} />
      <Textarea label={t('accept.reason')} required rows={2} maxLength={2000} data-autofocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {propose.isError && <ProblemBox thrown={propose.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={propose.isPending} disabled={refused || reason.trim() === ''}>{t('unmerge.propose')}</Button>
      </div>
    </form>
  );
}

/** What goes back, and what stays as it is now. */
function Radius({ preview }: { preview: UnmergePreview }) {
  const { t } = useTranslation();
  const names = useNames();
  const { restores, stays, deliveries, others, discrepancies } = preview;
  return (
    <>
      {restores.length > 0 ? (
        <TableSection id="unmerge-back" title={t('unmerge.goes_back', { code: preview.survivor.code })} columns={[t('records.field'), t('unmerge.now'), t('unmerge.then')]}>
          {restores.map((one) => (
            <tr key={one.attribute}><th scope="row">{one.label}</th><td><PlainValue text={one.from} /></td><td><PlainValue text={one.to} /></td></tr>
          ))}
        </TableSection>
      ) : <p className="dense muted">{t('unmerge.nothing_back', { code: preview.survivor.code })}</p>}
      {stays.length > 0 && (
        <TableSection id="unmerge-stays" title={t('unmerge.stays')} columns={[t('records.field'), t('unmerge.now'), t('unmerge.changed_by')]}>
          {stays.map((one) => (
            <tr key={one.attribute}>
              <th scope="row">{one.label}</th>
              <td><PlainValue text={one.value} /></td>
              <td><Link to="/requests/$id" params={{ id: one.changed_by_request }}>{t('queue.request')}</Link></td>
            </tr>
          ))}
        </TableSection>
      )}
      {discrepancies > 0 && <p className="dense">{t('unmerge.discrepancies', { count: discrepancies })}</p>}
      {deliveries.length > 0 && <p className="dense">{t('unmerge.deliveries', { what: deliveries.map((one) => `${names.system(one.system)} ${one.code}`).join(', ') })}</p>}
      {others.length > 0 && <p className="dense">{t('unmerge.others', { codes: others.map((one) => one.code).join(', ') })}</p>}
    </>
  );
}

/** What came to the survivor since, each to be sent back with the loser by a tick. */
function SendBack({ preview, back, onChange }: { preview: UnmergePreview; back: { mappings: string[]; plants: string[] }; onChange: (back: { mappings: string[]; plants: string[] }) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  if (preview.mappings_since.length + preview.uses_since.length === 0) return null;
  const ticked = (list: string[], one: string, on: boolean) => (on ? [...list, one] : list.filter((other) => other !== one));
  return (
    <fieldset className="choices">
      <legend>{t('unmerge.send_back', { code: preview.loser.code })}</legend>
      {preview.mappings_since.map((one) => (
        <Tick
          key={one.id} label={`${names.system(one.system)} ${one.code}${one.plant ? `, ${one.plant}` : ''}`} checked={back.mappings.includes(one.id)}
          onChange={(on) => onChange({ ...back, mappings: ticked(back.mappings, one.id, on) })}
        />
      ))}
      {preview.uses_since.map((one) => (
        <Tick
          key={one.plant} label={t('unmerge.use', { plant: one.plant, state: t(`use_state.${one.state}`) })} checked={back.plants.includes(one.plant)}
          onChange={(on) => onChange({ ...back, plants: ticked(back.plants, one.plant, on) })}
        />
      ))}
    </fieldset>
  );
}
