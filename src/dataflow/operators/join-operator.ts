import { Subject } from 'rxjs';
import { WindhoverError } from '../../errors/windhover-error.ts';
import type { ContentReader, ReadablePath } from '../../graph/content-reader.ts';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import { valueKey } from '../../graph/value.ts';
import type { JoinNode } from '../../plan/hunt-plan.ts';
import { equalityKey, timeOf } from '../comparison/value-test.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { InputChanges } from './input-changes.ts';

/** Rows of one JOIN: beyond, its hunt stops. About 600 bytes each. */
export const MAX_JOINED_ROWS = 250_000;

/** One side of a join: the join keys of its members, and who has them. */
interface Side {
  readonly input: Operator;
  readonly changes: InputChanges;
  readonly path: ReadablePath;
  readonly keysOf: Map<number, ReadonlySet<string>>;
  readonly byKey: Map<string, Set<number>>;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  /** How many keys they share; a list of values may hold several. */
  shared: number;
  /** 0 until the row is made. */
  row: number;
}

/**
 * JOIN: a derived row per pair of members that share a value, whichever side comes late. Null joins nothing.
 * State: both sides by value, and the rows; rebuilt from content after a restart.
 */
export class JoinOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #node: JoinNode;
  readonly #reader: ContentReader;
  readonly #rows: DerivedRows;
  readonly #left: Side;
  readonly #right: Side;
  readonly #pairsOfLeft = new Map<number, Map<number, Pair>>();
  readonly #pairsOfRight = new Map<number, Map<number, Pair>>();
  readonly #maxRows: number;
  #pairs = 0;

  constructor(
    node: JoinNode,
    inputs: readonly [Operator, Operator],
    reader: ContentReader,
    rows: DerivedRows,
    maxRows = MAX_JOINED_ROWS,
  ) {
    this.#node = node;
    this.#reader = reader;
    this.#rows = rows;
    this.#left = sideOf(inputs[0], node.by[0]);
    this.#right = sideOf(inputs[1], node.by[1]);
    this.#maxRows = maxRows;
  }

  /** Rows that a member of either side is part of. */
  *rowsOf(member: number): Iterable<number> {
    for (const side of [this.#left, this.#right]) for (const { row } of this.#pairsOf(side, member)) yield row;
  }

  hasInput(): boolean {
    return !this.#left.changes.isEmpty || !this.#right.changes.isEmpty;
  }

  keysNeeded(into: Set<number>): void {
    for (const { changes, path } of [this.#left, this.#right]) {
      for (const handle of changes.read) this.#reader.missing(handle, path, into);
    }
  }

  /** @throws WindhoverError `join-too-large` */
  apply(phase: Phase): Delta | undefined {
    const dirty = new Set<Pair>();
    const touched = new Set<Pair>();
    for (const side of [this.#left, this.#right]) {
      const changes = side.changes.take();
      for (const handle of changes.left) this.#setKeys(side, handle, NO_KEYS, dirty);
      for (const handle of changes.read) this.#setKeys(side, handle, this.#keys(handle, side.path), dirty);
      for (const handle of changes.touched) for (const pair of this.#pairsOf(side, handle)) touched.add(pair);
    }
    const delta = new DeltaBuilder();
    const entering: number[] = [];
    for (const pair of dirty) {
      if (pair.shared === 0 && pair.row !== 0) this.#drop(pair, delta);
      if (pair.shared > 0 && pair.row === 0) entering.push(this.#make(pair));
    }
    for (const row of entering.sort((a, b) => this.#rows.compareKeys(a, b))) {
      this.members.add(row);
      delta.enter(row);
    }
    for (const { row } of touched) if (this.members.has(row)) delta.touch(row);
    return delta.build(phase);
  }

  #keys(handle: number, path: ReadablePath): ReadonlySet<string> {
    return new Set(
      this.#reader.values(handle, path).map((value) => {
        const time = timeOf(value);
        return time === undefined ? equalityKey(value) : valueKey(time);
      }),
    );
  }

  #setKeys(side: Side, handle: number, keys: ReadonlySet<string>, dirty: Set<Pair>): void {
    const before = side.keysOf.get(handle) ?? NO_KEYS;
    const other = side === this.#left ? this.#right : this.#left;
    const pairWith = (key: string, by: 1 | -1): void => {
      for (const partner of other.byKey.get(key) ?? []) {
        dirty.add(side === this.#left ? this.#share(handle, partner, by) : this.#share(partner, handle, by));
      }
    };
    for (const key of before) {
      if (keys.has(key)) continue;
      const holders = side.byKey.get(key);
      holders?.delete(handle);
      if (holders?.size === 0) side.byKey.delete(key);
      pairWith(key, -1);
    }
    for (const key of keys) {
      if (before.has(key)) continue;
      const holders = side.byKey.get(key);
      if (holders === undefined) side.byKey.set(key, new Set([handle]));
      else holders.add(handle);
      pairWith(key, 1);
    }
    if (keys.size === 0) side.keysOf.delete(handle);
    else side.keysOf.set(handle, keys);
  }

  #share(left: number, right: number, by: 1 | -1): Pair {
    let pair = this.#pairsOfLeft.get(left)?.get(right);
    if (pair === undefined) {
      pair = { left, right, shared: 0, row: 0 };
      nest(this.#pairsOfLeft, left, right, pair);
      nest(this.#pairsOfRight, right, left, pair);
      if (++this.#pairs > this.#maxRows) throw this.#tooLarge();
    }
    pair.shared += by;
    if (pair.shared === 0) {
      unnest(this.#pairsOfLeft, left, right);
      unnest(this.#pairsOfRight, right, left);
      this.#pairs--;
    }
    return pair;
  }

  *#pairsOf(side: Side, handle: number): Iterable<Pair> {
    yield* (side === this.#left ? this.#pairsOfLeft : this.#pairsOfRight).get(handle)?.values() ?? [];
  }

  #make(pair: Pair): number {
    const { id, type } = this.#node;
    const { left, right } = pair;
    const key = `${id} ${JSON.stringify([this.#rows.keyOf(left), this.#rows.keyOf(right)])}`;
    pair.row = this.#rows.hold(key, () => ({ type, bases: [left, right], order: [], values: NO_VALUES }));
    return pair.row;
  }

  #drop(pair: Pair, delta: DeltaBuilder): void {
    if (this.members.delete(pair.row)) delta.leave(pair.row);
    this.#rows.release(pair.row);
    pair.row = 0;
  }

  #tooLarge(): WindhoverError {
    const sizes = [this.#left, this.#right].map((side) => side.input.members.size.toLocaleString('en'));
    const { statement, by } = this.#node;
    const rows = this.#maxRows.toLocaleString('en');
    return new WindhoverError(
      'join-too-large',
      `JOIN in statement ${statement + 1} (${this.#node.id.replace(/#\d+$/, '')}) has more than ${rows} rows: ` +
        `${sizes[0]} on the left and ${sizes[1]} on the right by ${by[0].written}, ${by[1].written}.`,
      { hint: 'Join by an attribute with more distinct values, or narrow both sides before, by WHERE or LAST.' },
    );
  }
}

const NO_KEYS: ReadonlySet<string> = new Set();
const NO_VALUES = new Map<string, never>();

function sideOf(input: Operator, path: ReadablePath): Side {
  return { input, changes: new InputChanges(input), path, keysOf: new Map(), byKey: new Map() };
}

function nest(map: Map<number, Map<number, Pair>>, a: number, b: number, pair: Pair): void {
  const inner = map.get(a);
  if (inner === undefined) map.set(a, new Map([[b, pair]]));
  else inner.set(b, pair);
}

function unnest(map: Map<number, Map<number, Pair>>, a: number, b: number): void {
  const inner = map.get(a);
  inner?.delete(b);
  if (inner?.size === 0) map.delete(a);
}
