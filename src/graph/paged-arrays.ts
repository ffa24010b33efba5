import { bytesOf, patchHead, patchRows, viewOf } from './row-bytes.ts';
import { PAGE_ROWS, PAGE_SHIFT, RowChanges } from './row-changes.ts';
import type { ArrayChanges, StoredRows } from './stored-rows.ts';

export type ArrayKind = 'i32' | 'f64';
type NumberArray = Int32Array | Float64Array;

/**
 * Growing columns of numbers with a record of which rows changed since the last export.
 * Row 0 is never used, so that 0 can mean "none".
 */
export class PagedArrays<Names extends string> implements StoredRows {
  readonly name: string;
  readonly #kinds: Readonly<Record<Names, ArrayKind>>;
  #columns: Record<Names, NumberArray>;
  #capacity = 1024;
  #size = 1;
  readonly #rowBytes: number;
  readonly #changes = new RowChanges(this.#capacity);

  constructor(name: string, kinds: Readonly<Record<Names, ArrayKind>>) {
    this.name = name;
    this.#kinds = kinds;
    this.#columns = this.#allocate(this.#capacity);
    this.#rowBytes = this.#names().reduce((sum, each) => sum + (kinds[each] === 'i32' ? 4 : 8), 0);
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
    this.#changes.touch(row);
  }

  takeChanges(): ArrayChanges | undefined {
    return this.#changes.take(this.#size, {
      patch: (rows) => this.#patch(rows),
      page: (page) => this.#page(page),
      patchBytes: (rows) => 4 + rows.length * (4 + this.#rowBytes),
      pageBytes: (pages) => pages.length * PAGE_ROWS * this.#rowBytes,
    });
  }

  restorePage(page: number, bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = view.getInt32(0, true);
    const from = page << PAGE_SHIFT;
    this.#restoreRows(rows, (i) => from + i, view, 4);
  }

  restorePatch(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = patchRows(view);
    this.#restoreRows(rows.length, (i) => rows[i] as number, view, 4 + 4 * rows.length);
    this.#changes.restoredPatch(rows, bytes.length);
  }

  #restoreRows(rows: number, rowAt: (i: number) => number, view: DataView, from: number): void {
    if (rows === 0) return;
    const last = rowAt(rows - 1);
    while (this.#capacity <= last) this.#grow(this.#capacity * 2);
    this.#size = Math.max(this.#size, last + 1);
    let offset = from;
    for (const name of this.#names()) {
      const column = this.#columns[name];
      for (let i = 0; i < rows; i++) {
        column[rowAt(i)] = column instanceof Int32Array ? view.getInt32(offset, true) : view.getFloat64(offset, true);
        offset += column.BYTES_PER_ELEMENT;
      }
    }
  }

  #patch(rows: Int32Array): Uint8Array {
    const parts = this.#names().map((name) => {
      const column = this.#columns[name];
      const part = column instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) part[i] = column[rows[i] as number] as number;
      return bytesOf(part);
    });
    return Buffer.concat([...patchHead(rows), ...parts]);
  }

  #page(page: number): Uint8Array {
    const from = page << PAGE_SHIFT;
    const to = Math.min(from + PAGE_ROWS, this.#size);
    const parts = this.#names().map((name) => bytesOf(this.#columns[name].subarray(from, to)));
    return Buffer.concat([bytesOf(Int32Array.of(to - from)), ...parts]);
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
    this.#changes.grow(capacity);
    this.#capacity = capacity;
  }
}
