import { expect, test } from 'vitest';
import { compareBytes } from '../store/compare-bytes.ts';
import { MemoryStateStore } from '../store/memory-state-store.ts';
import { decodeState, encodeState } from '../store/state-codec.ts';
import { stateKeyRange, stateKeys } from '../store/state-keys.ts';
import type { StateStore, StateWrite } from '../store/state-store.ts';
import { wholeDemand } from '../telemetry/whole-demand.ts';
import { EntityGraph } from './entity-graph.ts';
import { graphWrites, restoreGraph } from './graph-state.ts';

const KEYS = stateKeyRange('l', 'test', 'entity.key');
const META = stateKeys.meta('test/graph');

/** What a version writes that keeps identity keys with the contents alone. */
function* olderWrites(graph: EntityGraph): Generator<StateWrite> {
  for (const write of graphWrites(graph, 'test')) {
    const key = write.kind === 'delete-range' ? write.from : write.key;
    if (compareBytes(KEYS.from, key) <= 0 && compareBytes(key, KEYS.to) < 0) continue;
    if (write.kind !== 'put' || compareBytes(key, META) !== 0) yield write;
    else {
      const { types, edges } = decodeState(write.value) as Record<string, unknown>;
      yield { ...write, value: encodeState({ types, edges }) };
    }
  }
}

function emptyGraph(): EntityGraph {
  return new EntityGraph(wholeDemand(), { retains: true });
}

async function restored(store: StateStore): Promise<EntityGraph> {
  const graph = emptyGraph();
  await restoreGraph(graph, store, 'test');
  return graph;
}

async function commit(store: StateStore, graph: EntityGraph): Promise<void> {
  await store.write([...graphWrites(graph, 'test')]);
}

function identities(graph: EntityGraph): string[] {
  const handles = Array.from({ length: graph.registry.end }, (_, handle) => handle);
  return handles
    .filter((handle) => graph.registry.isUsed(handle))
    .map((handle) => `${handle} ${graph.typeOf(handle)} ${graph.keyOf(handle)}`);
}

function forget(graph: EntityGraph, handles: readonly number[]): void {
  for (const handle of handles) graph.registry.retire(handle);
  graph.release(handles);
}

test('a state from before identity keys had pages is read, and has pages from then on', async () => {
  const store = new MemoryStateStore();
  const older = emptyGraph();
  for (let i = 0; i < 700; i++) older.intern(i % 3 === 0 ? 'file' : 'process', `hôst|${i}`);
  forget(older, [3, 300]);
  await store.write([...olderWrites(older)]);
  const graph = await restored(store);
  expect(identities(graph)).toEqual(identities(older));
  expect(graph.registry.find('process', 'hôst|1')).toBe(2);
  graph.intern('user', 'root');
  await commit(store, graph);
  // Contents are not looked at any more.
  await store.write([{ kind: 'delete-range', ...stateKeyRange('e', 'test') }]);
  expect(identities(await restored(store))).toEqual(identities(graph));
});

test('pages of keys do not count once such a version went on with the state', async () => {
  const store = new MemoryStateStore();
  const first = emptyGraph();
  for (let i = 0; i < 900; i++) first.intern('process', `first|${'x'.repeat(200)}|${i}`);
  await commit(store, first);
  for (let i = 0; i < 5; i++) {
    first.intern('process', `patched|${i}`);
    await commit(store, first);
  }
  const older = await restored(store);
  const most = Array.from({ length: 800 }, (_, i) => i + 1);
  forget(older, [...most, 903]);
  older.intern('file', 'in the place of one that went');
  await store.write([...olderWrites(older)]);
  const again = await restored(store);
  expect(identities(again)).toEqual(identities(older));
  again.intern('user', 'root');
  await commit(store, again);
  expect(identities(await restored(store))).toEqual(identities(again));
});
