import { encodeState, decodeState } from '../store/state-codec.ts';
import { stateKey, stateKeyRange, stateKeys } from '../store/state-keys.ts';
import type { StateStore, StateWrite } from '../store/state-store.ts';
import { EntityContent, NOTHING_FROZEN } from './entity-content.ts';
import type { EntityGraph } from './entity-graph.ts';
import type { MentionShape } from './mention-view.ts';
import type { MentionTime } from './mention-rows.ts';
import type { Observation } from './observation-table.ts';
import type { StoredRows } from './stored-rows.ts';
import type { Value } from './value.ts';

/** Under the name of an array: its pages, and the patches behind them. */
const PAGES = 0;
const PATCHES = 1;

interface StoredGraph {
  readonly types: readonly string[];
  /** Names of the edge tables. */
  readonly edges: readonly string[];
  /** Identity keys lie in pages of their own. A version that does not know of them leaves it out. */
  readonly keys?: true;
}

/** Content as it is stored: the identity key, the parts by view, absent values as null. */
interface StoredContent {
  readonly k: string;
  readonly p: readonly {
    readonly v: number;
    readonly r: number;
    readonly x: readonly (Value | null)[];
    readonly f: readonly (MentionTime | null)[] | null;
    readonly c: boolean;
  }[];
  readonly s: readonly (readonly [string, readonly (readonly [string, string])[]])[] | null;
}

/** Everything of the graph that changed since the last call, as writes for the next commit. */
export function* graphWrites(graph: EntityGraph, scope: string): Generator<StateWrite> {
  const { changed, gone } = graph.contents.takeChanged();
  for (const handle of gone) yield { kind: 'delete', key: contentKey(scope, handle) };
  for (const handle of changed) {
    if (!graph.isResident(handle)) continue;
    yield { kind: 'put', key: contentKey(scope, handle), value: encodeState(storedContent(graph, handle)) };
  }
  for (const { entity, recordId, observation } of graph.observations.takeChanged()) {
    const key = stateKey('r', scope, entity, recordId);
    if (observation === undefined) yield { kind: 'delete', key };
    else yield { kind: 'put', key, value: encodeState([entity, observation]) };
  }
  for (const arrays of allRows(graph)) {
    const changes = arrays.takeChanges();
    if (changes === undefined) continue;
    if (changes.kind === 'patch') {
      yield { kind: 'put', key: stateKey('l', scope, arrays.name, PATCHES, changes.sequence), value: changes.bytes };
      continue;
    }
    yield { kind: 'delete-range', ...stateKeyRange('l', scope, arrays.name, PATCHES) };
    for (const { page, bytes } of changes.pages) {
      yield { kind: 'put', key: stateKey('l', scope, arrays.name, PAGES, page), value: bytes };
    }
  }
  const shapes = graph.views.changed();
  if (shapes !== undefined) {
    yield { kind: 'put', key: stateKeys.meta(`${scope}/shapes`), value: encodeState(shapes) };
  }
  const places = graph.places.changed();
  if (places !== undefined) {
    yield { kind: 'put', key: stateKeys.meta(`${scope}/places`), value: encodeState(places) };
  }
  yield {
    kind: 'put',
    key: stateKeys.meta(`${scope}/graph`),
    value: encodeState({ types: graph.registry.typeNames(), edges: [...graph.edges.keys()], keys: true }),
  };
}

/** Reads a graph back. Contents stay in the store until asked for. */
export async function restoreGraph(graph: EntityGraph, store: StateStore, scope: string): Promise<void> {
  const meta = await store.get(stateKeys.meta(`${scope}/graph`));
  if (meta === null) return;
  const { types, edges, keys } = decodeState(meta) as StoredGraph;
  const shapes = await store.get(stateKeys.meta(`${scope}/shapes`));
  if (shapes !== null) graph.views.restore(decodeState(shapes) as MentionShape[]);
  const places = await store.get(stateKeys.meta(`${scope}/places`));
  if (places !== null) graph.places.restore(decodeState(places) as (readonly [string, string])[]);
  for (const name of edges) graph.edgeTable(name);
  for (const arrays of allRows(graph)) {
    if (arrays === graph.registry.keys && keys !== true) {
      await restoreKeys(graph, store, scope);
      continue;
    }
    const pages = stateKeyRange('l', scope, arrays.name, PAGES);
    for await (const { key, value } of store.range(pages.from, pages.to)) arrays.restorePage(lastNumber(key), value);
    const patches = stateKeyRange('l', scope, arrays.name, PATCHES);
    for await (const { value } of store.range(patches.from, patches.to)) arrays.restorePatch(value);
  }
  graph.finishRestore(types);
  const observations = stateKeyRange('r', scope);
  for await (const { value } of store.range(observations.from, observations.to)) {
    const [entity, observation] = decodeState(value) as [number, Observation];
    graph.observations.restore(entity, observation);
  }
}

/** Loads contents that are not in memory. */
export async function loadContents(
  graph: EntityGraph,
  store: StateStore,
  scope: string,
  handles: readonly number[],
): Promise<void> {
  const missing = handles.filter((handle) => !graph.isResident(handle));
  const values = await store.getMany(missing.map((handle) => contentKey(scope, handle)));
  missing.forEach((handle, i) => {
    const value = values[i];
    graph.contents.adopt(handle, value === null || value === undefined ? new EntityContent() : loadContent(value));
  });
}

/**
 * Of a state that keeps keys with the contents alone. Should there be pages of keys, then from before such a version went
 * on with the state.
 */
async function restoreKeys(graph: EntityGraph, store: StateStore, scope: string): Promise<void> {
  const { keys, end } = graph.registry;
  const range = stateKeyRange('e', scope);
  for await (const { key, value } of store.range(range.from, range.to)) {
    keys.set(lastNumber(key), (decodeState(value) as StoredContent).k);
  }
  keys.writeAllNext(end);
}

function* allRows(graph: EntityGraph): Generator<StoredRows> {
  yield graph.registry.arrays;
  yield graph.registry.keys;
  yield graph.rows.arrays;
  for (const table of graph.edges.values()) {
    yield table.arrays;
    yield table.witnesses;
  }
}

function contentKey(scope: string, handle: number): Uint8Array {
  return stateKey('e', scope, handle);
}

/** The integer at the end of a key, not negative: 8 bytes, big-endian, sign bit flipped. */
function lastNumber(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset + key.length - 8, 8);
  return Number(view.getBigUint64(0) & 0x7fffffffffffffffn);
}

function storedContent(graph: EntityGraph, handle: number): StoredContent {
  const content = graph.content(handle);
  return {
    k: graph.keyOf(handle),
    p: content.parts.map((part) => ({
      v: part.view,
      r: part.row,
      x: Array.from(part.values, (value) => value ?? null),
      f: part.frozen.some((time) => time !== undefined) ? Array.from(part.frozen, (time) => time ?? null) : null,
      c: part.contested,
    })),
    s:
      content.spellings === undefined
        ? null
        : [...content.spellings].map(([name, spellings]) => [name, [...spellings]] as const),
  };
}

function loadContent(bytes: Uint8Array): EntityContent {
  const stored = decodeState(bytes) as StoredContent;
  const content = new EntityContent();
  for (const part of stored.p) {
    content.parts.push({
      view: part.v,
      row: part.r,
      values: part.x.map((value) => value ?? undefined),
      frozen: part.f === null ? NOTHING_FROZEN : part.f.map((time) => time ?? undefined),
      contested: part.c,
    });
  }
  if (stored.s !== null) content.spellings = new Map(stored.s.map(([name, spellings]) => [name, new Map(spellings)]));
  return content;
}
