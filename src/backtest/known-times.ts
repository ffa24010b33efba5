import type { RecordBatch } from '../telemetry/record-batch.ts';

/** Batches that are remembered: an alert leaves soon after the record that completes it. */
const BATCHES = 64;
/** Small ones (of small files, of records far apart) count as one up to so many records. */
const RECORDS_A_BATCH = 512;

/** When the records of one batch became known. */
export interface KnownBatch {
  /** Counts the batches, from 0. */
  readonly number: number;
  /** Beginnings of its records, ms. */
  readonly first: Float64Array;
  /** The clock with each of them, ms. */
  readonly known: Float64Array;
}

/** With when its records begin: most batches are passed over by that. */
interface RememberedBatch extends KnownBatch {
  readonly leastMs: number;
  readonly greatestMs: number;
}

/**
 * When the records of the last batches became known: the greatest end of a record up to and with each of them, which is
 * where the clock of a live run would have stood.
 */
export class KnownTimes {
  readonly #batches: RememberedBatch[] = [];
  #clock = -Infinity;
  #next = 0;

  add({ size, firstMs, lastMs }: RecordBatch, outside?: Uint8Array): KnownBatch {
    const known = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      if (outside?.[row] !== 1) this.#clock = Math.max(this.#clock, lastMs[row] as number);
      known[row] = this.#clock;
    }
    const last = this.#batches.at(-1);
    if (last !== undefined && last.first.length + size <= RECORDS_A_BATCH) {
      const batch = {
        number: last.number,
        first: joined(last.first, firstMs.subarray(0, size)),
        known: joined(last.known, known),
      };
      this.#batches[this.#batches.length - 1] = remembered(batch);
      return batch;
    }
    const batch = { number: this.#next++, first: firstMs.slice(0, size), known };
    this.#push(batch);
    return batch;
  }

  /** Where a batch, as it is by now, is kept by whoever keeps them: the place of one that is not remembered any more. */
  static slotOf({ number }: KnownBatch): number {
    return number % BATCHES;
  }

  /** As if these were the last batches; in any order. */
  restore(batches: readonly KnownBatch[]): void {
    for (const batch of [...batches].sort((a, b) => a.number - b.number)) {
      this.#push(batch);
      this.#next = batch.number + 1;
      this.#clock = Math.max(this.#clock, batch.known.at(-1) ?? -Infinity);
    }
  }

  /** When the first of the records that begin in this millisecond became known, ms; undefined where none is remembered. */
  of(beginsMs: number): number | undefined {
    for (const { first, known, leastMs, greatestMs } of this.#batches) {
      if (beginsMs < leastMs || beginsMs > greatestMs) continue;
      const row = first.indexOf(beginsMs);
      if (row >= 0) return known[row];
    }
    return undefined;
  }

  #push(batch: KnownBatch): void {
    this.#batches.push(remembered(batch));
    if (this.#batches.length > BATCHES) this.#batches.shift();
  }
}

function remembered(batch: KnownBatch): RememberedBatch {
  let [leastMs, greatestMs] = [Infinity, -Infinity];
  for (const ms of batch.first) {
    if (ms < leastMs) leastMs = ms;
    if (ms > greatestMs) greatestMs = ms;
  }
  return { ...batch, leastMs, greatestMs };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
