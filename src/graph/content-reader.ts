import { listedReference } from '../catalogue/reference-of.ts';
import type { DerivedRows } from './derived-rows.ts';
import type { EntityGraph } from './entity-graph.ts';
import type { Value } from './value.ts';

/** Attributes that one hunt gives to entities by NEW: seen by that hunt only, before anything else (decision 1). */
export type Overlay = ReadonlyMap<number, ReadonlyMap<string, Value>>;

/** A path as operators read it; `AttributePath` of the language has this shape. */
export interface ReadablePath {
  readonly steps: readonly { readonly reference: string; readonly list: boolean }[];
  readonly attribute: string;
}

/**
 * Reads merged content along attribute paths, as one hunt sees it. A derived row has columns of its own; what it does
 * not say, the members say that it stands for, the first one first.
 * Contract: `missing` first, until it finds nothing; then `value` and `values` never meet content that is not in memory.
 */
export class ContentReader {
  readonly #graph: EntityGraph;
  readonly #overlay: Overlay;
  readonly #rows: DerivedRows;

  constructor(graph: EntityGraph, overlay: Overlay, rows: DerivedRows) {
    this.#graph = graph;
    this.#overlay = overlay;
    this.#rows = rows;
  }

  /** Adds to `into` the handles whose content is needed next to walk `path` from `handle`. */
  missing(handle: number, path: ReadablePath, into: Set<number>): void {
    if (handle < 0) {
      const { values, bases } = this.#rows.row(handle);
      if (!values.has(textOfPath(path))) for (const base of bases) this.missing(base, path, into);
      return;
    }
    let level = [handle];
    for (const step of path.steps) {
      const next: number[] = [];
      for (const each of level) {
        if (!step.list && !this.#graph.isResident(each)) into.add(each);
        else next.push(...this.targets(each, step.reference, step.list));
      }
      level = next;
    }
    for (const each of level) if (!this.#graph.isResident(each)) into.add(each);
  }

  /** All values that the path leads to; more than one only over lists of references. */
  values(handle: number, path: ReadablePath): Value[] {
    if (handle < 0) {
      const { values, bases } = this.#rows.row(handle);
      const own = values.get(textOfPath(path));
      if (own !== undefined) return [own].flat() as Value[];
      return firstOf(bases, (base) => nonEmpty(this.values(base, path))) ?? [];
    }
    const given = this.#given(handle, path);
    if (given !== undefined) return [given].flat() as Value[];
    let level = [handle];
    for (const step of path.steps) level = level.flatMap((each) => this.targets(each, step.reference, step.list));
    return level.flatMap((each) => this.attribute(each, path.attribute) ?? []) as Value[];
  }

  /** The value shown: the first one over a list of references. */
  value(handle: number, path: ReadablePath): Value | undefined {
    if (handle < 0) {
      const { values, bases } = this.#rows.row(handle);
      return values.get(textOfPath(path)) ?? firstOf(bases, (base) => this.value(base, path));
    }
    if (path.steps.length === 0) return this.attribute(handle, path.attribute);
    const given = this.#given(handle, path);
    if (given !== undefined) return given;
    return this.#first(handle, path, 0);
  }

  /** A direct attribute. A reference reads as the key of the entity it leads to, `id` as the entity's own. */
  attribute(handle: number, name: string): Value | undefined {
    if (handle < 0) return this.value(handle, { steps: [], attribute: name });
    const given = this.#overlay.get(handle)?.get(name);
    if (given !== undefined) return given;
    const reference = listedReference(this.#graph.typeOf(handle), name);
    if (reference !== undefined) {
      const keys = this.targets(handle, reference.name, reference.list).map((target) => this.#graph.keyOf(target));
      return reference.list ? (keys.length === 0 ? undefined : keys) : keys[0];
    }
    const value = this.#graph.content(handle).value(this.#graph, name);
    return value === undefined && name === 'id' ? this.#graph.keyOf(handle) : value;
  }

  /** Names of direct attributes that have a value. */
  names(handle: number): Set<string> {
    if (handle < 0) {
      const { values, bases } = this.#rows.row(handle);
      return new Set([...values.keys(), ...bases.flatMap((base) => [...this.names(base)])]);
    }
    const names = this.#graph.content(handle).names(this.#graph);
    for (const name of this.#overlay.get(handle)?.keys() ?? []) names.add(name);
    return names;
  }

  /**
   * Entities a reference leads to: the merged one of a single reference, all of a list in order of their keys.
   * Entities that the retention has forgotten are not among them.
   */
  targets(handle: number, reference: string, list: boolean): number[] {
    if (handle < 0) {
      return firstOf(this.#rows.row(handle).bases, (base) => nonEmpty(this.targets(base, reference, list))) ?? [];
    }
    if (!list) {
      const stored = this.#graph.content(handle).value(this.#graph, reference);
      const target = typeof stored === 'number' ? this.#graph.registry.follow(stored) : 0;
      return target === 0 ? [] : [target];
    }
    const table = this.#graph.edges.get(`${this.#graph.typeOf(handle)}.${reference}`);
    if (table === undefined) return [];
    return [...table.referred(handle)].sort((a, b) => this.#graph.compareKeys(a, b));
  }

  /** A whole path as NEW gave it: `{"src_ref.value": "10.0.0.1"}`. */
  #given(handle: number, path: ReadablePath): Value | undefined {
    const given = this.#overlay.get(handle);
    if (given === undefined || path.steps.length === 0) return undefined;
    return given.get(textOfPath(path));
  }

  #first(handle: number, path: ReadablePath, step: number): Value | undefined {
    const at = path.steps[step];
    if (at === undefined) return this.attribute(handle, path.attribute);
    for (const target of this.targets(handle, at.reference, at.list)) {
      const value = this.#first(target, path, step + 1);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function textOfPath({ steps, attribute }: ReadablePath): string {
  return steps.length === 0 ? attribute : [...steps.map((step) => step.reference), attribute].join('.');
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function firstOf<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
