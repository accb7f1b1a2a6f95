import { describe, expect, it } from 'vitest';
import { Client, search } from './client';
import { ApiProblem, unexpectedAnswer, unreachable } from './problem';

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ status, code, detail: 'a sentence', trace_id: 't1' }), { status, headers: { 'Content-Type': 'application/problem+json' } });
const answer = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });

/** A client whose calls get the answers in order, and what it sent. */
function client(answers: (Response | Error)[], signInAgain?: () => Promise<boolean>) {
  const sent: RequestInit[] = [];
  const fetch = ((_: RequestInfo, init: RequestInit) => {
    sent.push(init);
    const next = answers.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next as Response);
  }) as unknown as typeof globalThis.fetch;
  return { client: new Client({ fetch, ...(signInAgain ? { signInAgain } : {}) }), sent };
}

const failure = (call: Promise<unknown>) => call.then(() => undefined, (thrown: unknown) => thrown as ApiProblem);

describe('Client', () => {
  it('marks only changes as coming from the workbench, and sends the version that was looked at', async () => {
    const { client: c, sent } = client([answer({}), answer({})]);
    await c.get('/me');
    await c.put('/change-requests/1/approval', { version: 7, body: {} });
    expect(sent[0]?.headers).not.toHaveProperty('X-Crosswalk-Request');
    expect(sent[1]?.headers).toMatchObject({ 'X-Crosswalk-Request': '1', 'If-Match': '"7"', 'Content-Type': 'application/json' });
  });

  it('tells the problem the server tells', async () => {
    const { client: c } = client([problem(409, 'change_request.stale_version')]);
    const thrown = await failure(c.get('/x'));
    expect(thrown).toMatchObject({ status: 409, code: 'change_request.stale_version', detail: 'a sentence', traceId: 't1', stale: true, passing: false });
  });

  it('makes a problem of a page for people and of silence', async () => {
    const page = new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } });
    expect(await failure(client([page]).client.get('/x'))).toMatchObject({ code: unexpectedAnswer, passing: true });
    expect(await failure(client([new Error('down')]).client.get('/x'))).toMatchObject({ code: unreachable, status: 0, passing: true });
  });

  it('repeats a call after the user has signed in again, and only then', async () => {
    const again = client([problem(401, 'session.required'), answer({ ok: true })], () => Promise.resolve(true));
    expect(await again.client.get('/x')).toEqual({ ok: true });
    const refused = client([problem(401, 'session.required')], () => Promise.resolve(false));
    expect(await failure(refused.client.get('/x'))).toMatchObject({ status: 401 });
    expect(refused.sent).toHaveLength(1);
  });
});

describe('search', () => {
  it('leaves out what is empty and escapes the rest', () => {
    expect(search({ text: 'a b&c', after: '', limit: undefined, offset: 0 })).toBe('?text=a+b%26c&offset=0');
    expect(search()).toBe('');
  });
});
