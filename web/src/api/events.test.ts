import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gatherer, keysOf, listen, readEvent } from './events';

/** An event source in the test's hands. */
class Told extends EventTarget {
  closed = false;
  close(): void {
    this.closed = true;
  }
  tell(type: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: typeof data === 'string' ? data : JSON.stringify(data) }));
  }
}

describe('events', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks again what a change made stale, once for many changes', () => {
    const queries = new QueryClient();
    const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue();
    const told = new Told();
    const stop = listen(queries, () => told as unknown as EventSource);
    for (let i = 0; i < 50; i++) told.tell('change', { kind: 'run', subject: String(i) });
    told.tell('change', { kind: 'delivery' });
    told.tell('change', 'no JSON');
    told.tell('change', { kind: 'something later' });
    expect(asked).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(asked.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([['runs'], ['plans'], ['deliveries'], ['worklist']]);
    stop();
    expect(told.closed).toBe(true);
  });

  it('asks everything again after events were missed', () => {
    const queries = new QueryClient();
    const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue();
    const told = new Told();
    listen(queries, () => told as unknown as EventSource);
    told.tell('reset', {});
    vi.advanceTimersByTime(1000);
    expect(asked.mock.calls.length).toBeGreaterThan(8);
  });

  it('asks nothing once the page is left', () => {
    const asked: unknown[] = [];
    const gatherer = new Gatherer((key) => asked.push(key));
    gatherer.add([['runs']]);
    gatherer.close();
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual([]);
  });

  it('takes nothing for an event that is none', () => {
    expect(readEvent('1')).toBeUndefined();
    expect(readEvent('{')).toBeUndefined();
    expect(readEvent('{"kind":"queue"}')?.kind).toBe('queue');
    expect(keysOf({ kind: 'unheard of' as 'run' })).toEqual([]);
  });
});
