import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { latestOf, type Mishap } from '../../src/sinks/testing/memory-sink.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { Disk, OutboxUnderTest } from './outbox-under-test.ts';

/** One reader goes by revisions (Elasticsearch), the other by what came last (a topic). */
const SINKS = ['versions', 'last'] as const;

type Step =
  | { readonly kind: 'commit'; readonly ids: readonly number[] }
  | { readonly kind: 'mishap'; readonly sink: 0 | 1; readonly mishap: Mishap }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'failing-state'; readonly writes: number; readonly isDone: boolean };

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ kind: fc.constant('lost-answer' as const), taken: fc.nat(5) }),
  fc.record({ kind: fc.constant('left' as const), every: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: 'defect' as const }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('commit' as const), ids: fc.array(fc.nat(6), { maxLength: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mishap' as const), sink: fc.constantFrom(0, 1), mishap }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 2000, 40_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('failing-state' as const),
      writes: fc.integer({ min: 1, max: 2 }),
      isDone: fc.boolean(),
    }),
  },
);

/** Id 0 is poison to both sinks. */
const POISON = 'n0';

class World {
  readonly disk = new Disk();
  /** Revision of each alert by the last commit that is in the state. */
  readonly committed = new Map<string, number>();
  process!: OutboxUnderTest;

  async start(): Promise<void> {
    this.disk.poison.add(POISON);
    this.process = await OutboxUnderTest.start(this.disk, SINKS);
  }

  async do(each: Step): Promise<void> {
    const { process } = this;
    if (each.kind === 'commit') await this.#commit(each.ids);
    else if (each.kind === 'pass') await process.pass(each.ms);
    else if (each.kind === 'failing-state') {
      process.failingWrites = each.writes;
      process.failingIsDone = each.isDone;
    } else if (each.kind === 'crash') {
      process.crash();
      await this.start();
    } else if (each.kind === 'restart') {
      await process.end(2000);
      await this.start();
    } else if (each.mishap.kind !== 'left' || each.sink === 0) {
      // What is left over may come after a later revision: only where revisions count is that harmless.
      process.sinks.get(SINKS[each.sink])?.mishaps.push(each.mishap);
    }
  }

  /** Everything is well, and stays so: whatever waits gets through. */
  async recover(): Promise<void> {
    this.process.failingWrites = 0;
    for (const sink of this.process.sinks.values()) sink.mishaps.length = 0;
    for (let i = 0; i < 5; i++) await this.process.pass(60_000);
  }

  async #commit(ids: readonly number[]): Promise<void> {
    const next = new Map(this.committed);
    const alerts = ids.map((id): AlertDocument => {
      const name = `n${id}`;
      const revision = (next.get(name) ?? 0) + 1;
      next.set(name, revision);
      return testAlert(name, revision);
    });
    try {
      await this.process.commit(alerts);
    } catch {
      // A run ends with a state that cannot be written; the next one makes alerts again that are not in it.
      const isDone = this.process.failingIsDone;
      this.process.crash();
      await this.start();
      if (!isDone) return;
    }
    for (const [name, revision] of next) this.committed.set(name, revision);
  }
}

test('whatever fails, every alert is in each sink once, in its latest revision, and none is missing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const world = new World();
      await world.start();
      for (const each of steps) await world.do(each);
      await world.recover();
      expect(world.process.counts.map(({ pending, pendingBytes }) => [pending, pendingBytes])).toEqual([
        [0, 0],
        [0, 0],
      ]);
      const expected = [...world.committed].filter(([id]) => id !== POISON).sort();
      const revisions = (alerts: Iterable<AlertDocument>): [string, number][] =>
        [...alerts].map(({ event, windhover }): [string, number] => [event.id, windhover.revision]).sort();
      const [byVersion, byLast] = SINKS.map((name) => world.disk.taken.get(name) ?? []) as [
        AlertDocument[],
        AlertDocument[],
      ];
      expect(revisions(latestOf(byVersion).values())).toEqual(expected);
      expect(revisions(new Map(byLast.map((alert) => [alert.event.id, alert])).values())).toEqual(expected);
      const refusedBy = new Set(world.disk.refused.map(({ sink, id }) => `${sink} ${id}`));
      expect([...refusedBy].sort()).toEqual(
        world.committed.has(POISON) ? SINKS.map((name) => `${name} ${POISON}`).sort() : [],
      );
    }),
    {
      numRuns: process.env['WINDHOVER_LONG'] === undefined ? 150 : 5000,
      ...(process.env['WINDHOVER_LONG'] === undefined ? { seed: 7 } : {}),
    },
  );
});
