import type { Run } from '../../api/types';

/** Says that the run is still moving by itself. */
export function underWay(run: Pick<Run, 'state'>): boolean {
  return run.state === 'queued' || run.state === 'reading' || run.state === 'comparing';
}

/** Says that a person may cancel it. */
export function cancellable(run: Pick<Run, 'state'>): boolean {
  return run.state === 'queued' || run.state === 'reading' || run.state === 'held';
}
