import { describe, expect, it } from 'vitest';
import type { WaterfallReason } from '../api/types';
import { barsOf, contradictions, stepsOf } from './waterfall';

const reason = (comparison: string, bits: number, conflict = false): WaterfallReason => ({ comparison, label: comparison, left: 'a', right: 'b', level: 1, bits, conflict });
const explained = (prior: number, score: number, ...reasons: WaterfallReason[]) => ({ prior, score, would_link_without: '', reasons });

describe('stepsOf', () => {
  it('goes from the prior over every reason to the sum', () => {
    const steps = stepsOf(explained(-10, 4, reason('name', 9), reason('gtin', 6), reason('unit', -1)));
    expect(steps.map((step) => [step.kind, step.from, step.to])).toEqual([
      ['prior', 0, -10], ['reason', -10, -1], ['reason', -1, 5], ['reason', 5, 4], ['sum', 0, 4],
    ]);
  });

  it('shows what a contradiction takes away, so that the steps add up', () => {
    const steps = stepsOf(explained(-10, -6.5, reason('name', 14), reason('grade', -3, true)));
    const bound = steps.find((step) => step.kind === 'bound');
    expect(bound?.bits).toBeCloseTo(-7.5);
    const added = steps.filter((step) => step.kind !== 'sum').reduce((sum, step) => sum + step.bits, 0);
    expect(added).toBeCloseTo(-6.5);
  });

  it('takes rounding for no step', () => expect(stepsOf(explained(-1, 1.004, reason('name', 2))).map((step) => step.kind)).toEqual(['prior', 'reason', 'sum']));

  it('is a prior and a sum where nothing was compared', () => expect(stepsOf(explained(-8, -8)).map((step) => step.kind)).toEqual(['prior', 'sum']));
});

describe('barsOf', () => {
  it('lies between 0 and 100 percent, whatever the signs', () => {
    const { zero, bars } = barsOf(stepsOf(explained(-10, 4, reason('name', 14))));
    expect(zero).toBeCloseTo((10 / 14) * 100);
    for (const bar of bars) {
      expect(bar.left).toBeGreaterThanOrEqual(0);
      expect(bar.left + bar.width).toBeLessThanOrEqual(100.001);
    }
    expect(bars[1]?.left).toBeCloseTo(0);
    expect(bars[1]?.width).toBeCloseTo(100);
  });

  it('is not divided by nothing', () => expect(barsOf([{ kind: 'prior', bits: 0, from: 0, to: 0 }]).bars).toEqual([{ left: 0, width: 0 }]));
});

describe('contradictions', () => {
  it('are the reasons whose values exclude each other', () => {
    expect(contradictions(explained(0, 0, reason('name', 3), reason('grade', -9, true))).map((one) => one.comparison)).toEqual(['grade']);
  });
});
