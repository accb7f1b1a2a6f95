/** What a snapshot gives for one window. */
export interface RowWindow<T> {
  offset: number;
  total: number;
  rows: T[];
}

export type FetchWindow<T> = (offset: number, limit: number) => Promise<RowWindow<T>>;

/** The API's limit for one window, and how many are kept: 100,000 rows would be 30 MB. */
export const windowSize = 200;
export const windowsKept = 5;

/**
 * The rows of one queue snapshot, by index, fetched in windows of 200 of which the five used last are kept.
 * Rows that changed here (a decision) are remembered by ID, so that they read the same when their window comes back.
 */
export class RowWindows<T extends { id: string }> {
  readonly #fetch: FetchWindow<T>;
  /** Windows by number, the one used last at the end. */
  readonly #loaded = new Map<number, T[]>();
  readonly #loading = new Set<number>();
  readonly #changed = new Map<string, T>();
  readonly #listeners = new Set<() => void>();
  #failure: unknown;
  #revision = 0;

  constructor(fetch: FetchWindow<T>) {
    this.#fetch = fetch;
  }

  /** The row at an index, undefined while its window is not here. */
  at(index: number): T | undefined {
    const row = this.#loaded.get(Math.floor(index / windowSize))?.[index % windowSize];
    return row && (this.#changed.get(row.id) ?? row);
  }

  /** Fetches the windows of the rows from first to last that are not here, and marks all of them as used. */
  ensure(first: number, last: number): void {
    for (let number = Math.floor(Math.max(first, 0) / windowSize); number <= Math.floor(last / windowSize); number++) {
      const rows = this.#loaded.get(number);
      if (rows) {
        this.#loaded.delete(number);
        this.#loaded.set(number, rows);
      } else if (!this.#loading.has(number) && this.#failure === undefined) {
        void this.#load(number);
      }
    }
  }

  /** Where a row stands, if its window is here; -1 otherwise. */
  indexOf(id: string): number {
    for (const [number, rows] of this.#loaded) {
      const index = rows.findIndex((row) => row.id === id);
      if (index >= 0) return number * windowSize + index;
    }
    return -1;
  }

  /** Puts a row in the place of the one with its ID. */
  replace(row: T): void {
    this.#changed.set(row.id, row);
    this.#tell();
  }

  /** Why the last window could not be fetched; nothing more is fetched until retry. */
  get failure(): unknown {
    return this.#failure;
  }

  retry(): void {
    this.#failure = undefined;
    this.#tell();
  }

  get windowCount(): number {
    return this.#loaded.size;
  }

  /** For useSyncExternalStore: changes with every change. */
  readonly revision = (): number => this.#revision;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #load(number: number): Promise<void> {
    this.#loading.add(number);
    try {
      const window = await this.#fetch(number * windowSize, windowSize);
      this.#loaded.set(number, window.rows);
      this.#evict();
    } catch (thrown) {
      this.#failure = thrown;
    } finally {
      this.#loading.delete(number);
    }
    this.#tell();
  }

  #evict(): void {
    for (const number of this.#loaded.keys()) {
      if (this.#loaded.size <= windowsKept) return;
      this.#loaded.delete(number);
    }
  }

  #tell(): void {
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }
}
