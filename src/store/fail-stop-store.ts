import type { StateEntry, StateStore, StateWrite } from './state-store.ts';

/**
 * A state to which nothing is written any more once a write has failed. Whether such a write took place is not known: what
 * is written behind it could contradict it, or write over it. The next process reads what there is.
 */
export class FailStopStore implements StateStore {
  readonly #store: StateStore;
  #failed: { readonly error: unknown } | undefined;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(key: Uint8Array): Promise<Uint8Array | null> {
    return this.#store.get(key);
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
    return this.#store.getMany(keys);
  }

  range(from: Uint8Array, to: Uint8Array): AsyncIterable<StateEntry> {
    return this.#store.range(from, to);
  }

  /** Rejects with the error of the first write that failed. */
  async write(batch: readonly StateWrite[]): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed.error;
    try {
      await this.#store.write(batch);
    } catch (error) {
      this.#failed = { error };
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
