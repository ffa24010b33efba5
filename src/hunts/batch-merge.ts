import type { BatchSupply, ReadBatch } from './source-reader.ts';

export interface SourcedBatch extends ReadBatch {
  readonly source: string;
}

/**
 * Several sources of one scope, batch by batch by earliest event time, then name (decision 13): deterministic, whatever
 * the speed of the sources. A batch without records (counts only) goes first.
 */
export class BatchMerge {
  readonly #readers: readonly BatchSupply[];
  readonly #waiting = new Map<BatchSupply, ReadBatch>();
  readonly #ended = new Set<BatchSupply>();

  constructor(readers: readonly BatchSupply[]) {
    this.#readers = [...readers].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async next(): Promise<SourcedBatch | undefined> {
    let first: BatchSupply | undefined;
    for (const reader of this.#readers) {
      if (this.#ended.has(reader)) continue;
      if (!this.#waiting.has(reader)) {
        const read = await reader.next();
        if (read === undefined) {
          this.#ended.add(reader);
          continue;
        }
        this.#waiting.set(reader, read);
      }
      if (first === undefined || this.#time(reader) < this.#time(first)) first = reader;
    }
    if (first === undefined) return undefined;
    const read = this.#waiting.get(first) as ReadBatch;
    this.#waiting.delete(first);
    return { source: first.name, ...read };
  }

  #time(reader: BatchSupply): number {
    const { batch } = this.#waiting.get(reader) as ReadBatch;
    let least = batch.size === 0 ? -Infinity : Infinity;
    for (let row = 0; row < batch.size; row++) least = Math.min(least, batch.firstMs[row] as number);
    return least;
  }
}
