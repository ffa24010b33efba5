import { compareTexts, compareValues, type Value } from './value.ts';

/** Names and orders members of variables, whatever they are. The entity graph does it for entities. */
export interface MemberIdentity {
  typeOf(handle: number): string;
  keyOf(handle: number): string;
  /** A total order, the same after a restart. */
  compareKeys(a: number, b: number): number;
}

/** A row that an operator made: a group, a joined row, a row per record. */
export interface DerivedRow {
  readonly type: string;
  /** Unique among the derived rows of the hunt, and the same after a restart and under any order of arrival. */
  readonly key: string;
  /** Members it stands for: none (GROUP), one (a row per record), two (JOIN). What it does not say, they say. */
  readonly bases: readonly number[];
  /** Its place among rows of as many bases, where the bases are the same. */
  readonly order: readonly (Value | undefined)[];
  /** Columns of its own, by the text of their path. */
  values: ReadonlyMap<string, Value>;
  /** The record of a row per record. */
  readonly recordId?: string;
}

/**
 * The derived rows of one hunt. They are members of variables like entities, under handles of their own: negative
 * integers, never used twice. A row that leaves can still be read until `sweep`, which its epoch ends with: operators
 * behind have to find it in their order. Rows are rebuilt after a restart, with other handles and the same keys.
 */
export class DerivedRows implements MemberIdentity {
  readonly #entities: MemberIdentity;
  readonly #rows = new Map<number, DerivedRow>();
  readonly #handles = new Map<string, number>();
  /** How many operators have it among their members: the same row may be made twice. */
  readonly #holders = new Map<number, number>();
  #retired = new Set<number>();
  #next = -1;

  constructor(entities: MemberIdentity) {
    this.#entities = entities;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Handle of the row of this key, made where there is none. Held once more until `release`. */
  hold(key: string, make: () => Omit<DerivedRow, 'key'>): number {
    let handle = this.#handles.get(key);
    if (handle === undefined) {
      handle = this.#next--;
      this.#handles.set(key, handle);
      this.#rows.set(handle, { ...make(), key });
    }
    this.#holders.set(handle, (this.#holders.get(handle) ?? 0) + 1);
    this.#retired.delete(handle);
    return handle;
  }

  release(handle: number): void {
    const holders = (this.#holders.get(handle) ?? 0) - 1;
    if (holders > 0) {
      this.#holders.set(handle, holders);
      return;
    }
    this.#holders.delete(handle);
    this.#retired.add(handle);
  }

  /** Forgets the rows that nobody holds any more. */
  sweep(): void {
    for (const handle of this.#retired) {
      this.#handles.delete(this.row(handle).key);
      this.#rows.delete(handle);
    }
    this.#retired = new Set();
  }

  find(key: string): number | undefined {
    return this.#handles.get(key);
  }

  /** Handles below zero only. */
  row(handle: number): DerivedRow {
    const row = this.#rows.get(handle);
    if (row === undefined) throw new Error(`derived row ${handle} is gone`);
    return row;
  }

  /** The entity that a member is, or stands for in the first place; 0 for groups. */
  entityOf(handle: number): number {
    let at = handle;
    while (at < 0) at = this.row(at).bases[0] ?? 0;
    return at;
  }

  typeOf(handle: number): string {
    return handle < 0 ? this.row(handle).type : this.#entities.typeOf(handle);
  }

  keyOf(handle: number): string {
    return handle < 0 ? this.row(handle).key : this.#entities.keyOf(handle);
  }

  /** Entities first, then groups by their keys, rows per record by entity and record, joined rows by both sides. */
  compareKeys(a: number, b: number): number {
    if (a === b) return 0;
    if (a >= 0 && b >= 0) return this.#entities.compareKeys(a, b);
    if (a >= 0 || b >= 0) return a >= 0 ? -1 : 1;
    const [x, y] = [this.row(a), this.row(b)];
    if (x.bases.length !== y.bases.length) return x.bases.length - y.bases.length;
    for (const [i, base] of x.bases.entries()) {
      const order = this.compareKeys(base, y.bases[i] as number);
      if (order !== 0) return order;
    }
    return compareCells(x.order, y.order) || compareTexts(x.key, y.key);
  }
}

/** Null is lowest; of two lists the shorter one where it begins the longer. */
function compareCells(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    const order = x === undefined ? (y === undefined ? 0 : -1) : y === undefined ? 1 : compareValues(x, y);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
