import { CELL, type Column, type Slot } from '../telemetry/record-batch.ts';

/** Integers a cell contributes to a key: kind and code (or low bits), high bits, nanoseconds. */
const INTS = 3;
const LEAST_CODES = 1024;
const LEAST_ENTRIES = 256;
const floats = new Float64Array(1);
const halves = new Int32Array(floats.buffer);

/**
 * From the cells that decide an identity to the entity's handle, for one slot of a format: integer compares only.
 * Keyed on dictionary codes, hence emptied whenever a dictionary is, and when handles are given back.
 */
export class IdentityTable {
  readonly #columns: readonly Column[];
  readonly #width: number;
  /** Single text column: code → handle. */
  #byCode = new Int32Array(LEAST_CODES);
  /** The greatest code in it. */
  #greatest = 0;
  #entries: Int32Array<ArrayBuffer>;
  #mask = LEAST_ENTRIES - 1;
  #used = 0;
  #epoch = -1;
  readonly #key: Int32Array;

  constructor(slot: Slot) {
    this.#columns = slot.identity;
    this.#width = this.#columns.length * INTS;
    this.#key = new Int32Array(this.#width);
    this.#entries = new Int32Array((this.#width + 1) * LEAST_ENTRIES);
  }

  /** To be called at the start of a batch; `releases` counts how often the graph gave handles back. */
  begin(releases: number): void {
    let epoch = releases;
    for (const column of this.#columns) epoch += column.dictionary.epoch;
    if (epoch !== this.#epoch) {
      this.#clear();
      this.#epoch = epoch;
    }
  }

  /** Handle of the entity in `row`, or 0 where its cells have not been seen; then call `set`. */
  get(row: number): number {
    const only = this.#columns[0] as Column;
    if (this.#columns.length === 1 && only.kind[row] === CELL.text) return this.#byCode[only.code[row] as number] ?? 0;
    const at = this.#locate(row);
    return this.#entries[at + this.#width] as number;
  }

  set(row: number, handle: number): void {
    const only = this.#columns[0] as Column;
    if (this.#columns.length === 1 && only.kind[row] === CELL.text) {
      const code = only.code[row] as number;
      if (code >= this.#byCode.length) {
        const grown = new Int32Array(Math.max(code + 1, this.#byCode.length * 2));
        grown.set(this.#byCode);
        this.#byCode = grown;
      }
      this.#byCode[code] = handle;
      if (code > this.#greatest) this.#greatest = code;
      return;
    }
    if (this.#used * 2 > this.#mask) this.#grow();
    const at = this.#locate(row);
    this.#entries.set(this.#key, at);
    if (this.#entries[at + this.#width] === 0) this.#used++;
    this.#entries[at + this.#width] = handle;
  }

  /** Index of the entry with the cells of `row`, or of the empty one where it would go. Fills `#key`. */
  #locate(row: number): number {
    const key = this.#key;
    for (let c = 0, k = 0; c < this.#columns.length; c++, k += INTS) {
      const column = this.#columns[c] as Column;
      const kind = column.kind[row] as number;
      if (kind === CELL.number || kind === CELL.time) {
        floats[0] = column.num[row] as number;
        key[k] = (halves[0] as number) ^ kind;
        key[k + 1] = halves[1] as number;
        key[k + 2] = kind === CELL.time ? (column.aux[row] as number) + 1 : 0;
      } else {
        key[k] = kind === CELL.text ? (column.code[row] as number) : 0;
        key[k + 1] = kind;
        key[k + 2] = -1;
      }
    }
    return this.#probe(key, 0);
  }

  #probe(source: Int32Array, offset: number): number {
    let hash = 0x811c9dc5;
    for (let k = 0; k < this.#width; k++)
      hash = Math.imul(hash ^ (source[offset + k] as number), 0x01000193) ^ (hash >>> 13);
    hash ^= hash >>> 16;
    const stride = this.#width + 1;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * stride;
      if (this.#entries[at + this.#width] === 0) return at;
      let same = true;
      for (let k = 0; k < this.#width; k++) {
        if (this.#entries[at + k] !== source[offset + k]) {
          same = false;
          break;
        }
      }
      if (same) return at;
    }
  }

  /** It happens with every step of a retention: memory is taken again, unless little of it was used. */
  #clear(): void {
    if (this.#byCode.length <= LEAST_CODES || this.#greatest * 4 >= this.#byCode.length) this.#byCode.fill(0);
    else this.#byCode = new Int32Array(this.#byCode.length >> 1);
    if (this.#mask < LEAST_ENTRIES || this.#used * 8 >= this.#mask) this.#entries.fill(0);
    else {
      this.#mask >>= 1;
      this.#entries = new Int32Array((this.#width + 1) * (this.#mask + 1));
    }
    this.#greatest = 0;
    this.#used = 0;
  }

  #grow(): void {
    const old = this.#entries;
    const stride = this.#width + 1;
    this.#mask = this.#mask * 2 + 1;
    this.#entries = new Int32Array(stride * (this.#mask + 1));
    for (let at = 0; at < old.length; at += stride) {
      if (old[at + this.#width] === 0) continue;
      const to = this.#probe(old, at);
      for (let k = 0; k < stride; k++) this.#entries[to + k] = old[at + k] as number;
    }
  }
}
