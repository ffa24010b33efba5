import type { ArrayChanges } from './stored-rows.ts';

/** Rows a page. */
export const PAGE_ROWS = 256;
export const PAGE_SHIFT = 8;
/** Patches of less than this together are not worth writing pages for. */
const LEAST_FOLD_BYTES = 64 * 1024;

/** How rows are written. Rows and pages are given ascending. */
export interface RowForm {
  patch(rows: Int32Array): Uint8Array;
  page(page: number): Uint8Array;
  /** What `patch` would take, and all of these pages, bytes. */
  patchBytes(rows: Int32Array): number;
  pageBytes(pages: readonly number[]): number;
}

/**
 * Which rows of something kept in rows changed since the last export, and how they go to the store (decision 19).
 *
 * The rows of an epoch lie scattered over all pages, so a commit writes the rows alone, as a patch. Once patches come to as
 * much as the pages they touch, these pages are written instead: what is written stays within twice the rows, and
 * what is read back within twice the whole.
 */
export class RowChanges {
  /** By row: changed since the last export. */
  #rows: Uint8Array;
  /** By page: some row of it changed since the last export, or since the page was written. */
  #pages: Uint8Array;
  #stale: Uint8Array;
  #patches = 0;
  #patchBytes = 0;
  #pagesOnly = false;

  constructor(capacity: number) {
    this.#rows = new Uint8Array(capacity);
    this.#pages = new Uint8Array(capacity >> PAGE_SHIFT);
    this.#stale = new Uint8Array(capacity >> PAGE_SHIFT);
  }

  /** Makes room for `capacity` rows, a multiple of a page. */
  grow(capacity: number): void {
    this.#rows = wider(this.#rows, capacity);
    this.#pages = wider(this.#pages, capacity >> PAGE_SHIFT);
    this.#stale = wider(this.#stale, capacity >> PAGE_SHIFT);
  }

  touch(row: number): void {
    const page = row >> PAGE_SHIFT;
    this.#rows[row] = 1;
    this.#pages[page] = 1;
    this.#stale[page] = 1;
  }

  /** What the store holds is not to be relied on: the next export writes the pages of all `size` rows. */
  writeAllNext(size: number): void {
    this.#stale.fill(1, 0, pagesOf(size));
    this.#pagesOnly = true;
  }

  /** A patch was read back: `rows` are newer than their pages. */
  restoredPatch(rows: Int32Array, bytes: number): void {
    for (const row of rows) this.#stale[row >> PAGE_SHIFT] = 1;
    this.#patches++;
    this.#patchBytes += bytes;
  }

  /** What changed since the last call among the first `size` rows; undefined where nothing did. */
  take(size: number, form: RowForm): ArrayChanges | undefined {
    const rows = this.#takeRows(size);
    if (rows.length === 0 && !this.#pagesOnly) return undefined;
    const pages = this.#stalePages(size);
    const bytes = form.patchBytes(rows);
    if (this.#pagesOnly || this.#patchBytes + bytes > Math.max(LEAST_FOLD_BYTES, form.pageBytes(pages))) {
      this.#pagesOnly = false;
      this.#patches = 0;
      this.#patchBytes = 0;
      this.#stale.fill(0);
      return { kind: 'pages', pages: pages.map((page) => ({ page, bytes: form.page(page) })) };
    }
    this.#patchBytes += bytes;
    return { kind: 'patch', sequence: this.#patches++, bytes: form.patch(rows) };
  }

  /** Ascending. */
  #takeRows(size: number): Int32Array {
    const rows: number[] = [];
    for (let page = 0; page << PAGE_SHIFT < size; page++) {
      if (this.#pages[page] !== 1) continue;
      this.#pages[page] = 0;
      const from = page << PAGE_SHIFT;
      const to = Math.min(from + PAGE_ROWS, size);
      for (let row = from; row < to; row++) if (this.#rows[row] === 1) rows.push(row);
      this.#rows.fill(0, from, to);
    }
    return Int32Array.from(rows);
  }

  #stalePages(size: number): number[] {
    const pages: number[] = [];
    for (let page = 0; page << PAGE_SHIFT < size; page++) if (this.#stale[page] === 1) pages.push(page);
    return pages;
  }
}

function pagesOf(rows: number): number {
  return Math.ceil(rows / PAGE_ROWS);
}

function wider(flags: Uint8Array, size: number): Uint8Array {
  const grown = new Uint8Array(size);
  grown.set(flags);
  return grown;
}
