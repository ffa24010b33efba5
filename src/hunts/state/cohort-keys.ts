import { stateKey, stateKeyRange, type StateKeyPart, type StatePrefix } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';

/** Under the cohort and the hunt: operators and alerts. */
const OF_HUNTS = ['w', 's', 'a'] as const;
/** What the hunts of a cohort share. */
const SHARED = ['e', 'l', 'r', 'c'] as const;
const META = ['scope', 'graph', 'shapes', 'places'] as const;

/** A copy is written in parts of this size. */
const COPY_BYTES = 4 * 1024 * 1024;

export function* huntDeletes(cohort: string, hunt: string): Generator<StateWrite> {
  for (const prefix of OF_HUNTS) yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort, hunt) };
}

export function* operatorDeletes(cohort: string, hunt: string, slot: number): Generator<StateWrite> {
  for (const prefix of ['w', 's'] as const) {
    yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort, hunt, slot) };
  }
}

export function* cohortDeletes(cohort: string): Generator<StateWrite> {
  for (const prefix of [...SHARED, ...OF_HUNTS, 'o'] as const) {
    yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort) };
  }
  for (const part of ['position', 'journal', 'notes'])
    yield { kind: 'delete-range', ...stateKeyRange('p', part, cohort) };
  for (const name of META) yield { kind: 'delete', key: stateKey('m', `${cohort}/${name}`) };
}

/**
 * Copies what hunts of a cohort stand on to another one that nobody knows yet: graph, positions, coverage, and what is their
 * own. The journal stays: it tells what was run, and these hunts do not run. What a call that was killed had copied is
 * replaced.
 */
export async function copyCohort(store: StateStore, from: string, to: string, hunts: readonly string[]): Promise<void> {
  await store.write([...cohortDeletes(to)]);
  let writes: StateWrite[] = [];
  let size = 0;
  const copied: [StatePrefix, (cohort: string) => StateKeyPart[]][] = [
    ...SHARED.map((prefix): (typeof copied)[number] => [prefix, (cohort) => [cohort]]),
    ...OF_HUNTS.flatMap((prefix) => hunts.map((hunt): (typeof copied)[number] => [prefix, (cohort) => [cohort, hunt]])),
    ['p', (cohort) => ['position', cohort]],
  ];
  for (const [prefix, parts] of copied) {
    const range = stateKeyRange(prefix, ...parts(from));
    const beginning = stateKey(prefix, ...parts(to));
    for await (const { key, value } of store.range(range.from, range.to)) {
      writes.push({ kind: 'put', key: Buffer.concat([beginning, key.subarray(range.from.length)]), value });
      size += key.length + value.length;
      if (size < COPY_BYTES) continue;
      await store.write(writes);
      [writes, size] = [[], 0];
    }
  }
  for (const name of META) {
    const value = await store.get(stateKey('m', `${from}/${name}`));
    if (value !== null) writes.push({ kind: 'put', key: stateKey('m', `${to}/${name}`), value });
  }
  await store.write(writes);
}
