import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ChangeEvent } from './types';

/** What is to be asked again after each kind of change. The queue a person works through is a snapshot: its rows do not jump. */
const stale: Record<ChangeEvent['kind'], QueryKey[]> = {
  run: [['runs'], ['plans']],
  queue: [['discrepancy']],
  request: [['requests']],
  delivery: [['deliveries'], ['worklist']],
  records: [['records'], ['mappings']],
  configuration: [['systems'], ['plants'], ['plans']],
  record_request: [['record-requests']],
};

/** The keys to ask again after a change; nothing for a kind this page does not know yet. */
export function keysOf(event: Pick<ChangeEvent, 'kind'>): QueryKey[] {
  return stale[event.kind] ?? [];
}

/** Reads the data of an event; what is none is not taken for one. */
export function readEvent(data: string): ChangeEvent | undefined {
  try {
    const read: unknown = JSON.parse(data);
    return typeof read === 'object' && read !== null && 'kind' in read ? (read as ChangeEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** How long changes are gathered before anything is asked again: a run tells of much at once. */
const gatherMillis = 300;

/** Gathers keys and has each asked again once. */
export class Gatherer {
  private readonly waiting = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ask: (key: QueryKey) => void;

  constructor(ask: (key: QueryKey) => void) {
    this.ask = ask;
  }

  add(keys: QueryKey[]): void {
    for (const key of keys) this.waiting.set(JSON.stringify(key), key);
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => this.flush(), gatherMillis);
  }

  close(): void {
    clearTimeout(this.timer);
    this.waiting.clear();
  }

  private flush(): void {
    this.timer = undefined;
    const keys = [...this.waiting.values()];
    this.waiting.clear();
    keys.forEach(this.ask);
  }
}

/** Listens while the page is open, and has what changed asked again. The browser comes back by itself after a lost connection. */
export function listen(queries: QueryClient, open: (path: string) => EventSource): () => void {
  const gatherer = new Gatherer((queryKey) => void queries.invalidateQueries({ queryKey }));
  const source = open('/api/v1/events');
  source.addEventListener('change', (message) => {
    const event = readEvent((message as MessageEvent<string>).data);
    if (event) gatherer.add(keysOf(event));
  });
  source.addEventListener('reset', () => gatherer.add(Object.values(stale).flat()));
  return () => {
    source.close();
    gatherer.close();
  };
}

/** Keeps what a signed-in person sees up to date. */
export function useEvents(): void {
  const queries = useQueryClient();
  useEffect(() => listen(queries, (path) => new EventSource(path)), [queries]);
}
