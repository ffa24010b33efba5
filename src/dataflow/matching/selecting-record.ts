import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { Witness } from '../operators/support.ts';

/**
 * The record at which matching stands. What GETs keep of it is made once, where one of them keeps it, and is the same for all:
 * hundreds may select an entity by the same record. A record id may cost reading the record again.
 */
export class SelectingRecord {
  #batch: RecordBatch | undefined;
  #source = '';
  #row = 0;
  #first: Instant | undefined;
  #last: Instant | undefined;
  #witness: Witness | undefined;

  /** `source`: name of the batch's source. */
  moveTo(batch: RecordBatch, row: number, source: string): void {
    this.#batch = batch;
    this.#source = source;
    this.#row = row;
    this.#first = undefined;
    this.#last = undefined;
    this.#witness = undefined;
  }

  get first(): Instant {
    const { firstMs, firstNs } = this.#batch as RecordBatch;
    return (this.#first ??= { ms: firstMs[this.#row] as number, ns: firstNs[this.#row] as number });
  }

  /** Most records are moments: then this is `first` itself. */
  get last(): Instant {
    if (this.#last !== undefined) return this.#last;
    const { lastMs, lastNs } = this.#batch as RecordBatch;
    const last = { ms: lastMs[this.#row] as number, ns: lastNs[this.#row] as number };
    return (this.#last = compareInstants(this.first, last) === 0 ? this.first : last);
  }

  get witness(): Witness {
    if (this.#witness !== undefined) return this.#witness;
    const batch = this.#batch as RecordBatch;
    const { place, offset } = batch.locator(this.#row);
    const recordId = batch.recordId(this.#row);
    return (this.#witness = { first: this.first, recordId, source: this.#source, place, offset });
  }
}
