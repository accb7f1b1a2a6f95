import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNames, usePlans } from '../../api/queries';
import type { Run } from '../../api/types';
import { dropOf } from '../../lib/runSteps';
import { standing } from '../../lib/words';
import { ProblemBox } from '../../ui/Problem';

/** What a run is held for, and what going on would conclude, before anybody lets it. */
export function ReleaseDialog({ run, busy, problem, onClose, onRelease }: {
  run: Run;
  busy: boolean;
  problem: unknown;
  onClose: () => void;
  onRelease: () => void;
}) {
  const { t } = useTranslation();
  const names = useNames();
  const limit = usePlans().data?.items.find((one) => one.id === run.plan)?.drop_hold_percent;
  const drop = dropOf(run.counts);
  return (
    <Modal opened onClose={onClose} title={t('runs.release_title', { system: names.system(run.system) })} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className="form">
        <div className="banner" data-tone="wait"><p>{standing(run.message)}</p></div>
        {drop && (
          <table className="table">
            <caption className="hidden-words">{t('runs.held_figures')}</caption>
            <tbody>
              <Line what={t('runs.held_known')} count={drop.known} />
              <Line what={t('runs.held_read')} count={run.counts.read} />
              <Line what={t('runs.held_found')} count={drop.found} />
              <Line what={t('runs.held_vanished')} count={drop.vanished} note={t(limit ? 'runs.held_percent_of' : 'runs.held_percent', { percent: drop.percent, limit })} />
            </tbody>
          </table>
        )}
        <p className="dense">{t('runs.release_means', { count: drop?.vanished ?? 0 })}</p>
        <p className="dense muted">{t('runs.release_else')}</p>
        {problem ? <ProblemBox thrown={problem} safe={t('problem.kept')} /> : null}
        <div className="form-foot">
          <Button data-autofocus onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant="filled" loading={busy} onClick={onRelease}>{t('runs.release')}</Button>
        </div>
      </div>
    </Modal>
  );
}

function Line({ what, count, note }: { what: string; count: number; note?: string }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{what}</th>
      <td className="number">{t('runs.number', { count })}</td>
      <td className="muted">{note}</td>
    </tr>
  );
}
