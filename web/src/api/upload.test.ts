import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from './client';
import { telling } from './upload';

/** A browser's request that ends as its sending says. */
class FakeRequest {
  static ending: (request: FakeRequest) => void = () => undefined;
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  sent: unknown;
  headers: Record<string, string> = {};
  constructor() { FakeRequest.last = this; }
  open() { return undefined; }
  setRequestHeader(name: string, value: string) { this.headers[name.toLowerCase()] = value; }
  getAllResponseHeaders() { return 'content-type: application/problem+json\r\nx-trace-id: t9\r\n'; }
  abort() { this.onabort?.(); }
  send(body: unknown) {
    this.sent = body;
    FakeRequest.ending(this);
  }
}

function ends(ending: (request: FakeRequest) => void) {
  FakeRequest.ending = ending;
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
}
afterEach(() => vi.unstubAllGlobals());

const file = new Blob([new Uint8Array([0x50, 0x4b, 0xff, 0x00])]);
const failure = (call: Promise<unknown>) => call.then(() => undefined, (thrown: unknown) => thrown);

describe('an upload', () => {
  it('sends the bytes of the file as they are, and tells how much has gone', async () => {
    const told: number[] = [];
    ends((request) => {
      request.upload.onprogress?.({ loaded: 1, total: 4 });
      request.status = 201;
      request.responseText = '{"id":"i1"}';
      request.onload?.();
    });
    const answer = await new Client().post('/imports', { body: file, contentType: 'application/octet-stream', via: telling((part) => told.push(part)) });
    expect(answer).toEqual({ id: 'i1' });
    expect(told).toEqual([0.25]);
    expect(FakeRequest.last.sent).toBe(file);
    expect(FakeRequest.last.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'x-crosswalk-request': '1' });
  });

  it('tells the problem the server tells, with its trace', async () => {
    ends((request) => {
      request.status = 422;
      request.responseText = '{"code":"import.invalid","detail":"the workbook is protected by a password"}';
      request.onload?.();
    });
    expect(await failure(new Client().post('/imports', { body: file, via: telling(() => undefined) }))).toMatchObject({
      status: 422, code: 'import.invalid', detail: 'the workbook is protected by a password', traceId: 't9',
    });
  });

  it('is a call that nobody answered when the line breaks', async () => {
    ends((request) => request.onerror?.());
    expect(await failure(new Client().post('/imports', { body: file, via: telling(() => undefined) }))).toMatchObject({ status: 0, passing: true });
  });

  it('ends at once when it is given up, and is no failure then', async () => {
    const stop = new AbortController();
    ends(() => stop.abort());
    expect(await failure(new Client().post('/imports', { body: file, via: telling(() => undefined), signal: stop.signal }))).toMatchObject({ name: 'AbortError' });
  });
});
