import { describe, expect, it } from 'vitest';
import { ApiProblem, unreachable } from '../api/problem';
import type { DecisionItem, DecisionResult } from '../api/types';
import { Journal, type SendDecisions } from './journal';

const item = (id: string): DecisionItem => ({ client_id: `client-${id}`, id, version: 1, verb: 'keep_golden' });
const result = (id: string, more: Partial<DecisionResult> = {}): DecisionResult => ({
  client_id: `client-${id}`, id, status: 'decided', code: '', detail: '', change_request_id: `request-${id}`, request_state: 'in_review', apply_at: '', ...more,
});
const down = () => Promise.reject(new ApiProblem({ status: 0, code: unreachable }));
const refused = () => Promise.reject(new ApiProblem({ status: 422, code: 'body.invalid', detail: 'no' }));

/** A journal whose sendings get the answers in order, and what it sent. */
function journalOf(...answers: SendDecisions[]) {
  const sent: string[][] = [];
  const journal = new Journal((items) => {
    sent.push(items.map((one) => one.client_id));
    const answer = answers.shift();
    return answer ? answer(items) : Promise.reject(new Error('nobody asked for this'));
  });
  return { journal, sent };
}

const all: SendDecisions = (items) => Promise.resolve({ results: items.map((one) => result(one.id)) });

describe('Journal', () => {
  it('counts a decision before it is sent, and knows its change request afterwards', async () => {
    const { journal } = journalOf(all);
    const sending = journal.decide(item('a'), 'A', 1);
    expect(journal.of('a')?.state).toBe('sending');
    await sending;
    expect(journal.of('a')).toMatchObject({ state: 'decided', changeRequest: 'request-a' });
  });

  it('keeps what could not be sent, and sends it again under the same client_id', async () => {
    const { journal, sent } = journalOf(down, down, all);
    await journal.decide(item('a'), 'A', 1);
    await journal.decide(item('b'), 'B', 2);
    expect(journal.kept.map((entry) => entry.item.id)).toEqual(['a', 'b']);
    expect(journal.problem?.code).toBe(unreachable);
    await journal.retry();
    expect(sent).toEqual([['client-a'], ['client-b'], ['client-a', 'client-b']]);
    expect(journal.kept).toEqual([]);
    expect(journal.problem).toBeUndefined();
  });

  it('does not send again what the server refuses', async () => {
    const { journal, sent } = journalOf(refused);
    await journal.decide(item('a'), 'A', 1);
    await journal.retry();
    expect(journal.of('a')).toMatchObject({ state: 'refused', detail: 'no' });
    expect(sent).toHaveLength(1);
  });

  it('tells a conflict of one item apart from the success of another', async () => {
    const { journal } = journalOf(down, down, () => Promise.resolve({ results: [result('a'), result('b', { status: 'conflict', detail: 'moved', change_request_id: '' })] }));
    const heard: string[] = [];
    journal.onSettled((answer) => heard.push(`${answer.id} ${answer.status}`));
    await journal.decide(item('a'), 'A', 1);
    await journal.decide(item('b'), 'B', 2);
    await journal.retry();
    expect(heard).toEqual(['a decided', 'b conflict']);
    expect(journal.of('b')).toMatchObject({ state: 'conflict', detail: 'moved' });
  });

  it('keeps a decision the answer does not mention', async () => {
    const { journal } = journalOf(() => Promise.resolve({ results: [] }));
    await journal.decide(item('a'), 'A', 1);
    expect(journal.of('a')?.state).toBe('kept');
  });

  it('undoes the latest decision that made a request, and then the one before', async () => {
    const { journal } = journalOf(all, all, () => Promise.resolve({ results: [result('c', { change_request_id: '' })] }));
    for (const id of ['a', 'b', 'c']) await journal.decide(item(id), id, 1);
    expect(journal.undoable?.item.id).toBe('b');
    journal.forget('client-b');
    expect(journal.undoable?.item.id).toBe('a');
  });

  it('undoes an acceptance, which makes no request', async () => {
    const { journal } = journalOf(all, () => Promise.resolve({ results: [result('b', { change_request_id: '' })] }));
    await journal.decide(item('a'), 'a', 1);
    await journal.decide({ ...item('b'), verb: 'accept' }, 'b', 1);
    expect(journal.undoable?.item.id).toBe('b');
  });

  it('counts the decisions that stand since a moment', async () => {
    const { journal } = journalOf(all, all, refused);
    for (const [id, at] of [['a', 10], ['b', 20], ['c', 30]] as const) await journal.decide(item(id), id, at);
    expect(journal.countSince(10)).toBe(1);
    expect(journal.countSince(0)).toBe(2);
  });
});
