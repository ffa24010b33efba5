import { describe, expect, test } from 'vitest';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { stateKey, stateKeyRange, type StateKeyPart, type StatePrefix } from '../../store/state-keys.ts';
import type { StateWrite } from '../../store/state-store.ts';
import type { Demand } from '../../telemetry/demand.ts';
import type { HuntIdentity } from '../upgrade/hunt-identity.ts';
import { StateFolder, type Cohort } from './state-folder.ts';

const DEMAND: Demand = {
  types: new Map(),
  references: new Set(),
  patternTypes: new Map(),
  patternReferences: new Set(),
  linked: [],
  observed: new Set(),
  recordIds: false,
};
const hunt = (id: string): HuntIdentity => ({ id, fingerprint: id, operators: [], alerts: [] });
const B_WAITS = ({ id }: HuntIdentity): boolean => id === 'b';

/** What a cohort of `a` and `b` keeps: shared and of its own. */
const KEPT: readonly (readonly [StatePrefix, ...StateKeyPart[]])[] = [
  ['e', 'c1', 7],
  ['l', 'c1', 'entity', 0],
  ['r', 'c1', 7, 'x'],
  ['c', 'c1', 's', 'log'],
  ['p', 'position', 'c1', 'log'],
  ['p', 'journal', 'c1', 0],
  ['w', 'c1', 'a', 0, 1],
  ['w', 'c1', 'b', 0, 1],
  ['a', 'c1', 'b', 0, 'g1'],
  ['m', 'c1/scope'],
  ['m', 'c1/graph'],
];

class MortalStore extends MemoryStateStore {
  /** Writes that are still done. */
  left = Infinity;

  override async write(batch: readonly StateWrite[]): Promise<void> {
    if (this.left-- <= 0) throw new Error('died');
    await super.write(batch);
  }
}

async function withState(): Promise<MortalStore> {
  const store = new MortalStore();
  await start(store, ['a', 'b']);
  const value = Buffer.from('kept');
  await store.write(KEPT.map((parts): StateWrite => ({ kind: 'put', key: stateKey(...parts), value })));
  return store;
}

async function start(store: MortalStore, ids: readonly string[], holds?: typeof B_WAITS): Promise<readonly Cohort[]> {
  const folder = await StateFolder.open(store, 0);
  const cohorts = await folder.cohorts(
    ['s'],
    ids.map(hunt),
    () => DEMAND,
    () => {},
    holds,
  );
  await folder.releaseOthers(() => {}, holds);
  return cohorts;
}

/** The parts that are there, of those that a cohort may have. */
async function kept(store: MortalStore, cohort: string): Promise<readonly (readonly StateKeyPart[])[]> {
  const renamed = KEPT.map(([prefix, ...parts]) => {
    const named = parts.map((part) => (typeof part === 'string' ? part.replace('c1', cohort) : part));
    return [prefix, ...named] as [StatePrefix, ...StateKeyPart[]];
  });
  const found = await store.getMany(renamed.map((parts) => stateKey(...parts)));
  return KEPT.filter((_, i) => found[i] !== null);
}

const shown = (cohorts: readonly Cohort[]): unknown[] =>
  cohorts.map(({ state, hunts, resumed }) => [state.id, hunts.map(({ id }) => id), resumed]);

describe('a hunt that waits while others of its cohort go on', () => {
  test('moves to a copy of what it stands on, and goes on there', async () => {
    const store = await withState();
    expect(shown(await start(store, ['a'], B_WAITS))).toEqual([['c1', ['a'], true]]);
    const ofB = KEPT.filter(
      ([prefix, , id]) => !('wa'.includes(prefix) && id === 'a') && id !== 'c1' && prefix !== 'p',
    );
    const copied = await kept(store, 'c2');
    expect(copied).toEqual(expect.arrayContaining([...ofB]));
    expect(copied).toContainEqual(['p', 'position', 'c1', 'log']);
    // What was run stays where it ran.
    expect(copied).not.toContainEqual(['p', 'journal', 'c1', 0]);
    expect(copied).not.toContainEqual(['w', 'c1', 'a', 0, 1]);
    expect(await kept(store, 'c1')).toEqual(KEPT.filter(([, , id]) => id !== 'b'));
    // Nothing more happens to it as long as it waits.
    expect(shown(await start(store, ['a'], B_WAITS))).toEqual([['c1', ['a'], true]]);
    expect(shown(await start(store, ['a', 'b']))).toEqual([
      ['c1', ['a'], true],
      ['c2', ['b'], true],
    ]);
    expect(await kept(store, 'c2')).toEqual(copied);
  });

  test('is where it was if the process dies before that is done, and the copy is nobody’s', async () => {
    for (let writes = 0; writes < 3; writes++) {
      const store = await withState();
      store.left = writes;
      await expect(start(store, ['a'], B_WAITS)).rejects.toThrow('died');
      store.left = Infinity;
      expect(await kept(store, 'c1')).toEqual(KEPT);
      expect(shown(await start(store, ['a', 'b', 'c']))).toEqual([
        ['c1', ['a', 'b'], true],
        ['c2', ['c'], false],
      ]);
      expect(await kept(store, 'c2')).toEqual([]);
      const { from, to } = stateKeyRange('e', 'c2');
      for await (const { key } of store.range(from, to)) throw new Error(`left behind: ${key.join()}`);
    }
  });
});
