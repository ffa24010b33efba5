import { IdentityIndex } from './identity-index.ts';
import { KeyTexts } from './key-texts.ts';
import { PagedArrays } from './paged-arrays.ts';
import { compareTexts } from './value.ts';

/** More than any handle: a stored reference is generation · HANDLES + handle, exact below 2²¹ generations. */
const HANDLES = 2 ** 32;

/**
 * Which entities there are: identity (type, key) ↔ handle, a stable integer from 1 for the life of the entity.
 * Handles are given back by `retire` and `release`, and then used again under a new generation.
 */
export class EntityRegistry {
  readonly arrays = new PagedArrays('entity', { type: 'i32', lastMs: 'f64', head: 'i32', generation: 'i32' });
  readonly #typeNames: string[] = [''];
  readonly #typeIds = new Map<string, number>();
  readonly keys = new KeyTexts('entity.key');
  readonly #index = new IdentityIndex(this.keys, (handle) => this.#types[handle] as number);
  readonly #free: number[] = [];

  #types = this.arrays.column('type');
  // Columns are read once per mention: cached here, refreshed whenever a handle is added.
  /** Greatest last_observed, ms; −Infinity where no record mentions the entity (rows of NEW). */
  lastMs = this.arrays.column('lastMs');
  /** First mention row of the entity, 0 for none. */
  heads = this.arrays.column('head');
  /** How many entities the handle has stood for before: a reused handle is not taken for the old one. */
  generations = this.arrays.column('generation');

  /** One more than the highest handle. */
  get end(): number {
    return this.arrays.size;
  }

  get size(): number {
    return this.arrays.size - 1 - this.#free.length;
  }

  isUsed(handle: number): boolean {
    return this.keys.has(handle);
  }

  typeOf(handle: number): string {
    return this.#typeNames[this.#types[handle] as number] ?? '';
  }

  keyOf(handle: number): string {
    return this.keys.get(handle);
  }

  /** Order of entities: by the bytes of their identity keys, then by type (ties of SORT, LIMIT, lists of references). */
  compareKeys(a: number, b: number): number {
    return this.keys.compare(a, b) || compareTexts(this.typeOf(a), this.typeOf(b));
  }

  find(type: string, key: string): number | undefined {
    const typeId = this.#typeIds.get(type);
    return typeId === undefined ? undefined : this.#index.find(typeId, key) || undefined;
  }

  /** A handle for an identity that `find` does not know. */
  add(type: string, key: string): number {
    let typeId = this.#typeIds.get(type);
    if (typeId === undefined) {
      typeId = this.#typeNames.push(type) - 1;
      this.#typeIds.set(type, typeId);
    }
    const handle = this.#free.pop() ?? this.arrays.add();
    this.#refresh();
    this.#types[handle] = typeId;
    this.lastMs[handle] = -Infinity;
    this.heads[handle] = 0;
    this.arrays.touch(handle);
    this.keys.set(handle, key);
    this.#index.add(handle);
    return handle;
  }

  /** What content stores to refer to an entity: it leads nowhere once the entity is retired. */
  referenceTo(handle: number): number {
    return (this.generations[handle] as number) * HANDLES + handle;
  }

  /** Handle of the entity that a stored reference leads to, 0 where that entity has been retired. */
  follow(reference: number): number {
    const handle = reference % HANDLES;
    return (this.generations[handle] as number) === Math.floor(reference / HANDLES) ? handle : 0;
  }

  /** Ends the references to an entity that is being forgotten; its identity and handle stay until `release`. */
  retire(handle: number): void {
    this.generations[handle] = (this.generations[handle] as number) + 1;
    this.arrays.touch(handle);
  }

  /** Gives back the handle of a retired entity. */
  release(handle: number): void {
    this.#index.remove(handle);
    this.keys.clear(handle);
    this.#free.push(handle);
  }

  typeNames(): readonly string[] {
    return this.#typeNames;
  }

  /** Ends a restore of arrays and keys: type names as they were numbered, identities found again, free handles too. */
  finishRestore(typeNames: readonly string[]): void {
    for (const name of typeNames.slice(1)) this.#typeIds.set(name, this.#typeNames.push(name) - 1);
    this.#refresh();
    for (let handle = 1; handle < this.end; handle++) {
      if (this.isUsed(handle)) this.#index.add(handle);
      else this.#free.push(handle);
    }
  }

  #refresh(): void {
    this.#types = this.arrays.column('type');
    this.lastMs = this.arrays.column('lastMs');
    this.heads = this.arrays.column('head');
    this.generations = this.arrays.column('generation');
  }
}
