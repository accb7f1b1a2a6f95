import type { Waterfall, WaterfallReason } from '../api/types';

/** One step of a waterfall: where the sum stood before it and where it stands after. */
export interface WaterfallStep {
  kind: 'prior' | 'reason' | 'bound' | 'sum';
  reason?: WaterfallReason;
  bits: number;
  from: number;
  to: number;
}

/** Less than this the steps and the score may differ by rounding. */
const rounding = 0.005;

/** The steps from the prior to the score. Where a contradiction bounds the score, that is a step of its own: the steps always add up. */
export function stepsOf({ prior, score, reasons }: Waterfall): WaterfallStep[] {
  const steps: WaterfallStep[] = [{ kind: 'prior', bits: prior, from: 0, to: prior }];
  let at = prior;
  for (const reason of reasons ?? []) {
    steps.push({ kind: 'reason', reason, bits: reason.bits, from: at, to: at + reason.bits });
    at += reason.bits;
  }
  if (Math.abs(score - at) > rounding) steps.push({ kind: 'bound', bits: score - at, from: at, to: score });
  steps.push({ kind: 'sum', bits: score, from: 0, to: score });
  return steps;
}

/** Where the bars of the steps begin and end, in percent of the width; and where zero is. */
export function barsOf(steps: readonly WaterfallStep[]): { zero: number; bars: { left: number; width: number }[] } {
  const ends = steps.flatMap((step) => [step.from, step.to]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const span = high - low || 1;
  const place = (bits: number) => ((bits - low) / span) * 100;
  return {
    zero: place(0),
    bars: steps.map(({ from, to }) => ({ left: place(Math.min(from, to)), width: Math.abs(place(to) - place(from)) })),
  };
}

/** The comparisons whose values exclude each other. */
export function contradictions(explanation: Waterfall): WaterfallReason[] {
  return (explanation.reasons ?? []).filter((reason) => reason.conflict);
}
