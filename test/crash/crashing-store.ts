import { parseStateKey } from '../../src/store/state-key-parser.ts';
import type { StateEntry, StateStore, StateWrite } from '../../src/store/state-store.ts';
import type { CrashPoint } from './crash-points.ts';
import type { DoomedProcess } from './doomed-process.ts';

type WriteStep = 'folder' | 'commit' | 'log mark' | 'outbox drop';

/** A state whose writes fail at the named points; what was written before stays. */
export class CrashingStore implements StateStore {
  readonly #store: StateStore;
  readonly #process: DoomedProcess;

  constructor(store: StateStore, process: DoomedProcess) {
    this.#store = store;
    this.#process = process;
  }

  async get(key: Uint8Array): Promise<Uint8Array | null> {
    this.#process.check();
    return this.#store.get(key);
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
    this.#process.check();
    return this.#store.getMany(keys);
  }

  async *range(from: Uint8Array, to: Uint8Array): AsyncGenerator<StateEntry> {
    for await (const entry of this.#store.range(from, to)) {
      this.#process.check();
      yield entry;
    }
  }

  async write(batch: readonly StateWrite[]): Promise<void> {
    const step = stepOf(batch);
    const at = (what: 'before' | 'failed' | 'unacknowledged' | 'after'): CrashPoint => `${step}: ${what}`;
    this.#process.pass(at('before'));
    this.#process.fail(at('failed'));
    await this.#store.write(batch);
    this.#process.fail(at('unacknowledged'));
    this.#process.pass(at('after'));
  }

  /** The system takes back what a dead process held. */
  close(): Promise<void> {
    return this.#store.close();
  }
}

/** Which step of a run writes this, by the keys. */
function stepOf(batch: readonly StateWrite[]): WriteStep {
  const metas = batch.flatMap((write) => {
    if (write.kind !== 'put') return [];
    const { prefix, parts } = parseStateKey(write.key);
    return prefix === 'm' ? [String(parts[0])] : [];
  });
  if (metas.some((name) => name.endsWith('/scope'))) return 'commit';
  if (metas.includes('folder')) return 'folder';
  if (metas.includes('sink')) return 'log mark';
  return 'outbox drop';
}
