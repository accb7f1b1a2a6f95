import { Button, Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { ChangeRequest, GoldenRecordDetail } from '../../api/types';
import { useSession } from '../../session/Session';
import { Proposed, usePropose } from '../../ui/Proposal';
import { ProblemBox } from '../../ui/Problem';
import { RecordPicker, type Picked } from '../../ui/RecordPicker';
import { Unmerge } from './Unmerge';

// what merging needs is fetched when somebody merges
const MergeForm = lazy(() => import('../duplicates/MergeSheet').then((module) => ({ default: module.MergeForm })));

/** Of a merged record where it went; of any other what was merged into it, and the way to merge it with another. */
export function Merged({ record }: { record: GoldenRecordDetail }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [doing, setDoing] = useState<{ what: 'merge' } | { what: 'unmerge'; id: string }>();
  const [request, setRequest] = useState<ChangeRequest>();
  const proposed = (made: ChangeRequest) => {
    setRequest(made);
    setDoing(undefined);
  };
  const propose = may('propose');
  return (
    <>
      <Proposed request={request} />
      {record.state === 'merged' && <Forwards record={record} onUnmerge={propose ? () => setDoing({ what: 'unmerge', id: record.id }) : undefined} />}
      <MergedFrom record={record} onUnmerge={propose ? (id) => setDoing({ what: 'unmerge', id }) : undefined} />
      {propose && (record.state === 'active' || record.state === 'phase_out') && <div><Button onClick={() => setDoing({ what: 'merge' })}>{t('records.merge_with')}</Button></div>}
      {doing?.what === 'merge' && <MergeWith record={record} onClose={() => setDoing(undefined)} onProposed={proposed} />}
      {doing?.what === 'unmerge' && <Unmerge domain={record.domain} id={doing.id} onClose={() => setDoing(undefined)} onProposed={proposed} />}
    </>
  );
}

function Forwards({ record, onUnmerge }: { record: GoldenRecordDetail; onUnmerge: (() => void) | undefined }) {
  const { t } = useTranslation();
  const heir = record.forwards_to;
  return (
    <div className="banner" data-tone="wait">
      <p>
        {t('records.merged_into')}{' '}
        {heir && <Link to="/records/$domain/$id" params={{ domain: record.domain, id: heir.id }}><code>{heir.code}</code> {heir.name}</Link>}
      </p>
      {onUnmerge && <Button onClick={onUnmerge}>{t('unmerge.open')}</Button>}
    </div>
  );
}

function MergedFrom({ record, onUnmerge }: { record: GoldenRecordDetail; onUnmerge: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  const names = useNames();
  const losers = record.merged ?? [];
  if (losers.length === 0) return null;
  return (
    <section className="section">
      <h3>{t('records.merged_from')}</h3>
      <ul className="steps">
        {losers.map((one) => (
          <li key={one.id} className="line">
            <code>{one.code}</code>
            <Link to="/records/$domain/$id" params={{ domain: record.domain, id: one.id }} style={{ flex: 1 }}>{one.name}</Link>
            <span className="small muted">{(one.mappings ?? []).map((code) => `${names.system(code.system)} ${code.code}`).join(', ')}</span>
            {onUnmerge && <Button onClick={() => onUnmerge(one.id)} aria-label={t('unmerge.open_of', { code: one.code })}>{t('unmerge.open')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Another record is found, then both are looked at side by side. */
function MergeWith({ record, onClose, onProposed }: { record: GoldenRecordDetail; onClose: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const [other, setOther] = useState<Picked>();
  const propose = usePropose([['records'], ['match']], onProposed);
  const self = other?.id === record.id;
  return (
    <Modal opened onClose={onClose} size="80rem" title={t('records.merge_title', { code: record.code })} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        <RecordPicker domain={record.domain} picked={other} onPick={setOther} />
        {self && <p className="muted dense">{t('why.same')}</p>}
        {propose.isError && <ProblemBox thrown={propose.error} safe={t('problem.kept')} />}
        {other && !self && (
          <Suspense>
            <MergeForm
              ids={[record.id, other.id]} busy={propose.isPending} onCancel={onClose}
              onMerge={({ survivor = record.id, ...chosen }) =>
                propose.mutate({
                  path: `/records/${record.domain}/merges`,
                  body: { survivor, losers: [record.id, other.id].filter((id) => id !== survivor), reason: t('records.merge_reason'), ...chosen },
                })
              }
            />
          </Suspense>
        )}
      </div>
    </Modal>
  );
}
