import { describe, expect, it } from 'vitest';
import type { MatchCandidate, Verdict, VerdictResult } from '../api/types';
import { byCode, confidenceOf, grouped, outcomeOf, percentOf } from './verdicts';

const pair = (id: string, more: Partial<MatchCandidate> = {}) => ({ id, cluster_id: '', rank: 1, plant: '', left: { side: `record:${id}`, record_id: id, code: id, label: id }, right: { side: 'record:z', record_id: 'z', code: 'z', label: 'z' }, ...more }) as MatchCandidate;
const verdict = (id: string): Verdict => ({ id }) as Verdict;
const item = { client_id: 'c', id: 'p', word: 'no_match' as const, verdicts: ['a', 'b'].map((client_id) => ({ client_id, domain: 'item', left: 'l', right: client_id, word: 'no_match' as const })) };
const taken = (client_id: string): VerdictResult => ({ client_id, verdict: verdict(`v-${client_id}`), change_request_id: '' });
const refused = (client_id: string, status: number) => ({ client_id, problem: { status, detail: 'no' } }) as unknown as VerdictResult;

describe('outcomeOf', () => {
  it('is decided when every verdict was taken', () => {
    expect(outcomeOf(item, [taken('b'), taken('a')])).toMatchObject({ status: 'decided', verdicts: ['v-a', 'v-b'], client_id: 'c' });
  });

  it('keeps what was taken when another was refused', () => {
    expect(outcomeOf(item, [taken('a'), refused('b', 422)])).toMatchObject({ status: 'refused', detail: 'no', verdicts: ['v-a'] });
  });

  it('is a conflict when somebody else has judged the pair', () => expect(outcomeOf(item, [taken('a'), refused('b', 409)])?.status).toBe('conflict'));

  it('is unknown while an answer is missing', () => expect(outcomeOf(item, [taken('a')])).toBeUndefined());

  it('tells the change request of a match', () => {
    expect(outcomeOf(item, [taken('a'), { ...taken('b'), change_request_id: 'r' }])?.change_request_id).toBe('r');
  });
});

describe('confidenceOf', () => {
  it('says that evidence points both ways, whatever the probability', () => expect(confidenceOf({ probability: 0.99, band: 'auto', contradicted: true })).toBe('contradictory'));
  it('is high where a rule could link', () => expect(confidenceOf({ probability: 0.99, band: 'auto', contradicted: false })).toBe('high'));
  it('is medium where a match is likelier than not', () => expect(confidenceOf({ probability: 0.6, band: 'review', contradicted: false })).toBe('medium'));
  it('is low below that', () => expect(confidenceOf({ probability: 0.3, band: 'review', contradicted: false })).toBe('low'));
});

describe('grouped', () => {
  it('brings the pairs of a group together where its first one stands', () => {
    const pairs = [pair('a'), pair('b', { cluster_id: 'g' }), pair('c'), pair('d', { cluster_id: 'g' })];
    expect(grouped(pairs).map((one) => one.id)).toEqual(['a', 'b', 'd', 'c']);
  });
});

describe('byCode', () => {
  it('puts the candidates of a code together, the best first', () => {
    const right = { side: 'source:mes:1', system: 'mes', code: '1', label: 'Screw' };
    const codes = byCode([pair('a', { right, rank: 2 }), pair('x', { right: { ...right, side: 'source:mes:2', code: '2' } }), pair('b', { right, rank: 1 })]);
    expect(codes.map((code) => [code.code, code.candidates.map((one) => one.id)])).toEqual([['1', ['b', 'a']], ['2', ['x']]]);
  });
});

describe('percentOf', () => {
  it.each([[0.5, '50 %'], [0.031, '3.1 %'], [0.992, '99.2 %'], [0.99999, '>99.8 %'], [1, '100 %'], [0, '0 %']])('shows %d as %s', (probability, shown) => {
    expect(percentOf(probability)).toBe(shown);
  });
});
