import { expect, test } from 'vitest';
import { compileHunt } from '../../src/hunts/compile-hunt.ts';
import { demandOf } from '../../src/hunts/demand-of.ts';
import { parseHuntFile } from '../../src/hunts/hunt-file/hunt-file-parse.ts';
import { InlineByteSource } from '../../src/hunts/hunt-tests/inline-byte-source.ts';
import type { HuntResult } from '../../src/hunts/run/hunt-result.ts';
import { ScopeRun } from '../../src/hunts/run/scope-run.ts';
import { emptyObserver } from '../../src/hunts/testing/empty-observer.ts';
import { StateFolder } from '../../src/hunts/state/state-folder.ts';
import { huntIdentity } from '../../src/hunts/upgrade/hunt-identity.ts';
import type { StateStore } from '../../src/store/state-store.ts';
import { processDocument } from '../kafka/read-source.ts';
import { DyingStore } from '../support/dying-store.ts';

const RECORDS = 1800;
const HUNT = `
hunt: every-process
title: every process
severity: low
huntflow: |
  p = GET process FROM file://telemetry WHERE pid >= 0
alerts:
  - on: p
    title: "{name} {pid}"
`;

const { hunt: definition } = parseHuntFile('every-process.hunt.yaml', HUNT);
const text = Array.from({ length: RECORDS }, (_, i) => `${processDocument(i)}\n`).join('');

/** One run over the records, or what of them the state has not seen. */
async function run(store: StateStore, told: Set<string>): Promise<HuntResult | undefined> {
  if (definition?.huntflow.kind !== 'inline') throw new Error('no huntflow');
  const { hunt } = compileHunt(definition, definition.huntflow.text);
  if (hunt === undefined) throw new Error('the hunt does not check');
  const folder = await StateFolder.open(store, 0);
  for (const { event } of await folder.undelivered()) told.add(event.id);
  await folder.delivered(undefined);
  const outbox = await folder.openOutbox(['remote']);
  const demand = demandOf([hunt], { rowsOf: () => false, countRecords: false });
  const [cohort] = await folder.cohorts(
    ['s'],
    [huntIdentity(hunt)],
    () => demand,
    () => {},
  );
  let now = 0;
  const scope = await ScopeRun.open({
    hunts: [hunt],
    sources: [{ name: 's', places: [new InlineByteSource(text)] }],
    resolveSource: () => 's',
    demand,
    retentionMs: Infinity,
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 20,
    seed: folder.seed,
    snapshots: false,
    countRecords: false,
    observer: {
      ...emptyObserver,
      huntFailed: (_hunt, error) => {
        throw error;
      },
    },
    state: cohort?.state,
    emit: async (alerts) => {
      for (const { event } of alerts) told.add(event.id);
    },
    room: (signal) => outbox.room(signal),
    sinkMark: () => undefined,
    // Every epoch is a commit of its own.
    wallClock: () => (now += 100),
  });
  await scope.run(new AbortController().signal);
  return (await scope.results(() => false))[0];
}

test('after a failed commit nothing more is committed: the next run finds everything', async () => {
  const undisturbed = new DyingStore();
  const expected = new Set<string>();
  await run(undisturbed, expected);
  expect(expected.size).toBe(RECORDS);
  // The folder, the outbox, the cohorts, then the commits.
  expect(undisturbed.writes).toBeGreaterThan(6);
  for (let failing = 4; failing <= undisturbed.writes; failing++) {
    const store = new DyingStore();
    store.failing = failing;
    const told = new Set<string>();
    await expect(run(store, told)).rejects.toThrow('died');
    expect(store.writes, 'nothing is written after it').toBe(failing);
    const result = await run(store, told);
    expect(result?.variables.map(({ entities }) => entities)).toEqual([RECORDS]);
    expect(told).toEqual(expected);
    const waiting = (await (await StateFolder.open(store, 0)).openOutbox(['remote'])).queues[0];
    const queued = await waiting?.first(10_000, Infinity);
    expect(new Set(queued?.map(({ alert }) => alert.event.id))).toEqual(expected);
  }
});
