import { CELL, type Column } from '../telemetry/record-batch.ts';

const floats = new Float64Array(1);
const halves = new Int32Array(floats.buffer);

/**
 * Fingerprint over raw cells: 53 bits, equal in every process that uses the same dictionary seed. Two mentions with
 * equal fingerprints are taken to say the same (a chance collision has odds of 1 in 9 · 10¹⁵ a pair; the seed is drawn
 * per state folder, so nobody outside can aim at one).
 */
export class Fingerprint {
  #low = 0;
  #high = 0;

  reset(): void {
    this.#low = 0x9e3779b9 | 0;
    this.#high = 0x85ebca6b | 0;
  }

  number(value: number): void {
    if ((value | 0) === value) {
      this.#mix(value, 0x5bd1e995);
    } else {
      floats[0] = value;
      this.#mix(halves[0] as number, halves[1] as number);
    }
  }

  cell(column: Column, lists: Int32Array, row: number): void {
    const kind = column.kind[row] as number;
    if (kind === CELL.text) {
      this.number(column.dictionary.hash(column.code[row] as number));
    } else if (kind <= CELL.null) {
      this.#mix(0, 0x27d4eb2f);
    } else if (kind === CELL.list) {
      const start = column.code[row] as number;
      const length = column.aux[row] as number;
      this.#mix(length, kind);
      for (let i = 0; i < length; i++) this.number(column.dictionary.hash(lists[start + i] as number));
    } else {
      this.#mix(kind, column.aux[row] as number);
      this.number(column.num[row] as number);
    }
  }

  value(): number {
    let low = this.#low;
    let high = this.#high;
    low ^= high >>> 16;
    low = Math.imul(low, 0x85ebca6b);
    high ^= low >>> 13;
    high = Math.imul(high, 0xc2b2ae35);
    low ^= high >>> 16;
    return (high >>> 11) * 0x100000000 + (low >>> 0);
  }

  #mix(a: number, b: number): void {
    let low = Math.imul(this.#low ^ a, 0xcc9e2d51);
    low = (low << 15) | (low >>> 17);
    let high = Math.imul(this.#high ^ b ^ low, 0x1b873593);
    high = (high << 13) | (high >>> 19);
    this.#low = (Math.imul(low, 5) + 0x38b34ae5) | 0;
    this.#high = (high + this.#low) | 0;
  }
}
