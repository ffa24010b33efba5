import type { RecordBatch } from '../telemetry/record-batch.ts';

/** Batches that are remembered: an alert leaves soon after the record that completes it. */
const BATCHES = 64;

/**
 * When the records of the last batches became known: the greatest end of a record up to and with each of them, which is
 * where the clock of a live run would have stood.
 */
export class KnownTimes {
  readonly #batches: { readonly first: Float64Array; readonly known: Float64Array }[] = [];
  #clock = -Infinity;

  add({ size, firstMs, lastMs }: RecordBatch, outside?: Uint8Array): void {
    const known = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      if (outside?.[row] !== 1) this.#clock = Math.max(this.#clock, lastMs[row] as number);
      known[row] = this.#clock;
    }
    this.#batches.push({ first: firstMs.slice(0, size), known });
    if (this.#batches.length > BATCHES) this.#batches.shift();
  }

  /** When the first of the records that begin in this millisecond became known, ms; undefined where none is remembered. */
  of(beginsMs: number): number | undefined {
    for (const { first, known } of this.#batches) {
      const row = first.indexOf(beginsMs);
      if (row >= 0) return known[row];
    }
    return undefined;
  }
}
