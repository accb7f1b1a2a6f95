import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { BatchResult, ChangeRequest } from '../../api/types';
import { useTime } from '../../lib/useTime';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { ProblemBox } from '../../ui/Problem';

/** What came of a batch: how many, what was left out and why, and the way back while there is one. */
export function BatchOutcome({ result, onClose }: { result: BatchResult; onClose: () => void }) {
  const { t } = useTranslation();
  const time = useTime();
  const undo = useUndoBatch(result, onClose);
  return (
    <div className="form">
      <p><b>{t('batch.decided', { count: result.decided })}</b></p>
      {result.request_state && (
        <p className="dense">
          {result.request_state === 'scheduled' ? t('batch.scheduled', { when: time.at(result.apply_at) }) : t(`request_state.${result.request_state}`)}{' '}
          <Link to="/requests/$id" params={{ id: result.change_request_id }}>{t('queue.request')}</Link>
        </p>
      )}
      {result.left_out_count > 0 && (
        <section className="section">
          <h3 id="left-out">{t('batch.left_out', { count: result.left_out_count })}</h3>
          <div className="table-box" style={{ maxHeight: 240, overflow: 'auto' }} tabIndex={0} role="region" aria-labelledby="left-out">
            <table className="table" aria-labelledby="left-out">
              <tbody>
                {(result.left_out ?? []).map((one) => (
                  <tr key={one.id}><th scope="row">{one.label || one.code}</th><td><code>{one.code}</code></td><td>{standing(one.why)}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
          {result.left_out_count > (result.left_out ?? []).length && <p className="small muted">{t('batch.left_out_first', { count: (result.left_out ?? []).length })}</p>}
        </section>
      )}
      {undo.isError && <ProblemBox thrown={undo.error} safe={t('problem.kept')} />}
      <div className="form-foot">
        {result.change_request_id && <Button loading={undo.isPending} onClick={() => undo.mutate()}>{t('batch.undo', { count: result.decided })}</Button>}
        <Button variant="filled" data-autofocus onClick={onClose}>{t('action.close')}</Button>
      </div>
    </div>
  );
}

/** Withdraws the batch's change request as it is now; the server says when it is too late. */
function useUndoBatch({ change_request_id: id, decided }: BatchResult, done: () => void) {
  const { t } = useTranslation();
  const { client } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: async () => {
      const request = await client.get<ChangeRequest>(`/change-requests/${id}`);
      return client.put<ChangeRequest>(`/change-requests/${id}/withdrawal`, { body: { reason: t('queue.undo_reason') }, version: request.version });
    },
    onSuccess: () => {
      announce(t('batch.undone', { count: decided }));
      for (const stale of ['requests', 'discrepancy']) void queries.invalidateQueries({ queryKey: [stale] });
      done();
    },
  });
}
