import type { Run, RunCount, RunSkip } from '../api/types';

export type StepKey = 'read' | 'staged' | 'linked' | 'compared' | 'proposed';
/** ahead: not yet; unreached: not any more, for the run has ended before. */
export type StepState = 'done' | 'active' | 'held' | 'stopped' | 'ahead' | 'unreached';

/** One step of a run: how far it came, how long it took, what it counted and what it left aside for which reason. */
export interface RunStep {
  key: StepKey;
  state: StepState;
  /** How long it took; 0 where that is not measured by itself. */
  millis: number;
  /** When it began that is still under way; empty for every other. */
  since: string;
  figures: [RunCount, number][];
  skipped: [RunSkip, number][];
}

type Told = Pick<Run, 'state' | 'phases' | 'counts' | 'skips' | 'read_at' | 'read_ended_at' | 'compared_at'>;

const order: StepKey[] = ['read', 'staged', 'linked', 'compared', 'proposed'];

/** What each step always says, and what only where there is any of it. */
const always: Record<StepKey, RunCount[]> = { read: ['read'], staged: ['changed', 'gone'], linked: ['registered'], compared: ['compared'], proposed: ['raised', 'seen'] };
const sometimes: Record<StepKey, RunCount[]> = { read: ['quarantined'], staged: [], linked: ['registered'], compared: [], proposed: ['closed', 'verified', 'bounced'] };
const skips: Record<StepKey, RunSkip[]> = {
  read: ['rejected', 'nameless', 'duplicate', 'unchanged'],
  staged: [],
  linked: ['unmapped', 'dormant', 'related', 'retired', 'onboarding'],
  compared: ['not_expected'],
  proposed: [],
};

/** The step at which a run stands, or has ended. Linking, comparing and proposing go hand in hand, page by page. */
function at(run: Told): number {
  if (run.compared_at) return order.indexOf('linked');
  return run.read_ended_at ? order.indexOf('staged') : 0;
}

function stateOf(run: Told, index: number): StepState {
  const here = at(run);
  const together = here === order.indexOf('linked') && index >= here;
  switch (run.state) {
    case 'done':
      return 'done';
    case 'queued':
      return 'ahead';
    case 'reading':
      return index === 0 ? 'active' : 'ahead';
    case 'held':
      return index === 0 ? 'done' : index === 1 ? 'held' : 'ahead';
    case 'comparing':
      return index < order.indexOf('linked') ? 'done' : 'active';
    case 'incomplete': // what was read is known; the end of it was not proven
      return index === 0 ? 'stopped' : index === 1 ? 'done' : 'unreached';
    default:
      return index < here ? 'done' : index === here || together ? 'stopped' : 'unreached';
  }
}

/** A run as the steps it takes, in their order. */
export function stepsOf(run: Told): RunStep[] {
  const millis: Record<StepKey, number> = { read: run.phases.reading, staged: run.phases.held, linked: 0, compared: run.phases.comparing, proposed: 0 };
  const begun: Partial<Record<StepKey, string>> = { read: run.read_at, staged: run.read_ended_at, compared: run.compared_at };
  return order.map((key, index) => {
    const state = stateOf(run, index);
    const told = state !== 'ahead' && state !== 'unreached';
    const figures = told ? [...always[key], ...sometimes[key].filter((count) => run.counts[count] > 0)] : [];
    return {
      key, state, millis: millis[key],
      since: state === 'active' || state === 'held' ? (begun[key] ?? '') : '',
      // what is held has not been taken over: nothing has changed or gone yet
      figures: (state === 'held' ? (['known', 'vanished'] satisfies RunCount[]) : figures).map((count) => [count, run.counts[count]]),
      skipped: skips[key].map((skip): [RunSkip, number] => [skip, run.skips[skip]]).filter(([, count]) => count > 0),
    };
  });
}

/** What a held run would conclude: of the known records so many were found again, so many not, and that is so much of them. */
export function dropOf({ known, vanished }: { known: number; vanished: number }): { known: number; found: number; vanished: number; percent: number } | undefined {
  if (known === 0) return undefined;
  return { known, found: known - vanished, vanished, percent: Math.round((vanished * 100) / known) };
}
