import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import type { StateStore, StateWrite } from '../../src/store/state-store.ts';

/** A state in which one write fails, as when the process dies in it, or the disk is full for a moment. */
export class DyingStore implements StateStore {
  readonly #store = new MemoryStateStore();
  writes = 0;
  /** Number of the write that fails, from 1. */
  failing = 0;

  get = this.#store.get.bind(this.#store);
  getMany = this.#store.getMany.bind(this.#store);
  range = this.#store.range.bind(this.#store);
  close = (): Promise<void> => Promise.resolve();

  async write(batch: readonly StateWrite[]): Promise<void> {
    this.writes++;
    if (this.writes === this.failing) throw new Error('died');
    await this.#store.write(batch);
  }
}
