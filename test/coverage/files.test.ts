import { describe, expect, test } from 'vitest';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import { PartitionCoverage } from '../../src/hunts/coverage/partition-coverage.ts';
import type { CoverageHole } from '../../src/hunts/coverage/coverage-hole.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { processDocument } from '../kafka/read-source.ts';
import { DyingStore } from '../support/dying-store.ts';
import { processHunt, runOnce, storedLedger } from './run-under-test.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();
const record = (pid: number, minutes: number): string => `${processDocument(pid, at(minutes))}\n`;

async function ledgerOf(store: MemoryStateStore | DyingStore): Promise<PartitionCoverage> {
  const [only, ...others] = (await storedLedger(store)).map((stored) => PartitionCoverage.restore(stored));
  expect(others).toEqual([]);
  return only as PartitionCoverage;
}

const shortly = ({ cause, fromMs, toMs, isOpen, count }: CoverageHole): unknown => [
  cause,
  (fromMs - START) / MINUTE,
  isOpen ? 'open' : (toMs - START) / MINUTE,
  count,
];

describe('a run over files', () => {
  test('tells what it has seen, how late, and what could not be decoded or was refused', async () => {
    const store = new MemoryStateStore();
    const text = [
      record(1, 0),
      record(2, 0.5),
      'broken\n',
      '{"half":\n',
      record(3, 10),
      // Late, and taken.
      record(4, 7),
      // Older than the retention.
      record(5, -100),
      record(6, -101.5),
      record(7, 11),
    ].join('');
    await runOnce({ store, text, retentionMs: 60 * MINUTE });
    const ledger = await ledgerOf(store);
    expect(ledger).toMatchObject({ source: 's', kind: 'file', records: 5, late: 1, maxLateMs: 3 * MINUTE });
    expect(
      ledger.ranges.map(({ fromMs, toMs, records }) => [(fromMs - START) / MINUTE, (toMs - START) / MINUTE, records]),
    ).toEqual([
      [0, 0.5, 2],
      [7, 7, 1],
      [10, 11, 2],
    ]);
    expect(ledger.holes.map(shortly)).toEqual([
      // As exact as the batch, which ends before a record that would stretch it beyond the retention.
      ['undecodable', 0, 10, 2],
      ['refused', -101.5, -101.5, 1],
      ['refused', -100, -100, 1],
    ]);
  });

  test('what is broken at the end lies behind the last record until another comes', async () => {
    const store = new MemoryStateStore();
    const text = `${record(1, 0)}${'x\n'.repeat(3)}`;
    await runOnce({ store, text });
    // The decoder may tell of it with the last record or behind it.
    expect((await ledgerOf(store)).holes).toMatchObject([{ cause: 'undecodable', fromMs: START, count: 3 }]);
    await runOnce({ store, text: `${text}${record(2, 5)}` });
    const [hole, ...others] = (await ledgerOf(store)).holes;
    expect(others).toEqual([]);
    expect(hole).toMatchObject({ fromMs: START, isOpen: false, count: 3 });
  });

  test('nothing but junk is a hole that nobody can place, closed by the first record', async () => {
    const store = new MemoryStateStore();
    await runOnce({ store, text: 'x\ny\n' });
    expect((await ledgerOf(store)).holes).toMatchObject([{ fromMs: -Infinity, isOpen: true, count: 2 }]);
    await runOnce({ store, text: `x\ny\n${record(1, 3)}` });
    expect((await ledgerOf(store)).holes).toMatchObject([{ isOpen: false, toMs: START + 3 * MINUTE }]);
  });

  test('the ledger is the same wherever the run dies, and each death is one', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 2400; i++) {
      lines.push(record(i, i / 20));
      if (i % 700 === 300) lines.push('broken\n');
      if (i % 500 === 250) lines.push(record(10_000 + i, -500));
      if (i === 1500) for (let silent = 0; silent < 2; silent++) lines.push('x\n');
    }
    const text = lines.join('');
    const undisturbed = new DyingStore();
    await runOnce({ store: undisturbed, text, retentionMs: 60 * MINUTE });
    const expected = await storedLedger(undisturbed);
    expect(expected[0]?.records).toBe(2400);
    expect(Object.keys(expected[0]?.holes ?? {})).toEqual(['undecodable', 'refused']);
    let deaths = 0;
    for (let failing = 4; failing <= undisturbed.writes; failing++) {
      const store = new DyingStore();
      store.failing = failing;
      await expect(runOnce({ store, text, retentionMs: 60 * MINUTE })).rejects.toThrow('died');
      deaths++;
      await runOnce({ store, text, retentionMs: 60 * MINUTE });
      expect(await storedLedger(store)).toEqual(expected);
    }
    expect(deaths).toBeGreaterThan(4);
  }, 60_000);
});

describe('alerts', () => {
  const holesOf = (alerts: readonly AlertDocument[]): unknown[] =>
    alerts.map(({ '@timestamp': time, windhover }) => [(Date.parse(time) - START) / MINUTE, windhover.coverage]);

  const text = `${record(1, 0)}${record(2, 1)}`;
  /** Hours, so that the broken line and what follows are batches of their own. */
  const later = `${text}broken\n${record(3, 2)}`;

  test('say nothing of coverage where there is no hole', async () => {
    const alerts = await runOnce({ store: new MemoryStateStore(), text });
    expect(alerts.length).toBe(2);
    for (const { windhover } of alerts) expect(windhover).not.toHaveProperty('coverage');
  });

  test('name the holes before them, where the hunt looks at everything', async () => {
    const store = new MemoryStateStore();
    await runOnce({ store, text });
    const alerts = await runOnce({ store, text: later + record(4, 500) });
    const hole = { source: 's', cause: 'undecodable', places: 1, count: 1, from: at(1), to: at(500) };
    expect(holesOf(alerts)).toEqual([
      [2, [hole]],
      [500, [hole]],
    ]);
  });

  test('name only those that touch the window of the hunt', async () => {
    const hunt = processHunt('10 MINUTES');
    const store = new MemoryStateStore();
    await runOnce({ store, text, hunt });
    const near = await runOnce({ store, text: later, hunt });
    expect(holesOf(near)).toEqual([[2, [expect.objectContaining({ cause: 'undecodable', from: at(1), to: at(2) })]]]);
    const far = await runOnce({ store, text: `${later}${record(4, 12.5)}`, hunt });
    expect(holesOf(far)).toEqual([[12.5, undefined]]);
    // The window begins ten minutes before the alert.
    const touching = await runOnce({ store, text: `${later}${record(4, 12.5)}${record(5, 12)}`, hunt });
    expect(holesOf(touching)).toEqual([[12, [expect.objectContaining({ to: at(2) })]]]);
  });
});
