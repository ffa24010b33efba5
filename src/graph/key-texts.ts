import { compareTexts } from './value.ts';
import { bytesOf, patchHead, patchRows, viewOf } from './row-bytes.ts';
import { PAGE_ROWS, PAGE_SHIFT, RowChanges } from './row-changes.ts';
import type { ArrayChanges, StoredRows } from './stored-rows.ts';
import { halfSipHash, type HashKey } from './half-sip-hash.ts';
import { TextBytes } from './text-bytes.ts';

const LEAST_PAGE_BYTES = 1024;

/** The texts of a page of rows, one after the other in the order in which they were set, with gaps where some went. */
interface TextPage {
  bytes: Buffer;
  /** How far it is written, and how much of that counts. */
  end: number;
  live: number;
}

/**
 * A text a row, outside the heap of JavaScript: a million identity keys are bytes that nobody has to walk through. What is
 * taken away leaves a gap in its page, which closes when the page next has no room.
 */
export class KeyTexts implements StoredRows {
  readonly name: string;
  readonly #pages: (TextPage | undefined)[] = [];
  #capacity = 1024;
  /** By row: where its text begins in its page. */
  #starts = new Uint32Array(this.#capacity);
  /** By row: 0 for no text, else 1 + its bytes, doubled, + 1 where a unit takes two of them. */
  #shapes = new Uint32Array(this.#capacity);
  readonly #changes = new RowChanges(this.#capacity);
  readonly #text = new TextBytes();
  #size = 1;

  constructor(name: string) {
    this.name = name;
  }

  /** Bytes that are set aside for texts. */
  get bytes(): number {
    return this.#pages.reduce((sum, page) => sum + (page?.bytes.length ?? 0), 0);
  }

  has(row: number): boolean {
    return row < this.#size && this.#shapes[row] !== 0;
  }

  /** '' where the row has none. */
  get(row: number): string {
    const shape = this.#shapes[row] ?? 0;
    if (shape === 0) return '';
    const { bytes } = this.#pages[row >> PAGE_SHIFT] as TextPage;
    const start = this.#starts[row] as number;
    const end = start + sizeOf(shape);
    return isWide(shape) ? bytes.toString('utf16le', start, end) : bytes.toString('latin1', start, end);
  }

  /** Gives a row a text. */
  set(row: number, text: string): void {
    const { bytes, size, wide } = this.#text.set(text);
    this.#put(row, bytes, 0, shapeOf(size, wide));
    this.#changes.touch(row);
  }

  clear(row: number): void {
    this.#drop(row);
    this.#changes.touch(row);
  }

  hash(row: number, key: HashKey): number {
    const start = this.#starts[row] as number;
    const { bytes } = this.#pages[row >> PAGE_SHIFT] as TextPage;
    return halfSipHash(bytes, start, sizeOf(this.#shapes[row] as number), key);
  }

  equals(row: number, { bytes, size, wide }: TextBytes): boolean {
    if (this.#shapes[row] !== shapeOf(size, wide)) return false;
    const start = this.#starts[row] as number;
    const own = (this.#pages[row >> PAGE_SHIFT] as TextPage).bytes;
    for (let i = 0; i < size; i++) if (own[start + i] !== bytes[i]) return false;
    return true;
  }

  /** Order of two texts by the bytes of their UTF-8 form, as `compareTexts`. */
  compare(a: number, b: number): number {
    const [x, y] = [this.#shapes[a] ?? 0, this.#shapes[b] ?? 0];
    if (x === 0 || y === 0 || isWide(x) || isWide(y)) return compareTexts(this.get(a), this.get(b));
    const [i, j] = [this.#starts[a] as number, this.#starts[b] as number];
    const { bytes } = this.#pages[a >> PAGE_SHIFT] as TextPage;
    return bytes.compare((this.#pages[b >> PAGE_SHIFT] as TextPage).bytes, j, j + sizeOf(y), i, i + sizeOf(x));
  }

  /** What the store holds of it is not to be relied on: all of the rows before `end` are written anew. */
  writeAllNext(end: number): void {
    this.#reserve(end);
    this.#changes.writeAllNext(this.#size);
  }

  takeChanges(): ArrayChanges | undefined {
    return this.#changes.take(this.#size, {
      patch: (rows) => Buffer.concat([...patchHead(rows), ...this.#parts(rows)]),
      page: (page) => this.#page(page),
      patchBytes: (rows) => rows.reduce((sum, row) => sum + 8 + sizeOf(this.#shapes[row] as number), 4),
      pageBytes: (pages) => pages.reduce((sum, page) => sum + 4 + 4 * PAGE_ROWS + (this.#pages[page]?.live ?? 0), 0),
    });
  }

  restorePage(page: number, bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = view.getInt32(0, true);
    const from = page << PAGE_SHIFT;
    this.#pages[page] = newPage(bytes.length - 4 - 4 * rows);
    this.#restore(rows, (i) => from + i, view, 4);
  }

  restorePatch(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    const rows = patchRows(view);
    this.#restore(rows.length, (i) => rows[i] as number, view, 4 + 4 * rows.length);
    this.#changes.restoredPatch(rows, bytes.length);
  }

  /** Shapes of the rows from `at` on, their texts behind them. */
  #restore(rows: number, rowAt: (i: number) => number, view: DataView, at: number): void {
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    let start = at + 4 * rows;
    for (let i = 0; i < rows; i++) {
      const shape = view.getUint32(at + 4 * i, true);
      if (shape === 0) this.#drop(rowAt(i));
      else this.#put(rowAt(i), bytes, start, shape);
      start += sizeOf(shape);
    }
  }

  #page(page: number): Uint8Array {
    const from = page << PAGE_SHIFT;
    const rows = Int32Array.from({ length: Math.min(PAGE_ROWS, this.#size - from) }, (_, i) => from + i);
    return Buffer.concat([bytesOf(Int32Array.of(rows.length)), ...this.#parts(rows)]);
  }

  #parts(rows: Int32Array): Uint8Array[] {
    const texts: Uint8Array[] = [];
    for (const row of rows) {
      const shape = this.#shapes[row] as number;
      if (shape === 0) continue;
      const start = this.#starts[row] as number;
      texts.push((this.#pages[row >> PAGE_SHIFT] as TextPage).bytes.subarray(start, start + sizeOf(shape)));
    }
    return [bytesOf(Uint32Array.from(rows, (row) => this.#shapes[row] as number)), ...texts];
  }

  #put(row: number, bytes: Buffer, from: number, shape: number): void {
    this.#drop(row);
    this.#reserve(row + 1);
    const size = sizeOf(shape);
    const page = this.#roomFor(row >> PAGE_SHIFT, size);
    bytes.copy(page.bytes, page.end, from, from + size);
    this.#starts[row] = page.end;
    this.#shapes[row] = shape;
    page.end += size;
    page.live += size;
  }

  #drop(row: number): void {
    const shape = this.#shapes[row] ?? 0;
    if (shape === 0) return;
    this.#shapes[row] = 0;
    const page = this.#pages[row >> PAGE_SHIFT] as TextPage;
    page.live -= sizeOf(shape);
    if (page.live === 0) page.end = 0;
  }

  #roomFor(number: number, size: number): TextPage {
    let page = this.#pages[number];
    if (page === undefined) this.#pages[number] = page = newPage(Math.max(size, LEAST_PAGE_BYTES));
    if (page.end + size <= page.bytes.length) return page;
    const wanted = page.live + size;
    const bytes = Buffer.allocUnsafeSlow(wanted + (wanted >> 2));
    let end = 0;
    const first = number << PAGE_SHIFT;
    for (let row = first; row < first + PAGE_ROWS; row++) {
      const shape = this.#shapes[row] as number;
      if (shape === 0) continue;
      const start = this.#starts[row] as number;
      page.bytes.copy(bytes, end, start, start + sizeOf(shape));
      this.#starts[row] = end;
      end += sizeOf(shape);
    }
    page.bytes = bytes;
    page.end = end;
    return page;
  }

  #reserve(size: number): void {
    this.#size = Math.max(this.#size, size);
    if (size <= this.#capacity) return;
    while (this.#capacity < size) this.#capacity *= 2;
    this.#starts = wider(this.#starts, this.#capacity);
    this.#shapes = wider(this.#shapes, this.#capacity);
    this.#changes.grow(this.#capacity);
  }
}

function newPage(size: number): TextPage {
  return { bytes: Buffer.allocUnsafeSlow(size), end: 0, live: 0 };
}

function shapeOf(size: number, wide: boolean): number {
  return 2 * size + (wide ? 2 : 1);
}

function sizeOf(shape: number): number {
  return shape === 0 ? 0 : (shape - 1) >>> 1;
}

function isWide(shape: number): boolean {
  return shape !== 0 && (shape & 1) === 0;
}

function wider(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(size);
  grown.set(array);
  return grown;
}
