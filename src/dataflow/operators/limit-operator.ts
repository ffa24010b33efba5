import { Subject } from 'rxjs';
import type { ContentReader } from '../../graph/content-reader.ts';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import type { Value } from '../../graph/value.ts';
import type { LimitNode } from '../../plan/hunt-plan.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { OrderedSet } from './ordered-set.ts';
import { compareRows, sortKeysOf } from './row-order.ts';

/** Handle of an entity, key of a derived row. */
export type RowId = number | string;

interface Row {
  readonly handle: number;
  /** What stands for it in the state: derived rows get other handles after a restart, and keep their keys. */
  readonly id: RowId;
  /** Sort keys as last read; empty without SORT. */
  readonly keys: readonly (Value | undefined)[];
  /** Order of entry into the input. */
  readonly entry: number;
  /** Where it stands now. */
  zone: Zone;
}

/** Rows passed over by OFFSET, those let through, those beyond LIMIT: each before the next in order. */
type Zone = 'before' | 'within' | 'beyond';

/**
 * LIMIT and OFFSET: a window over the ordered members of the input, by SORT or by order of entry. When one leaves, the
 * next is admitted; a better one pushes the last out. State: all rows of the input in order. An epoch costs what it
 * changes: only rows that cross an end of the window are looked at.
 */
export class LimitOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #node: LimitNode;
  readonly #byRecord: boolean;
  readonly #derived: DerivedRows;
  readonly #reader: ContentReader;
  readonly #rows = new Map<number, Row>();
  readonly #zones: Readonly<Record<Zone, OrderedSet<Row>>>;
  /** Rows that came, went or changed zone in this phase. */
  #moved = new Set<number>();
  #entries = 0;
  #epoch = -1;
  /** Entered in this epoch so far. */
  #ofEpoch: number[] = [];
  #entered: number[] = [];
  #left = new Set<number>();
  #touched = new Set<number>();
  /** Latest handle by id. */
  #changed = new Map<RowId, number>();
  #restored = new Map<RowId, number>();

  constructor(
    node: LimitNode,
    input: Operator,
    options: {
      /** The input is a GET: those that enter in one epoch keep the order of their records; else the order of keys. */
      byRecord: boolean;
      rows: DerivedRows;
      reader: ContentReader;
    },
  ) {
    this.#node = node;
    this.#byRecord = options.byRecord;
    this.#derived = options.rows;
    this.#reader = options.reader;
    const zone = () => new OrderedSet<Row>((a, b) => this.#compare(a, b));
    this.#zones = { before: zone(), within: zone(), beyond: zone() };
    input.output.subscribe((delta) => {
      for (const handle of delta.left) {
        this.#left.add(handle);
        this.#touched.delete(handle);
      }
      this.#entered.push(...delta.entered);
      for (const handle of delta.touched) this.#touched.add(handle);
    });
  }

  hasInput(): boolean {
    return this.#entered.length > 0 || this.#left.size > 0 || this.#touched.size > 0;
  }

  keysNeeded(into: Set<number>): void {
    if (this.#node.sort.length === 0) return;
    for (const handle of [...this.#entered, ...this.#touched]) {
      for (const key of this.#node.sort) this.#reader.missing(handle, key.path, into);
    }
  }

  apply(phase: Phase): Delta | undefined {
    for (const handle of this.#left) this.#remove(handle);
    if (!this.#byRecord) this.#orderByKey(phase.epoch);
    for (const handle of this.#entered) this.#insert(handle, this.#restored.get(this.#idOf(handle)) ?? this.#entries++);
    if (this.#node.sort.length > 0) {
      const entered = new Set(this.#entered);
      for (const handle of this.#touched) {
        const row = this.#rows.get(handle);
        if (row === undefined || entered.has(handle)) continue;
        this.#remove(handle);
        this.#insert(handle, row.entry);
      }
    }
    this.#rebalance();
    const delta = this.#takeMoves();
    for (const handle of this.#touched) if (this.members.has(handle)) delta.touch(handle);
    this.#entered = [];
    this.#left = new Set();
    this.#touched = new Set();
    return delta.build(phase);
  }

  /** On which side of the window a row of the input lies, and the row at that end of it; undefined within, and for others. */
  passedOver(handle: number): { readonly zone: 'before' | 'beyond'; readonly edge: number | undefined } | undefined {
    const zone = this.#rows.get(handle)?.zone;
    if (zone === undefined || zone === 'within') return undefined;
    const { within } = this.#zones;
    return { zone, edge: (zone === 'before' ? within.first : within.last)?.handle };
  }

  /** Order of entry that changed since the last call: [id, entry]; a negative entry means gone. */
  takeChanged(): (readonly [RowId, number])[] {
    const changed = [...this.#changed].map(([id, handle]): readonly [RowId, number] => [
      id,
      this.#rows.get(handle)?.entry ?? -1,
    ]);
    this.forgetChanged();
    return changed;
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    this.#changed = new Map();
  }

  /** Order of entry after a restart; the members come with the replay phase. */
  restore(id: RowId, entry: number): void {
    this.#restored.set(id, entry);
    this.#entries = Math.max(this.#entries, entry + 1);
  }

  #insert(handle: number, entry: number): void {
    const id = this.#idOf(handle);
    const row: Row = { handle, id, keys: sortKeysOf(handle, this.#node.sort, this.#reader), entry, zone: 'beyond' };
    const { before, within } = this.#zones;
    if (before.last !== undefined && this.#compare(row, before.last) < 0) row.zone = 'before';
    else if (within.last !== undefined && this.#compare(row, within.last) < 0) row.zone = 'within';
    this.#zones[row.zone].add(row);
    this.#rows.set(handle, row);
    this.#moved.add(handle);
    this.#changed.set(id, handle);
  }

  #idOf(handle: number): RowId {
    return handle < 0 ? this.#derived.keyOf(handle) : handle;
  }

  #remove(handle: number): void {
    const row = this.#rows.get(handle);
    if (row === undefined) return;
    this.#zones[row.zone].delete(row);
    this.#rows.delete(handle);
    this.#moved.add(handle);
    this.#restored.delete(row.id);
    this.#changed.set(row.id, handle);
  }

  /** Brings the zones to their sizes again. */
  #rebalance(): void {
    const { before, within, beyond } = this.#zones;
    const { offset } = this.#node;
    const limit = this.#node.limit ?? Infinity;
    while (before.size > offset) this.#move(before.last, 'within');
    while (within.size > limit) this.#move(within.last, 'beyond');
    while (before.size < offset && within.size + beyond.size > 0) this.#move(within.first ?? beyond.first, 'before');
    while (within.size < limit && beyond.size > 0) this.#move(beyond.first, 'within');
  }

  #move(row: Row | undefined, zone: Zone): void {
    if (row === undefined) return;
    this.#zones[row.zone].delete(row);
    row.zone = zone;
    this.#zones[zone].add(row);
    this.#moved.add(row.handle);
  }

  /** Members as the zones say now; those that enter in order. */
  #takeMoves(): DeltaBuilder {
    const delta = new DeltaBuilder();
    const entering: Row[] = [];
    for (const handle of this.#moved) {
      const row = this.#rows.get(handle);
      const is = row?.zone === 'within';
      if (is && !this.members.has(handle)) entering.push(row);
      if (!is && this.members.delete(handle)) delta.leave(handle);
    }
    for (const { handle } of entering.sort((a, b) => this.#compare(a, b))) {
      this.members.add(handle);
      delta.enter(handle);
    }
    this.#moved = new Set();
    return delta;
  }

  /** What enters in one epoch is one group, whichever of its phases brought it: it goes by key. */
  #orderByKey(epoch: number): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#ofEpoch = [];
    }
    if (this.#entered.length === 0) return;
    for (const handle of this.#ofEpoch) {
      if (!this.#rows.has(handle)) continue;
      this.#remove(handle);
      this.#entered.push(handle);
    }
    this.#entered.sort((a, b) => this.#derived.compareKeys(a, b));
    this.#ofEpoch = this.#entered;
  }

  #compare(a: Row, b: Row): number {
    if (this.#node.sort.length === 0) return a.entry - b.entry;
    return compareRows(a, b, this.#node.sort, this.#derived);
  }
}
