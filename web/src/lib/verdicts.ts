import type { CandidateBand, MatchCandidate, NewVerdict, VerdictResult, VerdictWord } from '../api/types';
import type { Tone } from '../ui/tones';
import type { Sendable, Settled } from './journal';

/** What a person decided at once: of a pair one verdict, of a code one on each of its candidates. */
export interface VerdictItem extends Sendable {
  word: VerdictWord;
  verdicts: NewVerdict[];
}

/** What became of it, with the verdicts that stand now: each can be taken back. */
export interface VerdictOutcome extends Settled {
  verdicts: string[];
}

/** Sums up what became of the verdicts of an item. What was taken stands, also where another of them was refused. */
export function outcomeOf(item: VerdictItem, results: readonly VerdictResult[]): VerdictOutcome | undefined {
  const own = item.verdicts.map((verdict) => results.find((result) => result.client_id === verdict.client_id));
  if (own.some((result) => result === undefined)) return undefined;
  const taken = own.filter((result) => result?.verdict);
  const problem = own.find((result) => result?.problem)?.problem;
  const conflict = problem?.status === 409 || problem?.status === 412;
  return {
    client_id: item.client_id,
    status: problem ? (conflict ? 'conflict' : 'refused') : 'decided',
    detail: problem?.detail ?? '',
    change_request_id: own.find((result) => result?.change_request_id)?.change_request_id ?? '',
    request_state: '', apply_at: '',
    verdicts: taken.map((result) => result?.verdict?.id ?? ''),
  };
}

/** How sure the pair is, in the four steps of the workbench. */
export type Confidence = 'high' | 'medium' | 'low' | 'contradictory';

export const confidenceTones: Record<Confidence, Tone> = { high: 'good', medium: 'open', low: 'wait', contradictory: 'bad' };

/** Evidence that points both ways is a step of its own, whatever the probability. */
export function confidenceOf(pair: { probability: number; band: CandidateBand; contradicted: boolean }): Confidence {
  if (pair.contradicted) return 'contradictory';
  if (pair.band === 'auto') return 'high';
  return pair.probability >= 0.5 ? 'medium' : 'low';
}

export const verdictTones: Record<VerdictWord, Tone> = { match: 'good', no_match: 'quiet', unsure: 'wait' };

/** The pairs of a page with those of one group beside each other, at the place of the group's first. */
export function grouped(pairs: readonly MatchCandidate[]): MatchCandidate[] {
  const groups = new Map<string, MatchCandidate[]>();
  for (const pair of pairs) {
    const key = pair.cluster_id || pair.id;
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return [...groups.values()].flat();
}

/** A code of a system with the records it may stand for, the best first. */
export interface CodeChoice {
  /** The code's side, by which it is told from others. */
  id: string;
  code: string;
  label: string;
  system: string;
  plant: string;
  candidates: MatchCandidate[];
}

/** Puts candidates together by their code, in the order in which the codes first come. */
export function byCode(candidates: readonly MatchCandidate[]): CodeChoice[] {
  const codes = new Map<string, CodeChoice>();
  for (const one of candidates) {
    const side = one.left.record_id ? one.right : one.left;
    const choice = codes.get(side.side) ?? { id: side.side, code: side.code, label: side.label, system: side.system ?? '', plant: one.plant, candidates: [] };
    choice.candidates.push(one);
    codes.set(side.side, choice);
  }
  for (const choice of codes.values()) choice.candidates.sort((a, b) => a.rank - b.rank);
  return [...codes.values()];
}

/** The record of a pair of a code and a record. */
export function recordSide(pair: MatchCandidate): MatchCandidate['left'] {
  return pair.left.record_id ? pair.left : pair.right;
}

/** What of a candidate is to be decided. */
export function undecided(pair: Pick<MatchCandidate, 'state'>): boolean {
  return pair.state === 'in_review' || pair.state === 'evaluated';
}

/** A probability as it is read: never 100 % of what is not certain. */
export function percentOf(probability: number): string {
  const percent = Math.round(probability * 1000) / 10;
  if (percent >= 99.9 && probability < 1) return '>99.8 %';
  return percent >= 10 && percent < 99 ? `${Math.round(percent)} %` : `${percent} %`;
}
