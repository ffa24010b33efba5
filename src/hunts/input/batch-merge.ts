import { earliestMs } from './earliest-time.ts';
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
  readonly #waiting = new Map<BatchSupply, { readonly read: ReadBatch; readonly earliestMs: number }>();
  readonly #ended = new Set<BatchSupply>();

  constructor(readers: readonly BatchSupply[]) {
    this.#readers = [...readers].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async next(): Promise<SourcedBatch | undefined> {
    let first: { readonly reader: BatchSupply; readonly read: ReadBatch; readonly earliestMs: number } | undefined;
    for (const reader of this.#readers) {
      if (this.#ended.has(reader)) continue;
      let waiting = this.#waiting.get(reader);
      if (waiting === undefined) {
        const read = await reader.next();
        if (read === undefined) {
          this.#ended.add(reader);
          continue;
        }
        // Told once: the batch stays as it is until the next one is asked for.
        waiting = { read, earliestMs: earliestMs(read.batch) };
        this.#waiting.set(reader, waiting);
      }
      if (first === undefined || waiting.earliestMs < first.earliestMs) first = { reader, ...waiting };
    }
    if (first === undefined) return undefined;
    this.#waiting.delete(first.reader);
    return { source: first.reader.name, ...first.read };
  }
}
