import { describe, expect, it } from 'vitest';
import { RowWindows, windowSize, windowsKept } from './windows';

interface Row { id: string; state?: string }

/** A queue of many rows that notes what was asked of it; flush waits until all answers have arrived. */
function queue(total = 5000) {
  const asked: number[] = [];
  const windows = new RowWindows<Row>((offset, limit) => {
    asked.push(offset);
    return Promise.resolve({ offset, total, rows: Array.from({ length: Math.min(limit, total - offset) }, (_, i) => ({ id: `r${offset + i}` })) });
  });
  return { windows, asked, flush: () => new Promise((done) => setImmediate(done)) };
}

describe('RowWindows', () => {
  it('fetches the windows of the rows that are looked at, each once', async () => {
    const { windows, asked, flush } = queue();
    windows.ensure(190, 210);
    windows.ensure(190, 210);
    await flush();
    expect(asked).toEqual([0, windowSize]);
    expect(windows.at(205)).toEqual({ id: 'r205' });
    expect(windows.at(450)).toBeUndefined();
    expect(windows.indexOf('r205')).toBe(205);
  });

  it('keeps the windows used last and fetches a dropped one again', async () => {
    const { windows, asked, flush } = queue();
    for (let number = 0; number <= windowsKept; number++) {
      windows.ensure(number * windowSize, number * windowSize);
      await flush();
    }
    expect(windows.windowCount).toBe(windowsKept);
    expect(windows.at(0)).toBeUndefined();
    windows.ensure(0, 0);
    await flush();
    expect(asked.filter((offset) => offset === 0)).toHaveLength(2);
  });

  it('remembers what was decided on a row over the loss of its window', async () => {
    const { windows, flush } = queue();
    windows.ensure(0, 0);
    await flush();
    windows.replace({ id: 'r3', state: 'change_requested' });
    for (let number = 1; number <= windowsKept; number++) windows.ensure(number * windowSize, number * windowSize);
    await flush();
    windows.ensure(0, 0);
    await flush();
    expect(windows.at(3)).toEqual({ id: 'r3', state: 'change_requested' });
  });

  it('stops at a failure, says so, and goes on after retry', async () => {
    let fail = true;
    const windows = new RowWindows<Row>((offset) =>
      fail ? Promise.reject(new Error('away')) : Promise.resolve({ offset, total: 1, rows: [{ id: 'r0' }] }));
    const flush = () => new Promise((done) => setImmediate(done));
    windows.ensure(0, 0);
    await flush();
    expect(windows.failure).toBeInstanceOf(Error);
    fail = false;
    windows.ensure(0, 0);
    await flush();
    expect(windows.at(0)).toBeUndefined();
    windows.retry();
    windows.ensure(0, 0);
    await flush();
    expect(windows.at(0)).toEqual({ id: 'r0' });
  });
});
