import type { ApiProblem } from '../api/problem';
import { asProblem } from '../api/problem';
import type { DecisionItem, DecisionResult } from '../api/types';

/** What is decided, under an ID the client made: sending it twice decides it once. */
export interface Sendable {
  client_id: string;
  /** Of what the decision is about. */
  id: string;
  verb?: string;
}

/** What the server made of it. */
export type Settled = Pick<DecisionResult, 'client_id' | 'status' | 'detail' | 'change_request_id' | 'request_state' | 'apply_at'>;

export type EntryState = 'sending' | 'kept' | 'decided' | 'conflict' | 'refused';

/** One decision made in this tab and what became of it. */
export interface JournalEntry<Item extends Sendable = DecisionItem, Result extends Settled = DecisionResult> {
  item: Item;
  /** The server's answer, once it has come. */
  result?: Result;
  label: string;
  state: EntryState;
  /** The server's sentence on a conflict or a refusal. */
  detail: string;
  changeRequest: string;
  /** The request's state, and until when it can be undone where nobody else needs to approve; both empty until it is known. */
  requestState: string;
  applyAt: string;
  /** When it was made, in milliseconds. */
  at: number;
}

export type SendDecisions<Item = DecisionItem, Result = DecisionResult> = (items: Item[]) => Promise<{ results: Result[] }>;

/**
 * The decisions of this tab. A decision counts at once for the person; the write goes out behind it. What could not be sent
 * is kept and sent again under the same client_id, so that none is lost and none counts twice.
 */
export class Journal<Item extends Sendable = DecisionItem, Result extends Settled = DecisionResult> {
  readonly #send: SendDecisions<Item, Result>;
  readonly #settled = new Set<(result: Result, entry: JournalEntry<Item, Result>) => void>();
  readonly #listeners = new Set<() => void>();
  #entries: readonly JournalEntry<Item, Result>[] = [];
  #problem: ApiProblem | undefined;

  constructor(send: SendDecisions<Item, Result>) {
    this.#send = send;
  }

  /** For useSyncExternalStore: a new list with every change. */
  readonly entries = (): readonly JournalEntry<Item, Result>[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls back with the server's answer to each decision; returns how to stop that. */
  onSettled(listener: (result: Result, entry: JournalEntry<Item, Result>) => void): () => void {
    this.#settled.add(listener);
    return () => this.#settled.delete(listener);
  }

  /** Why decisions are kept, while any is. */
  get problem(): ApiProblem | undefined {
    return this.#problem;
  }

  get kept(): JournalEntry<Item, Result>[] {
    return this.#entries.filter((entry) => entry.state === 'kept');
  }

  /** The latest decision on a discrepancy. */
  of(id: string): JournalEntry<Item, Result> | undefined {
    return this.#entries.findLast((entry) => entry.item.id === id);
  }

  /** How many decisions since a moment stand, so far as is known: a list of that time has so many rows less to decide. */
  countSince(moment: number): number {
    return this.#entries.filter((entry) => entry.at > moment && entry.state !== 'conflict' && entry.state !== 'refused').length;
  }

  /** The latest decision that can be undone: one that made a change request, or let a difference stay. */
  get undoable(): JournalEntry<Item, Result> | undefined {
    return this.#entries.findLast((entry) => entry.state === 'decided' && (entry.changeRequest !== '' || entry.item.verb === 'accept'));
  }

  /** Takes a decision and sends it. */
  async decide(item: Item, label: string, at: number): Promise<void> {
    this.#put({ item, label, state: 'sending', detail: '', changeRequest: '', requestState: '', applyAt: '', at });
    await this.#deliver([item]);
  }

  /** Sends what was kept. */
  async retry(): Promise<void> {
    const items = this.kept.map((entry) => entry.item);
    for (const item of items) this.#change(item.client_id, { state: 'sending' });
    if (items.length > 0) await this.#deliver(items);
  }

  /** Forgets a decision that was undone, or one that the person gives up. */
  forget(clientId: string): void {
    this.#entries = this.#entries.filter((entry) => entry.item.client_id !== clientId);
    this.#tell();
  }

  async #deliver(items: Item[]): Promise<void> {
    try {
      const { results } = await this.#send(items);
      this.#problem = undefined;
      for (const item of items) this.#settle(item, results.find((result) => result.client_id === item.client_id));
    } catch (thrown) {
      this.#failed(items, asProblem(thrown));
    }
    this.#tell();
  }

  #settle(item: Item, result: Result | undefined): void {
    if (!result) {
      this.#change(item.client_id, { state: 'kept' });
      return;
    }
    const entry = this.#change(item.client_id, {
      state: result.status, detail: result.detail, changeRequest: result.change_request_id, requestState: result.request_state, applyAt: result.apply_at, result,
    });
    if (entry) for (const listener of this.#settled) listener(result, entry);
  }

  /** What may pass is kept; what the server refuses as a whole will not get better by sending it again. */
  #failed(items: Item[], problem: ApiProblem): void {
    const kept = problem.passing || problem.status === 401 || problem.status >= 500;
    this.#problem = kept ? problem : undefined;
    for (const item of items) {
      this.#change(item.client_id, { state: kept ? 'kept' : 'refused', detail: problem.detail });
    }
  }

  #put(entry: JournalEntry<Item, Result>): void {
    this.#entries = [...this.#entries, entry];
    this.#tell();
  }

  #change(clientId: string, change: Partial<JournalEntry<Item, Result>>): JournalEntry<Item, Result> | undefined {
    let changed: JournalEntry<Item, Result> | undefined;
    this.#entries = this.#entries.map((entry) => (entry.item.client_id === clientId ? (changed = { ...entry, ...change }) : entry));
    return changed;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
