import { BATCH_CAPACITY, CELL, type Column } from './record-batch.ts';
import type { TextDictionary } from './text-dictionary.ts';

/** A column that a decoder fills. Cells not written since `clear` are missing. */
export class BatchColumn implements Column {
  readonly path: string;
  readonly dictionary: TextDictionary;
  readonly kind = new Uint8Array(BATCH_CAPACITY);
  readonly code: Int32Array;
  readonly num = new Float64Array(BATCH_CAPACITY);
  readonly aux = new Int32Array(BATCH_CAPACITY);

  /** `code` may be given so that the batch's own array (its hosts) can be read as a column. */
  constructor(path: string, dictionary: TextDictionary, code: Int32Array = new Int32Array(BATCH_CAPACITY)) {
    this.path = path;
    this.dictionary = dictionary;
    this.code = code;
  }

  clear(): void {
    this.kind.fill(CELL.missing);
  }

  setNull(row: number): void {
    this.kind[row] = CELL.null;
  }

  setBoolean(row: number, value: boolean): void {
    this.kind[row] = value ? CELL.true : CELL.false;
  }

  setText(row: number, text: string): void {
    this.setCode(row, this.dictionary.code(text));
  }

  setCode(row: number, code: number): void {
    this.kind[row] = CELL.text;
    this.code[row] = code;
  }

  /** An integer beyond 2^53 has lost digits already: give its text to `setText` instead. */
  setNumber(row: number, value: number): void {
    this.kind[row] = CELL.number;
    this.num[row] = value;
  }

  setTime(row: number, ms: number, ns: number): void {
    this.kind[row] = CELL.time;
    this.num[row] = ms;
    this.aux[row] = ns;
  }

  /** The members lie in the batch's `lists` from `start` on. */
  setList(row: number, start: number, length: number): void {
    this.kind[row] = CELL.list;
    this.code[row] = start;
    this.aux[row] = length;
  }
}
