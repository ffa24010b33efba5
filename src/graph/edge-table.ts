import { compareInstants, type Instant } from '../catalogue/instant.ts';
import { PagedArrays } from './paged-arrays.ts';

/** A pair of entity handles that entered or left an edge table in this epoch. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** In place of the last assertion of an edge that no longer counts. */
const DORMANT = -Infinity;

/** Where the record lies that first asserted an edge; `place`: as `RecordPlaces` counts, 0: not known. */
export interface EdgeWitness {
  readonly place: number;
  readonly offset: number;
}

type EdgeColumn = 'from' | 'to' | 'lastMs' | 'firstMs' | 'firstNs';

/**
 * All edges of one reference attribute (`process.parent_ref`: from the process to its parent), in both directions.
 * An edge is the union of every record that asserted it, with the greatest last_observed among them (for
 * retention) and the least first_observed (the time of alerts, decision 28).
 * An edge that no record within the retention asserts is *dormant* while both entities are known: relations (FIND) do
 * not count it, but the reference that an entity was given by it still leads there.
 * Edges stay in memory (about 70 bytes each); the store holds them as pages for a restart.
 */
export class EdgeTable {
  readonly name: string;
  readonly #arrays: PagedArrays<EdgeColumn>;
  /** Row by row as the edges, in pages of their own: states of versions that did not keep them have none. */
  readonly #witnesses: PagedArrays<'place' | 'offset'>;
  #moved = 0;
  /** Linked lists per entity and direction, rebuilt after a restart: not part of the pages. */
  #nextFrom = new Int32Array(1024);
  #prevFrom = new Int32Array(1024);
  #nextTo = new Int32Array(1024);
  #prevTo = new Int32Array(1024);
  #headFrom = new Int32Array(1024);
  #headTo = new Int32Array(1024);
  /** Open addressing over (from, to); 0 = empty, −1 = removed. */
  #slots = new Int32Array(2048);
  #used = 0;
  #free: number[] = [];
  #live = 0;

  constructor(name: string) {
    this.name = name;
    this.#arrays = new PagedArrays(`edge.${name}`, {
      from: 'i32',
      to: 'i32',
      lastMs: 'f64',
      firstMs: 'f64',
      firstNs: 'i32',
    });
    this.#witnesses = new PagedArrays(`edge-witness.${name}`, { place: 'i32', offset: 'f64' });
  }

  get size(): number {
    return this.#live;
  }

  get arrays(): PagedArrays<EdgeColumn> {
    return this.#arrays;
  }

  get witnesses(): PagedArrays<'place' | 'offset'> {
    return this.#witnesses;
  }

  /** Asserts an edge; true where it is new, or was dormant. `wantsWitness` tells whether that record is the first one now. */
  assert(from: number, to: number, first: Instant, lastMs: number): boolean {
    this.#moved = 0;
    const known = this.#find(from, to);
    if (known !== 0) {
      const last = this.#arrays.column('lastMs');
      if (last[known] === DORMANT) {
        last[known] = lastMs;
        this.#setFirst(known, first);
        return true;
      }
      if (lastMs > (last[known] as number)) {
        last[known] = lastMs;
        this.#arrays.touch(known);
      }
      if (compareInstants(first, this.#firstAt(known)) < 0) this.#setFirst(known, first);
      return false;
    }
    const id = this.#free.pop() ?? this.#arrays.add();
    this.#arrays.column('from')[id] = from;
    this.#arrays.column('to')[id] = to;
    this.#arrays.column('lastMs')[id] = lastMs;
    this.#setFirst(id, first);
    this.#link(id, from, to);
    return true;
  }

  /** Whether the time of the edge of the last `assert` has become that of its record: `witness` is to be told where that lies. */
  get wantsWitness(): boolean {
    return this.#moved !== 0;
  }

  /** Of the edge of the last `assert`. */
  witness({ place, offset }: EdgeWitness): void {
    const id = this.#moved;
    const witnesses = this.#witnesses;
    if (id >= witnesses.size) {
      if (place === 0) return;
      while (id >= witnesses.size) witnesses.add();
    }
    witnesses.column('place')[id] = place;
    witnesses.column('offset')[id] = offset;
    witnesses.touch(id);
  }

  /** Where the record lies that first asserted the edge; undefined where that is not known. */
  firstWitness(from: number, to: number): EdgeWitness | undefined {
    const id = this.#find(from, to);
    if (id === 0 || this.#isDormant(id) || id >= this.#witnesses.size) return undefined;
    const place = this.#witnesses.column('place')[id] as number;
    return place === 0 ? undefined : { place, offset: this.#witnesses.column('offset')[id] as number };
  }

  /** When a record first asserted the edge: least first_observed. */
  firstAsserted(from: number, to: number): Instant | undefined {
    const id = this.#find(from, to);
    return id === 0 || this.#isDormant(id) ? undefined : this.#firstAt(id);
  }

  /** Targets of `from`, newest edge first; dormant edges left out. */
  *forward(from: number): Generator<number> {
    for (const id of this.#edgesFrom(from)) if (!this.#isDormant(id)) yield this.#arrays.column('to')[id] as number;
  }

  /** Sources of edges that lead to `to`; dormant edges left out. */
  *backward(to: number): Generator<number> {
    for (const id of this.#edgesTo(to)) if (!this.#isDormant(id)) yield this.#arrays.column('from')[id] as number;
  }

  /** Entities that `from` was ever said to refer to and that are still known. */
  *referred(from: number): Generator<number> {
    for (const id of this.#edgesFrom(from)) yield this.#arrays.column('to')[id] as number;
  }

  /** Entities that were ever said to refer to `to` and that are still known. */
  *referrers(to: number): Generator<number> {
    for (const id of this.#edgesTo(to)) yield this.#arrays.column('from')[id] as number;
  }

  /**
   * Lets edges last asserted before `horizonMs` rest, and removes those of entities for which `gone` holds.
   * Returns the edges that no longer count.
   */
  expire(horizonMs: number, gone: (handle: number) => boolean): Edge[] {
    const ended: Edge[] = [];
    const from = this.#arrays.column('from');
    const to = this.#arrays.column('to');
    const last = this.#arrays.column('lastMs');
    for (let id = 1; id < this.#arrays.size; id++) {
      const a = from[id] as number;
      if (a === 0) continue;
      const b = to[id] as number;
      const removed = gone(a) || gone(b);
      if (!removed && ((last[id] as number) >= horizonMs || last[id] === DORMANT)) continue;
      if (last[id] !== DORMANT) ended.push({ from: a, to: b });
      if (removed) this.#unlink(id, a, b);
      else {
        last[id] = DORMANT;
        this.#arrays.touch(id);
      }
    }
    return ended;
  }

  /** Links what was restored. */
  relink(): void {
    const from = this.#arrays.column('from');
    const to = this.#arrays.column('to');
    for (let id = 1; id < this.#arrays.size; id++) {
      if (from[id] === 0) this.#free.push(id);
      else this.#link(id, from[id] as number, to[id] as number);
    }
  }

  *#edgesFrom(from: number): Generator<number> {
    for (let id = this.#headFrom[from] ?? 0; id !== 0; id = this.#nextFrom[id] as number) yield id;
  }

  *#edgesTo(to: number): Generator<number> {
    for (let id = this.#headTo[to] ?? 0; id !== 0; id = this.#nextTo[id] as number) yield id;
  }

  #isDormant(id: number): boolean {
    return this.#arrays.column('lastMs')[id] === DORMANT;
  }

  #firstAt(id: number): Instant {
    return {
      ms: this.#arrays.column('firstMs')[id] as number,
      ns: this.#arrays.column('firstNs')[id] as number,
    };
  }

  #setFirst(id: number, first: Instant): void {
    this.#arrays.column('firstMs')[id] = first.ms;
    this.#arrays.column('firstNs')[id] = first.ns;
    this.#arrays.touch(id);
    this.#moved = id;
  }

  #link(id: number, from: number, to: number): void {
    if (this.#used * 2 >= this.#slots.length) this.#rehash();
    let at = hashPair(from, to) & (this.#slots.length - 1);
    while ((this.#slots[at] as number) > 0) at = (at + 1) & (this.#slots.length - 1);
    if (this.#slots[at] === 0) this.#used++;
    this.#slots[at] = id;
    this.#nextFrom = fit(this.#nextFrom, id);
    this.#prevFrom = fit(this.#prevFrom, id);
    this.#nextTo = fit(this.#nextTo, id);
    this.#prevTo = fit(this.#prevTo, id);
    this.#headFrom = fit(this.#headFrom, from);
    this.#headTo = fit(this.#headTo, to);
    const nextFrom = this.#headFrom[from] as number;
    this.#nextFrom[id] = nextFrom;
    this.#prevFrom[id] = 0;
    if (nextFrom !== 0) this.#prevFrom[nextFrom] = id;
    this.#headFrom[from] = id;
    const nextTo = this.#headTo[to] as number;
    this.#nextTo[id] = nextTo;
    this.#prevTo[id] = 0;
    if (nextTo !== 0) this.#prevTo[nextTo] = id;
    this.#headTo[to] = id;
    this.#live++;
  }

  #unlink(id: number, from: number, to: number): void {
    const at = this.#slotOf(from, to);
    if (at >= 0) this.#slots[at] = -1;
    const nextFrom = this.#nextFrom[id] as number;
    const prevFrom = this.#prevFrom[id] as number;
    if (prevFrom === 0) this.#headFrom[from] = nextFrom;
    else this.#nextFrom[prevFrom] = nextFrom;
    if (nextFrom !== 0) this.#prevFrom[nextFrom] = prevFrom;
    const nextTo = this.#nextTo[id] as number;
    const prevTo = this.#prevTo[id] as number;
    if (prevTo === 0) this.#headTo[to] = nextTo;
    else this.#nextTo[prevTo] = nextTo;
    if (nextTo !== 0) this.#prevTo[nextTo] = prevTo;
    this.#arrays.column('from')[id] = 0;
    this.#arrays.column('to')[id] = 0;
    this.#arrays.touch(id);
    this.#free.push(id);
    this.#live--;
  }

  #find(from: number, to: number): number {
    const at = this.#slotOf(from, to);
    return at < 0 ? 0 : (this.#slots[at] as number);
  }

  #slotOf(from: number, to: number): number {
    const froms = this.#arrays.column('from');
    const tos = this.#arrays.column('to');
    const mask = this.#slots.length - 1;
    for (let at = hashPair(from, to) & mask; ; at = (at + 1) & mask) {
      const id = this.#slots[at] as number;
      if (id === 0) return -1;
      if (id > 0 && froms[id] === from && tos[id] === to) return at;
    }
  }

  #rehash(): void {
    const old = this.#slots;
    const size = this.#live * 2 >= old.length / 2 ? old.length * 2 : old.length;
    this.#slots = new Int32Array(size);
    this.#used = 0;
    const from = this.#arrays.column('from');
    const to = this.#arrays.column('to');
    for (const id of old) {
      if (id <= 0) continue;
      let at = hashPair(from[id] as number, to[id] as number) & (size - 1);
      while (this.#slots[at] !== 0) at = (at + 1) & (size - 1);
      this.#slots[at] = id;
      this.#used++;
    }
  }
}

function hashPair(from: number, to: number): number {
  let hash = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function fit(array: Int32Array<ArrayBuffer>, index: number): Int32Array<ArrayBuffer> {
  if (index < array.length) return array;
  const grown = new Int32Array(Math.max(array.length * 2, index + 1));
  grown.set(array);
  return grown;
}
