import { PagedArrays } from './paged-arrays.ts';

/** Event time of a mention, as merges compare it: last_observed first, then first_observed (decision 6). */
export interface MentionTime {
  readonly lastMs: number;
  readonly lastNs: number;
  readonly firstMs: number;
  readonly firstNs: number;
}

export function compareTimes(a: MentionTime, b: MentionTime): number {
  return a.lastMs - b.lastMs || a.lastNs - b.lastNs || a.firstMs - b.firstMs || a.firstNs - b.firstNs;
}

type RowColumn =
  | 'entity'
  | 'next'
  | 'view'
  | 'fingerprint'
  | 'lastMs'
  | 'lastNs'
  | 'firstMs'
  | 'firstNs'
  /** Least first_observed of mentions with the references of the fingerprint: earlier ones move edges back in time. */
  | 'leastMs'
  | 'leastNs'
  /** 1: every value that this row sets is the winner, so an unchanged mention cannot change the content. */
  | 'agrees';

/**
 * One row per (entity, view): fingerprint over the raw fields of its latest mention, and when that was (decision 19).
 * Answers "does this record say anything new of this entity?" from memory: about 60 bytes a row, no text, no store.
 */
export class MentionRows {
  readonly arrays = new PagedArrays<RowColumn>('mention', {
    entity: 'i32',
    next: 'i32',
    view: 'i32',
    fingerprint: 'f64',
    lastMs: 'f64',
    lastNs: 'i32',
    firstMs: 'f64',
    firstNs: 'i32',
    leastMs: 'f64',
    leastNs: 'i32',
    agrees: 'i32',
  });
  #free: number[] = [];

  // Columns are read once per mention: cached here, refreshed whenever a row is added.
  next = this.arrays.column('next');
  view = this.arrays.column('view');
  fingerprint = this.arrays.column('fingerprint');
  lastMs = this.arrays.column('lastMs');
  lastNs = this.arrays.column('lastNs');
  firstMs = this.arrays.column('firstMs');
  firstNs = this.arrays.column('firstNs');
  leastMs = this.arrays.column('leastMs');
  leastNs = this.arrays.column('leastNs');
  agrees = this.arrays.column('agrees');

  /** The row of `view` in the list that starts at `head`, or 0. */
  find(head: number, view: number): number {
    let row = head;
    while (row !== 0 && this.view[row] !== view) row = this.next[row] as number;
    return row;
  }

  add(entity: number, view: number, next: number, fingerprint: number, time: MentionTime): number {
    const row = this.#free.pop() ?? this.arrays.add();
    this.refresh();
    this.arrays.column('entity')[row] = entity;
    this.next[row] = next;
    this.view[row] = view;
    this.set(row, fingerprint, time);
    this.agrees[row] = 1;
    return row;
  }

  set(row: number, fingerprint: number, time: MentionTime): void {
    this.fingerprint[row] = fingerprint;
    this.setTime(row, time);
    this.setLeast(row, time.firstMs, time.firstNs);
  }

  setLeast(row: number, firstMs: number, firstNs: number): void {
    this.leastMs[row] = firstMs;
    this.leastNs[row] = firstNs;
    this.arrays.touch(row);
  }

  setTime(row: number, time: MentionTime): void {
    this.lastMs[row] = time.lastMs;
    this.lastNs[row] = time.lastNs;
    this.firstMs[row] = time.firstMs;
    this.firstNs[row] = time.firstNs;
    this.arrays.touch(row);
  }

  time(row: number): MentionTime {
    return {
      lastMs: this.lastMs[row] as number,
      lastNs: this.lastNs[row] as number,
      firstMs: this.firstMs[row] as number,
      firstNs: this.firstNs[row] as number,
    };
  }

  /** Gives back all rows of an entity. */
  release(head: number): void {
    for (let row = head; row !== 0;) {
      const next = this.next[row] as number;
      this.arrays.column('entity')[row] = 0;
      this.arrays.touch(row);
      this.#free.push(row);
      row = next;
    }
  }

  refresh(): void {
    this.next = this.arrays.column('next');
    this.view = this.arrays.column('view');
    this.fingerprint = this.arrays.column('fingerprint');
    this.lastMs = this.arrays.column('lastMs');
    this.lastNs = this.arrays.column('lastNs');
    this.firstMs = this.arrays.column('firstMs');
    this.firstNs = this.arrays.column('firstNs');
    this.leastMs = this.arrays.column('leastMs');
    this.leastNs = this.arrays.column('leastNs');
    this.agrees = this.arrays.column('agrees');
  }

  /** Makes the restored pages usable. */
  relink(): void {
    this.refresh();
    const entity = this.arrays.column('entity');
    for (let row = 1; row < this.arrays.size; row++) if (entity[row] === 0) this.#free.push(row);
  }
}
