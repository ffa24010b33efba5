import { Subject } from 'rxjs';
import { attributeOf } from '../../catalogue/attribute-of.ts';
import type { ContentReader } from '../../graph/content-reader.ts';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import { sameValue, type Value } from '../../graph/value.ts';
import { unknownAggregate } from '../../plan/automatic-aggregates.ts';
import type { GroupNode } from '../../plan/hunt-plan.ts';
import { makeAccumulator, type Accumulator } from '../aggregates/accumulator.ts';
import { binValue, cellText } from '../aggregates/bin-value.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { InputChanges } from './input-changes.ts';

interface Group {
  readonly handle: number;
  readonly key: string;
  readonly cells: readonly (Value | undefined)[];
  readonly members: Set<number>;
  readonly accumulators: readonly Accumulator[];
  /** By attribute that the catalogue does not know. */
  readonly others: Map<string, Accumulator>;
}

/** What a member gave to its group, so that it can be taken back. */
interface Given {
  readonly group: Group;
  values: readonly (Value | undefined)[];
  readonly others: ReadonlyMap<string, Value>;
}

const NO_OTHERS: ReadonlyMap<string, Value> = new Map();
const WHOLE = { steps: [], attribute: '' };

/**
 * GROUP: a derived row per distinct key of the members, nulls included. A member whose key or aggregated values change
 * is taken out and put in again; a group leaves with its last member. The cost of an epoch goes with its changes: sums are
 * exact and reversible, extremes are found in heaps.
 * State: per member the few values it gave; per group its aggregates. Rebuilt from content after a restart.
 */
export class GroupOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #node: GroupNode;
  readonly #reader: ContentReader;
  readonly #rows: DerivedRows;
  readonly #input: InputChanges;
  readonly #groups = new Map<string, Group>();
  readonly #given = new Map<number, Given>();
  readonly #byRow = new Map<number, Group>();
  readonly #known: ReadonlySet<string>;

  constructor(node: GroupNode, input: Operator, reader: ContentReader, rows: DerivedRows) {
    this.#node = node;
    this.#reader = reader;
    this.#rows = rows;
    this.#input = new InputChanges(input);
    this.#known = new Set(node.aggregates.map(({ path }) => path.written));
  }

  /** Members of the input that a row stands for. */
  groupedBy(row: number): ReadonlySet<number> {
    return this.#byRow.get(row)?.members ?? new Set();
  }

  /** The row that a member of the input is counted in; undefined for what is no member. */
  rowOf(member: number): number | undefined {
    return this.#given.get(member)?.group.handle;
  }

  hasInput(): boolean {
    return !this.#input.isEmpty;
  }

  keysNeeded(into: Set<number>): void {
    for (const handle of this.#input.read) {
      for (const { path } of this.#node.keys) this.#reader.missing(handle, path, into);
      for (const { path } of this.#node.aggregates) this.#reader.missing(handle, path, into);
      if (this.#node.automatic) this.#reader.missing(handle, WHOLE, into);
    }
  }

  apply(phase: Phase): Delta | undefined {
    const { read, left } = this.#input.take();
    const dirty = new Set<Group>();
    for (const handle of left) this.#takeBack(handle, dirty);
    for (const handle of read) this.#put(handle, dirty);
    const delta = new DeltaBuilder();
    const entering: number[] = [];
    for (const group of dirty) {
      if (group.members.size === 0) this.#drop(group, delta);
      else if (this.#refresh(group) && this.members.has(group.handle)) delta.touch(group.handle);
      if (group.members.size > 0 && !this.members.has(group.handle)) entering.push(group.handle);
    }
    for (const row of entering.sort((a, b) => this.#rows.compareKeys(a, b))) {
      this.members.add(row);
      delta.enter(row);
    }
    return delta.build(phase);
  }

  #put(handle: number, dirty: Set<Group>): void {
    const cells = this.#node.keys.map((key) => {
      const value = this.#reader.value(handle, key.path);
      return key.kind === 'bin' ? binValue(value, key) : value;
    });
    const key = `${this.#node.id} ${JSON.stringify(cells.map(cellText))}`;
    const values = this.#node.aggregates.map(({ path }) => this.#reader.value(handle, path));
    const others = this.#node.automatic ? this.#otherValues(handle) : NO_OTHERS;
    const before = this.#given.get(handle);
    if (before?.group.key === key && sameMaps(before.others, others)) {
      // Most changes stay in their group and leave most columns alone.
      if (exchange(before.group.accumulators, before.values, values)) dirty.add(before.group);
      before.values = values;
      return;
    }
    if (before !== undefined) this.#takeBack(handle, dirty);
    const group = this.#groups.get(key) ?? this.#open(key, cells);
    group.members.add(handle);
    this.#given.set(handle, { group, values, others });
    values.forEach((value, i) => value !== undefined && group.accumulators[i]?.add(value));
    for (const [name, value] of others) {
      let accumulator = group.others.get(name);
      if (accumulator === undefined) group.others.set(name, (accumulator = makeAccumulator('NUNIQUE')));
      accumulator.add(value);
    }
    dirty.add(group);
  }

  #takeBack(handle: number, dirty: Set<Group>): void {
    const given = this.#given.get(handle);
    if (given === undefined) return;
    const { group, values, others } = given;
    this.#given.delete(handle);
    group.members.delete(handle);
    values.forEach((value, i) => value !== undefined && group.accumulators[i]?.remove(value));
    for (const [name, value] of others) group.others.get(name)?.remove(value);
    dirty.add(group);
  }

  #open(key: string, cells: readonly (Value | undefined)[]): Group {
    const { type, aggregates } = this.#node;
    const handle = this.#rows.hold(key, () => ({ type, bases: [], order: cells, values: new Map() }));
    const group: Group = {
      handle,
      key,
      cells,
      members: new Set(),
      accumulators: aggregates.map((aggregate) => makeAccumulator(aggregate.function)),
      others: new Map(),
    };
    this.#groups.set(key, group);
    this.#byRow.set(handle, group);
    return group;
  }

  #drop(group: Group, delta: DeltaBuilder): void {
    this.#groups.delete(group.key);
    this.#byRow.delete(group.handle);
    if (this.members.delete(group.handle)) delta.leave(group.handle);
    this.#rows.release(group.handle);
  }

  /** Computes the row's columns; true where one changed. */
  #refresh(group: Group): boolean {
    const values = new Map<string, Value>();
    const set = (name: string, value: Value | undefined): void => {
      if (value !== undefined) values.set(name, value);
    };
    this.#node.keys.forEach((key, i) => set(key.kind === 'bin' ? key.alias : key.path.text, group.cells[i]));
    this.#node.aggregates.forEach(({ alias }, i) => set(alias, group.accumulators[i]?.result));
    for (const [name, accumulator] of group.others) {
      if (accumulator.result === 0) group.others.delete(name);
      else set(unknownAggregate(name), accumulator.result);
    }
    const row = this.#rows.row(group.handle);
    const isChanged = !sameMaps(row.values, values);
    row.values = values;
    return isChanged;
  }

  #otherValues(handle: number): ReadonlyMap<string, Value> {
    const others = new Map<string, Value>();
    for (const name of this.#reader.names(handle)) {
      if (this.#known.has(name) || attributeOf(this.#node.type, name) !== undefined) continue;
      const value = this.#reader.attribute(handle, name);
      if (value !== undefined) others.set(name, value);
    }
    return others;
  }
}

/** Takes back what a member gave and is no longer so, and gives what is new; true where anything was. */
function exchange(
  accumulators: readonly Accumulator[],
  before: readonly (Value | undefined)[],
  now: readonly (Value | undefined)[],
): boolean {
  let isChanged = false;
  for (const [i, accumulator] of accumulators.entries()) {
    const [old, value] = [before[i], now[i]];
    if (sameValue(old, value)) continue;
    isChanged = true;
    if (old !== undefined) accumulator.remove(old);
    if (value !== undefined) accumulator.add(value);
  }
  return isChanged;
}

function sameMaps(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (!sameValue(value, b.get(name))) return false;
  return true;
}
