/** Rows a page; what one changed row costs a commit. */
const PAGE_ROWS = 256;
const PAGE_SHIFT = 8;

export type ArrayKind = 'i32' | 'f64';
type NumberArray = Int32Array | Float64Array;

/**
 * Growing columns of numbers with a record of which pages changed since the last export (decision 19).
 * Row 0 is never used, so that 0 can mean "none".
 */
export class PagedArrays<Names extends string> {
  readonly name: string;
  readonly #kinds: Readonly<Record<Names, ArrayKind>>;
  #columns: Record<Names, NumberArray>;
  #capacity = 1024;
  #size = 1;
  #dirty = new Uint8Array(this.#capacity >> PAGE_SHIFT);

  constructor(name: string, kinds: Readonly<Record<Names, ArrayKind>>) {
    this.name = name;
    this.#kinds = kinds;
    this.#columns = this.#allocate(this.#capacity);
  }

  /** Rows in use, row 0 included. */
  get size(): number {
    return this.#size;
  }

  /** A column as it is now; ask again after `add`, which may move it. */
  column(name: Names): NumberArray {
    return this.#columns[name];
  }

  /** A new row of zeros at the end. */
  add(): number {
    if (this.#size === this.#capacity) this.#grow(this.#capacity * 2);
    const row = this.#size++;
    this.touch(row);
    return row;
  }

  touch(row: number): void {
    this.#dirty[row >> PAGE_SHIFT] = 1;
  }

  /** Pages changed since the last call. */
  *changedPages(): Generator<{ page: number; bytes: Uint8Array }> {
    for (let page = 0; page << PAGE_SHIFT < this.#size; page++) {
      if (this.#dirty[page] !== 1) continue;
      this.#dirty[page] = 0;
      const from = page << PAGE_SHIFT;
      const to = Math.min(from + PAGE_ROWS, this.#size);
      const parts = this.#names().map((name) => {
        const part = this.#columns[name].slice(from, to);
        return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      });
      const header = new Uint8Array(Int32Array.of(to - from).buffer);
      yield { page, bytes: concatBytes([header, ...parts]) };
    }
  }

  restorePage(page: number, bytes: Uint8Array): void {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    const rows = view.getInt32(0, true);
    const from = page << PAGE_SHIFT;
    while (this.#capacity < from + rows) this.#grow(this.#capacity * 2);
    this.#size = Math.max(this.#size, from + rows);
    let offset = 4;
    for (const name of this.#names()) {
      const column = this.#columns[name];
      for (let i = 0; i < rows; i++) {
        if (column instanceof Int32Array) column[from + i] = view.getInt32(offset, true);
        else column[from + i] = view.getFloat64(offset, true);
        offset += column.BYTES_PER_ELEMENT;
      }
    }
  }

  /** Names in a fixed order: the layout of a page. */
  #names(): Names[] {
    return (Object.keys(this.#kinds) as Names[]).sort();
  }

  #allocate(capacity: number): Record<Names, NumberArray> {
    const columns = {} as Record<Names, NumberArray>;
    for (const name of this.#names()) {
      columns[name] = this.#kinds[name] === 'i32' ? new Int32Array(capacity) : new Float64Array(capacity);
    }
    return columns;
  }

  #grow(capacity: number): void {
    const columns = this.#allocate(capacity);
    for (const name of this.#names()) columns[name].set(this.#columns[name] as never);
    this.#columns = columns;
    const dirty = new Uint8Array((capacity >> PAGE_SHIFT) + 1);
    dirty.set(this.#dirty);
    this.#dirty = dirty;
    this.#capacity = capacity;
  }
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
