import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlainRecord } from '../reference/plain-record.ts';
import { arbitraryRecords } from './arbitrary-records.ts';
import { EngineUnderTest, type EngineView } from './engine-under-test.ts';

/** Rows come and go by what the analytics say, and by other variables. */
const HUNTFLOW = `
p = GET process FROM a WHERE pid > 0
n = GET process FROM a WHERE name = 'sh'
APPLY rarity ON p WITH by=[name, parent_ref.name]
q = p WHERE x_rarity_count > 1 SORT BY x_rarity_score
g = GROUP p BY x_rarity_count WITH COUNT(pid) AS many
APPLY ioc-match ON q WITH list=[n.name, 'cmd.exe'], by=name
f = q WHERE x_ioc IS NOT NULL
c = FIND process CREATED BY q
t = GET network-traffic FROM a WHERE dst_port > 0
APPLY classify-ip ON t
APPLY beaconing ON t WITH time=start, least=3
DISP p ATTR name, x_rarity_score, x_rarity_count
DISP f ATTR name, x_ioc
DISP g
DISP t ATTR dst_ref.value, x_ip_class, x_beacon_count`;

async function view(epochs: readonly (readonly PlainRecord[])[], restartAt = -1): Promise<EngineView> {
  let engine = await EngineUnderTest.start([HUNTFLOW]);
  for (const [i, records] of epochs.entries()) {
    if (i === restartAt) engine = await engine.restart();
    await engine.epoch(records);
  }
  return engine.view();
}

test('APPLY says the same record by record, in any order, after a restart, and over all at once', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRecords, fc.nat(), async (drawn, point) => {
      const records = drawn.map((record) => ({ ...record, source: 'stixshifter://a' }));
      const each = records.map((record) => [record]);
      const whole = await view([records]);
      expect(await view(each)).toEqual(whole);
      expect(await view(each.toReversed())).toEqual(whole);
      expect(await view(each, point % Math.max(1, records.length))).toEqual(whole);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('an analytic that compares all members takes back what a newcomer makes common', async () => {
  const process = (key: string, name: string, second: number): PlainRecord => ({
    id: `${key}${second}`,
    source: 'stixshifter://a',
    host: 'h1',
    first: { ms: second * 1000, ns: 0 },
    last: { ms: second * 1000, ns: 0 },
    entities: [
      {
        type: 'process',
        key,
        role: 'process',
        authority: 1,
        caseFolded: false,
        attributes: { name, pid: 1 },
        references: {},
      },
    ],
  });
  const engine = await EngineUnderTest.start([
    'p = GET process FROM a WHERE pid > 0 APPLY rarity ON p r = p WHERE x_rarity_count = 1',
  ]);
  const sizes: (number | undefined)[] = [];
  for (const record of [process('a', 'sh', 1), process('b', 'nc', 2), process('c', 'sh', 3), process('c', 'vi', 4)]) {
    await engine.epoch([record]);
    sizes.push((await engine.view()).variables.get('r')?.length);
  }
  expect(sizes).toEqual([1, 2, 1, 3]);
});
