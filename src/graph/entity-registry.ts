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
  readonly #keys: string[] = [''];
  readonly #handles = new Map<string, Map<string, number>>();
  readonly #free: number[] = [];

  // Columns are read once per mention: cached here, refreshed whenever a handle is added.
  /** Greatest last_observed, ms; −Infinity where no record mentions the entity (rows of NEW). */
  lastMs = this.arrays.column('lastMs');
  /** First mention row of the entity, 0 for none. */
  heads = this.arrays.column('head');
  /** How many entities the handle has stood for before: a reused handle is not taken for the old one. */
  generations = this.arrays.column('generation');

  /** One more than the highest handle. */
  get end(): number {
    return this.#keys.length;
  }

  get size(): number {
    return this.#keys.length - 1 - this.#free.length;
  }

  isUsed(handle: number): boolean {
    return this.#keys[handle] !== '' && this.#keys[handle] !== undefined;
  }

  typeOf(handle: number): string {
    return this.#typeNames[this.arrays.column('type')[handle] as number] ?? '';
  }

  keyOf(handle: number): string {
    return this.#keys[handle] ?? '';
  }

  /** Order of entities: by the bytes of their identity keys, then by type (ties of SORT, LIMIT, lists of references). */
  compareKeys(a: number, b: number): number {
    return compareTexts(this.keyOf(a), this.keyOf(b)) || compareTexts(this.typeOf(a), this.typeOf(b));
  }

  find(type: string, key: string): number | undefined {
    return this.#handles.get(type)?.get(key);
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
    this.arrays.column('type')[handle] = typeId;
    this.lastMs[handle] = -Infinity;
    this.heads[handle] = 0;
    this.arrays.touch(handle);
    this.#keys[handle] = key;
    this.#keysOf(type).set(key, handle);
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
    this.#handles.get(this.typeOf(handle))?.delete(this.keyOf(handle));
    this.#keys[handle] = '';
    this.#free.push(handle);
  }

  typeNames(): readonly string[] {
    return this.#typeNames;
  }

  /** Brings back one identity after a restart; the arrays have been restored before. */
  restore(handle: number, type: string, key: string): void {
    while (this.#keys.length <= handle) this.#keys.push('');
    this.#keys[handle] = key;
    this.#keysOf(type).set(key, handle);
  }

  /** Ends a restore: type names as they were numbered, free handles found. */
  finishRestore(typeNames: readonly string[]): void {
    for (const name of typeNames.slice(1)) this.#typeIds.set(name, this.#typeNames.push(name) - 1);
    this.#refresh();
    while (this.#keys.length < this.arrays.size) this.#keys.push('');
    for (let handle = 1; handle < this.#keys.length; handle++) if (this.#keys[handle] === '') this.#free.push(handle);
  }

  #keysOf(type: string): Map<string, number> {
    let keys = this.#handles.get(type);
    if (keys === undefined) this.#handles.set(type, (keys = new Map()));
    return keys;
  }

  #refresh(): void {
    this.lastMs = this.arrays.column('lastMs');
    this.heads = this.arrays.column('head');
    this.generations = this.arrays.column('generation');
  }
}
