/** Rows a page. */
const PAGE_ROWS = 256;
const PAGE_SHIFT = 8;
/** Patches of less than this together are not worth writing pages for. */
const LEAST_FOLD_BYTES = 64 * 1024;

export type ArrayKind = 'i32' | 'f64';
type NumberArray = Int32Array | Float64Array;

/** What is to be written for the rows that changed: a patch behind those before it, or pages in place of all patches. */
export type ArrayChanges =
  | { readonly kind: 'patch'; readonly sequence: number; readonly bytes: Uint8Array }
  | { readonly kind: 'pages'; readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array }[] };

/**
 * Growing columns of numbers with a record of which rows changed since the last export (decision 19).
 * Row 0 is never used, so that 0 can mean "none".
 *
 * The rows of an epoch lie scattered over all pages, so a commit writes the rows alone, as a patch. Once patches come to as
 * much as the pages they touch, these pages are written instead: what is written stays within twice the rows, and
 * what is read back within twice the arrays.
 */
export class PagedArrays<Names extends string> {
  readonly name: string;
  readonly #kinds: Readonly<Record<Names, ArrayKind>>;
  #columns: Record<Names, NumberArray>;
  #capacity = 1024;
  #size = 1;
  readonly #rowBytes: number;
  /** By row: changed since the last export. */
  #changedRows: Uint8Array = new Uint8Array(this.#capacity);
  /** By page: some row of it changed since the last export, or since the page was written. */
  #changedPages: Uint8Array = new Uint8Array(this.#capacity >> PAGE_SHIFT);
  #stalePages: Uint8Array = new Uint8Array(this.#capacity >> PAGE_SHIFT);
  #patches = 0;
  #patchBytes = 0;

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
    const page = row >> PAGE_SHIFT;
    this.#changedRows[row] = 1;
    this.#changedPages[page] = 1;
    this.#stalePages[page] = 1;
  }

  /** What changed since the last call; undefined where nothing did. */
  takeChanges(): ArrayChanges | undefined {
    const rows = this.#takeRows();
    if (rows.length === 0) return undefined;
    const stale = this.#stale();
    const bytes = 4 + rows.length * (4 + this.#rowBytes);
    const foldAt = Math.max(LEAST_FOLD_BYTES, stale.length * PAGE_ROWS * this.#rowBytes);
    if (this.#patchBytes + bytes > foldAt) {
      this.#patches = 0;
      this.#patchBytes = 0;
      this.#stalePages.fill(0);
      return { kind: 'pages', pages: stale.map((page) => ({ page, bytes: this.#page(page) })) };
    }
    this.#patchBytes += bytes;
    return { kind: 'patch', sequence: this.#patches++, bytes: this.#patch(rows) };
  }

  restorePage(page: number, bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = view.getInt32(0, true);
    const from = page << PAGE_SHIFT;
    this.#restoreRows(rows, (i) => from + i, view, 4);
  }

  /** In the order in which they were given, after all pages. */
  restorePatch(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = view.getInt32(0, true);
    const rowAt = (i: number): number => view.getInt32(4 + 4 * i, true);
    this.#restoreRows(rows, rowAt, view, 4 + 4 * rows);
    for (let i = 0; i < rows; i++) this.#stalePages[rowAt(i) >> PAGE_SHIFT] = 1;
    this.#patches++;
    this.#patchBytes += bytes.length;
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

  /** Ascending. */
  #takeRows(): Int32Array {
    const rows: number[] = [];
    for (let page = 0; page << PAGE_SHIFT < this.#size; page++) {
      if (this.#changedPages[page] !== 1) continue;
      this.#changedPages[page] = 0;
      const from = page << PAGE_SHIFT;
      const to = Math.min(from + PAGE_ROWS, this.#size);
      for (let row = from; row < to; row++) if (this.#changedRows[row] === 1) rows.push(row);
      this.#changedRows.fill(0, from, to);
    }
    return Int32Array.from(rows);
  }

  #stale(): number[] {
    const pages: number[] = [];
    for (let page = 0; page << PAGE_SHIFT < this.#size; page++) if (this.#stalePages[page] === 1) pages.push(page);
    return pages;
  }

  #patch(rows: Int32Array): Uint8Array {
    const parts = this.#names().map((name) => {
      const column = this.#columns[name];
      const part = column instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) part[i] = column[rows[i] as number] as number;
      return bytesOf(part);
    });
    return Buffer.concat([bytesOf(Int32Array.of(rows.length)), bytesOf(rows), ...parts]);
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
    const wider = (flags: Uint8Array, size: number): Uint8Array => {
      const grown = new Uint8Array(size);
      grown.set(flags);
      return grown;
    };
    this.#changedRows = wider(this.#changedRows, capacity);
    this.#changedPages = wider(this.#changedPages, capacity >> PAGE_SHIFT);
    this.#stalePages = wider(this.#stalePages, capacity >> PAGE_SHIFT);
    this.#capacity = capacity;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: NumberArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
