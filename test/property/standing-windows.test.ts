import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WallClock } from '../../src/dataflow/wall-clock.ts';
import type { PlainRecord } from '../reference/plain-record.ts';
import { stixRecords } from '../reference/stix-records.ts';
import { EngineUnderTest, type EngineView } from './engine-under-test.ts';

// Standing queries over small recordings of which every moment is known: when windows open and close, and what the order
// and repetition of records change.

const SOURCE = 'stixshifter://small';
const NOON = Date.UTC(2024, 0, 1, 12);

function recording(name: string): PlainRecord[] {
  const text = readFileSync(new URL(`../fixtures/stix/${name}.json`, import.meta.url), 'utf8');
  return stixRecords(JSON.parse(text) as { readonly objects: readonly unknown[] }, SOURCE);
}

const at = (second: number): { ms: number; ns: number } => ({ ms: NOON + second * 1000, ns: 0 });
const sizeOf = (view: EngineView, variable: string): number => view.variables.get(variable)?.length ?? 0;

/** Members of variables after each record. */
async function sizes(
  huntflow: string,
  records: readonly PlainRecord[],
  ...variables: string[]
): Promise<Record<string, number[]>> {
  const engine = await EngineUnderTest.start([huntflow]);
  const result: Record<string, number[]> = Object.fromEntries(variables.map((name) => [name, []]));
  for (const record of records) {
    await engine.epoch([record]);
    const view = await engine.view();
    for (const name of variables) result[name]?.push(sizeOf(view, name));
  }
  return result;
}

const CHAIN = `p = GET process FROM small WHERE name = 'powershell.exe'
c = FIND process CREATED BY p
k = FIND process CREATED BY c`;

/** What `read` makes of the query at each second: records come when they begin, and the wall clock rules. */
async function moments<T>(
  huntflow: string,
  records: readonly PlainRecord[],
  seconds: readonly number[],
  read: (view: EngineView) => T,
): Promise<T[]> {
  const clock = new WallClock();
  const engine = await EngineUnderTest.start([huntflow], { clock });
  const waiting = [...records];
  const seen: T[] = [];
  for (const second of seconds) {
    clock.set(at(second).ms);
    while (waiting[0] !== undefined && waiting[0].first.ms <= at(second).ms) {
      await engine.epoch([waiting.shift() as PlainRecord]);
    }
    await engine.advance(at(second));
    seen.push(read(await engine.view()));
  }
  return seen;
}

describe('a window', () => {
  test('closes when its length has passed, and opens again with a later record', async () => {
    const huntflow = "c = GET process FROM small WHERE name = 'cmd.exe' LAST 30 SECONDS";
    const seconds = [30, 40, 50, 60, 70, 71, 80, 81, 100, 130, 131];
    const sizesThen = await moments(huntflow, recording('FX-TREE'), seconds, (view) => sizeOf(view, 'c'));
    expect(sizesThen).toEqual([1, 1, 2, 2, 2, 1, 1, 0, 1, 1, 0]);
  });

  test('takes its members out of groups, and the groups with them', async () => {
    const huntflow =
      'c = GET network-traffic FROM small WHERE dst_port > 0 LAST 1 MINUTE\n' +
      'g = GROUP c BY src_ref.value WITH COUNT(dst_port) AS n\nDISP g ATTR src_ref.value, n SORT BY src_ref.value ASC';
    const shown = await moments(huntflow, recording('FX-NET'), [61, 121, 185], ({ displays }) =>
      displays[0]?.rows.map((row) => row.join(' ')),
    );
    expect(shown).toEqual([
      ['10.0.0.5 2', '10.0.0.6 2'],
      ['10.0.0.6 2', '10.0.0.7 2'],
      ['10.0.0.5 1', '10.0.0.7 1', '192.168.1.9 1'],
    ]);
  });
});

describe('the order of arrival', () => {
  test('a link that comes last completes the chain behind it', async () => {
    const tree = recording('FX-TREE');
    const late = [0, 1, 2, 3, 5, 6, 7, 8, 9, 4].map((index) => tree[index] as PlainRecord);
    expect(await sizes(CHAIN, late, 'p', 'c', 'k')).toEqual({
      p: [0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
      c: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      k: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    });
  });

  test('a record that comes three times counts once', async () => {
    const tree = recording('FX-TREE');
    const again = [4, 5, 4, 2, 4].map((index) => tree[index] as PlainRecord);
    expect(await sizes(CHAIN, again, 'p', 'c', 'k')).toEqual({
      p: [1, 1, 1, 1, 1],
      c: [1, 1, 1, 1, 1],
      k: [0, 1, 1, 1, 1],
    });
    const engine = await EngineUnderTest.start([`${CHAIN}\nr = RECORDS(p)`]);
    for (const record of again) await engine.epoch([record]);
    expect(sizeOf(await engine.view(), 'r')).toBe(2);
  });

  test('of two values the later in event time wins, whichever came first', async () => {
    const records = recording('FX-MERGE');
    const huntflow = "x = GET process FROM small WHERE name = 'a'\nDISP x ATTR name, command_line";
    expect(await sizes(huntflow, records.toReversed(), 'x')).toEqual({ x: [0, 0, 1] });
    const views = await Promise.all(
      [records, records.toReversed()].map(async (order) => {
        const engine = await EngineUnderTest.start([huntflow]);
        for (const record of order) await engine.epoch([record]);
        return (await engine.view()).displays[0]?.rows;
      }),
    );
    expect(views).toEqual([[['renamed', 'later']], [['renamed', 'later']]]);
  });
});

test('a hunt that joins after eight records sees what it would have seen from the start', async () => {
  const tree = recording('FX-TREE');
  const late = await EngineUnderTest.start([CHAIN]);
  await late.epoch(tree.slice(0, 8));
  const first = await late.view();
  expect([sizeOf(first, 'p'), sizeOf(first, 'c')]).toEqual([1, 1]);
  const whole = await EngineUnderTest.start([CHAIN]);
  for (const record of tree.slice(0, 8)) await whole.epoch([record]);
  for (const record of tree.slice(8)) {
    await late.epoch([record]);
    await whole.epoch([record]);
    expect((await late.view()).variables).toEqual((await whole.view()).variables);
  }
});
