import { StateError } from '../errors/windhover-error.ts';
import type { StateEntry, StateStore, StateWrite } from './state-store.ts';

/**
 * A state store that lives as long as the process: for runs without a state folder, and for tests.
 * Keys are held as texts with one character per byte, whose order is the order of the bytes.
 */
export class MemoryStateStore implements StateStore {
  readonly #values = new Map<string, Uint8Array>();
  /** Sorted; holds every key of `#values` but those in `#added`, and may hold keys deleted since. */
  #sorted: string[] = [];
  #added: string[] = [];
  #closed = false;

  async get(key: Uint8Array): Promise<Uint8Array | null> {
    this.#assertOpen();
    return this.#copyOf(textOf(key));
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
    this.#assertOpen();
    return keys.map((key) => this.#copyOf(textOf(key)));
  }

  async *range(from: Uint8Array, to: Uint8Array): AsyncGenerator<StateEntry> {
    this.#assertOpen();
    const entries = this.#keysBetween(textOf(from), textOf(to)).map((key) => ({
      key: bytesOf(key),
      value: this.#copyOf(key)!,
    }));
    for (const entry of entries) {
      this.#assertOpen();
      yield entry;
    }
  }

  async write(batch: readonly StateWrite[]): Promise<void> {
    this.#assertOpen();
    for (const write of batch) {
      if (write.kind === 'put') this.#put(textOf(write.key), write.value.slice());
      else if (write.kind === 'delete') this.#values.delete(textOf(write.key));
      else for (const key of this.#keysBetween(textOf(write.from), textOf(write.to))) this.#values.delete(key);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#values.clear();
    this.#sorted = [];
    this.#added = [];
  }

  #put(key: string, value: Uint8Array): void {
    if (!this.#values.has(key)) this.#added.push(key);
    this.#values.set(key, value);
  }

  #copyOf(key: string): Uint8Array | null {
    return this.#values.get(key)?.slice() ?? null;
  }

  #keysBetween(from: string, to: string): string[] {
    this.#sort();
    const keys: string[] = [];
    for (let i = firstNotBelow(this.#sorted, from); i < this.#sorted.length && this.#sorted[i]! < to; i++) {
      if (this.#values.has(this.#sorted[i]!)) keys.push(this.#sorted[i]!);
    }
    return keys;
  }

  /** Takes the keys written since the last range into the sorted ones, and drops those deleted. */
  #sort(): void {
    if (this.#added.length === 0) return;
    const added = this.#added.sort();
    const merged: string[] = [];
    let i = 0;
    const take = (key: string) => {
      if (key !== merged.at(-1) && this.#values.has(key)) merged.push(key);
    };
    for (const key of this.#sorted) {
      while (i < added.length && added[i]! <= key) take(added[i++]!);
      take(key);
    }
    while (i < added.length) take(added[i++]!);
    this.#sorted = merged;
    this.#added = [];
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}

/** What every adapter answers after `close`. */
export function closedError(): StateError {
  return new StateError('state-closed', 'The state store is closed.', {
    hint: 'Open the state again; a closed store takes no more calls.',
  });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function firstNotBelow(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
