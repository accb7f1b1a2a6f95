import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { BatchDecision, BatchResult, BatchVerb, Discrepancy, QueueRow, QueueSnapshot } from '../../api/types';
import { newId } from '../../lib/ids';
import { filled } from '../../lib/proposals';
import { decidable } from '../../lib/queue';
import { dayAfter } from '../../lib/time';
import type { RowWindows } from '../../lib/windows';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';
import { PlainValue } from '../../ui/ValueCell';
import { BatchOutcome } from './BatchOutcome';
import { valuePairs, verbsForAll } from './filters';
import { useClassWords } from './useClassWords';

interface Props {
  snapshot: QueueSnapshot;
  /** How many of them wait for a decision: what was decided since the list was taken is left out. */
  count: number;
  pattern: string;
  rows: RowWindows<QueueRow>;
  /** One of them, for its words and for what can be decided. */
  example: Discrepancy | undefined;
  onClose: (decided: boolean) => void;
  onClosed: () => void;
}

/** One decision on all that the list shows: what they are, the values in them, and then what came of it. */
export function BatchDialog({ snapshot, count, pattern, rows, example, onClose, onClosed }: Props) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  // one ID for as long as the dialogue is open: sent twice, it is decided once
  const [clientId] = useState(newId);
  const decide = useMutation({
    mutationFn: (wanted: Pick<BatchDecision, 'verb' | 'reason' | 'until'>) =>
      client.post<{ batch: BatchResult }>('/decisions', { body: { batch: filled({ client_id: clientId, snapshot_id: snapshot.snapshot_id, pattern, ...wanted }) } }),
    onSuccess: ({ batch }) => {
      announce(t('batch.decided', { count: batch.decided }));
      for (const stale of ['requests', 'discrepancy']) void queries.invalidateQueries({ queryKey: [stale] });
    },
  });
  const result = decide.data?.batch;
  return (
    <Modal
      opened size="lg" onClose={() => onClose(result !== undefined)} onExitTransitionEnd={onClosed} closeButtonProps={{ 'aria-label': t('action.close') }}
      title={t('batch.title', { count })}
    >
      {result ? <BatchOutcome result={result} onClose={() => onClose(true)} />
        : <BatchForm snapshot={snapshot} count={count} rows={rows} example={example} busy={decide.isPending} problem={decide.error} onSend={decide.mutate} onCancel={() => onClose(false)} />}
    </Modal>
  );
}

function BatchForm({ snapshot, count, rows, example, busy, problem, onSend, onCancel }: {
  snapshot: QueueSnapshot;
  count: number;
  rows: RowWindows<QueueRow>;
  example: Discrepancy | undefined;
  busy: boolean;
  problem: unknown;
  onSend: (wanted: Pick<BatchDecision, 'verb' | 'reason' | 'until'>) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const names = useNames();
  const words = useClassWords(example?.domain ?? '');
  const verbs = verbsForAll(example);
  const [verb, setVerb] = useState<BatchVerb | undefined>(verbs[0]);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => dayAfter(90, Date.now()));
  if (!verb) return <p className="dense">{t('batch.one_by_one')}</p>;
  const system = names.system(example?.system ?? '');
  const accepting = verb === 'accept';
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (accepting && reason.trim() === '') return;
    onSend({ verb, reason: reason.trim(), ...(accepting ? { until } : {}) });
  };
  return (
    <form className="form" onSubmit={send}>
      {example && <p className="dense">{t('batch.what', { count, what: words(example), system })}</p>}
      <Values total={snapshot.total} rows={rows} left={t('queue.golden')} right={system} />
      <NativeSelect
        label={t('batch.verb')} data-autofocus value={verb} data={verbs.map((value) => ({ value, label: t(`verb.${value}`, { system }) }))}
        onChange={(event) => setVerb(event.currentTarget.value as BatchVerb)}
      />
      <Textarea label={t('accept.reason')} required={accepting} value={reason} rows={2} maxLength={2000} onChange={(event) => setReason(event.currentTarget.value)} />
      {accepting && (
        <TextInput label={t('accept.until')} description={t('accept.until_help')} type="date" required min={dayAfter(1, Date.now())} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      )}
      <p className="muted dense">{t('batch.help')}</p>
      {problem ? <ProblemBox thrown={problem} safe={t('problem.kept')} /> : null}
      <div className="form-foot">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={busy}>{t('batch.submit', { count })}</Button>
      </div>
    </form>
  );
}

/** How many rows the summary of values looks at: those of the first window are here already. */
const looked = 200;
const shownPairs = 6;

/** The pairs of values in the first rows, most first: an outlier stands out before it is decided with the rest. */
function Values({ total, rows, left, right }: { total: number; rows: RowWindows<QueueRow>; left: string; right: string }) {
  const { t } = useTranslation();
  const found = Array.from({ length: Math.min(total, looked) }, (_, at) => rows.at(at)).filter((row): row is QueueRow => row !== undefined && decidable(row));
  const pairs = valuePairs(found).filter((pair) => pair.golden !== '' || pair.source !== '');
  if (pairs.length === 0) return null;
  return (
    <div>
      <table className="table">
        <caption className="hidden-words">{t('batch.values')}</caption>
        <thead><tr><th scope="col">{left}</th><th scope="col">{right}</th><th scope="col" className="number">{t('batch.count')}</th></tr></thead>
        <tbody>
          {pairs.slice(0, shownPairs).map((pair) => (
            <tr key={JSON.stringify([pair.golden, pair.source])}>
              <td><PlainValue text={pair.golden} /></td>
              <td><PlainValue text={pair.source} /></td>
              <td className="number">{pair.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {pairs.length > shownPairs && <p className="small muted">{t('batch.values_of', { count: found.length, more: pairs.length - shownPairs })}</p>}
    </div>
  );
}
