import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { Journal } from './journal.ts';
import type { JournalMark, JournalSetup, JournalStep } from './journal-step.ts';
import { journalExtent, readJournal } from './read-journal.ts';

const SETUP: JournalSetup = {
  sources: ['s'],
  hunts: [{ id: 'h', fingerprint: 'f' }],
  clock: 'wall',
  retentionMs: null,
  latenessMs: 1000,
  smallestWindowMs: null,
  maxLineBytes: 1000,
  hostAliases: [],
  countRecords: false,
  backfilling: false,
  resumed: false,
};

const mark: fc.Arbitrary<JournalMark> = fc.record(
  {
    offset: fc.nat(),
    records: fc.nat(),
    within: fc.integer({ min: 1, max: 9 }),
    replayFrom: fc.nat(),
    cursor: fc.record({ time: fc.string(), given: fc.array(fc.string()) }),
  },
  { requiredKeys: ['offset', 'records'], noNullPrototype: true },
);
const clock = fc.nat();
const step: fc.Arbitrary<JournalStep> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom('tick' as const, 'live' as const, 'end' as const), clock },
    { noNullPrototype: true },
  ),
  fc
    .record({
      clock,
      number: fc.nat(),
      key: fc.constantFrom('a', 'b', 'c'),
      name: fc.constantFrom('x', 'y'),
      from: mark,
      to: mark,
    })
    .map(({ key, name, from, to, ...rest }) => ({
      ...rest,
      kind: 'epoch' as const,
      read: {
        key,
        place: { source: 's', place: name, kind: 'followed' as const, head: { head: name, headLength: 1 } },
        from,
        to,
        size: 3,
      },
    })),
);

async function written(
  sessions: readonly (readonly (readonly JournalStep[])[])[],
  limits: { readonly keepMs: number; readonly maxBytes: number },
): Promise<{ readonly store: MemoryStateStore; readonly steps: readonly JournalStep[] }> {
  const store = new MemoryStateStore();
  const steps: JournalStep[] = [];
  for (const [i, commits] of sessions.entries()) {
    const opening: JournalStep & { readonly kind: 'open' } = {
      kind: 'open',
      clock: 0,
      setup: { ...SETUP, resumed: i > 0 },
    };
    const journal = await Journal.open(store, 'c1', opening, limits);
    steps.push(opening);
    for (const [at, commit] of commits.entries()) {
      for (const each of commit) journal.add(each);
      steps.push(...commit);
      const writes = journal.takeWrites();
      if (writes.length > 0 || at > 0) await store.write(writes);
    }
    if (commits.length === 0) await store.write(journal.takeWrites());
  }
  return { store, steps };
}

async function all(store: MemoryStateStore): Promise<JournalStep[]> {
  const steps: JournalStep[] = [];
  for await (const each of readJournal(store, 'c1')) steps.push(each);
  return steps;
}

test('what was written is read, over commits and restarts', async () => {
  const sessions = fc.array(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(sessions, async (each) => {
      const { store, steps } = await written(each, { keepMs: Infinity, maxBytes: Infinity });
      expect(await all(store)).toEqual(steps);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('it is bounded by bytes; what is left is the end, can be read alone, and says that something is missing', async () => {
  const commits = Array.from({ length: 2000 }, (_, i): JournalStep[] => [{ kind: 'tick', clock: i }]);
  const maxBytes = 20_000;
  const { store, steps } = await written([commits], { keepMs: Infinity, maxBytes });
  let bytes = 0;
  for await (const { value } of store.range(new Uint8Array([0]), new Uint8Array([255]))) bytes += value.length;
  expect(bytes).toBeLessThan(maxBytes * 1.1);
  const left = await all(store);
  expect(left.length).toBeGreaterThan(500);
  expect(left.slice(1)).toEqual(steps.slice(1 - left.length));
  const first = (left[1] as JournalStep).clock;
  expect(left[0]).toEqual({ kind: 'open', clock: first, setup: { ...SETUP, resumed: true } });
  expect(await journalExtent(readJournal(store, 'c1'))).toMatchObject({ isWhole: false, fromMs: first, toMs: 1999 });
});

test('and by time: what is older than it is kept for goes', async () => {
  const commits = Array.from({ length: 4000 }, (_, i): JournalStep[] => [{ kind: 'tick', clock: i * 10 }]);
  const { store } = await written([commits], { keepMs: 5000, maxBytes: 1e9 });
  const extent = await journalExtent(readJournal(store, 'c1'));
  expect(extent?.toMs).toBe(39_990);
  expect(extent?.fromMs).toBeLessThanOrEqual(34_990);
  expect(extent?.fromMs).toBeGreaterThan(10_000);
});
