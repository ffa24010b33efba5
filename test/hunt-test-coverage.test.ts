import { afterAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './backtest/history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: bursts
huntflow: |
  tries = GET process FROM s WHERE name = 'ssh' LAST 10 MINUTES
  per = GROUP tries BY parent_ref.pid WITH COUNT(pid) AS n
  many = per WHERE n > 2
  seen = GET process FROM s WHERE name = 'seen' AND pid = tries.pid
alerts: [{ on: many, title: 'many' }]
tests:
  - name: it
    records:
`;

const ssh = (pid: number, time = '+0s'): string =>
  `      - { time: ${time}, process: { pid: ${pid}, name: ssh, parent: { pid: 3, name: sh } } }\n`;
const BURST = ssh(11) + ssh(12, '+1s') + ssh(13, '+2s');
const LATER = '      - { time: +30m, process: { pid: 99, name: other } }\n';

type Decided = readonly [took: boolean, leftOut: boolean];

/** How each comparison decided in one test, which passes. */
async function coverage(records: string, expectations: string): Promise<Record<string, Decided>> {
  folder.write('it.hunt.yaml', `${HUNT}${records}    expect: ${expectations}\n`);
  const { code, stdout } = await folder.windhover('test', 'it.hunt.yaml', '--coverage', '--format', 'json');
  expect(code, stdout).toBe(0);
  const document = JSON.parse(stdout) as {
    coverage: { comparisons: { comparison: string; took: boolean; left_out: boolean }[] }[];
  };
  const comparisons = document.coverage[0]?.comparisons ?? [];
  return Object.fromEntries(comparisons.map(({ comparison, took, left_out: left }) => [comparison, [took, left]]));
}

describe('coverage of what LAST has let go of by the end', () => {
  test('counts what was there at a moment of the test', async () => {
    const decided = await coverage(
      BURST,
      '{ at: [{ time: +5s, many: { count: 1 } }, { time: +20m, many: { count: 0 } }] }',
    );
    expect(decided['n > 2']).toEqual([true, false]);
  });

  test('counts what was there before time went on, by a record or a moment, as alerts are raised by it', async () => {
    expect((await coverage(BURST + LATER, '{ alerts: { count: 1 } }'))['n > 2']).toEqual([true, false]);
    const byMoment = '{ alerts: { count: 1 }, at: [{ time: +20m, many: { count: 0 } }] }';
    expect((await coverage(BURST, byMoment))['n > 2']).toEqual([true, false]);
    const few = await coverage(ssh(11) + ssh(12, '+1s') + LATER, '{ alerts: { count: 0 } }');
    expect(few['n > 2']).toEqual([false, true]);
  });

  test('nothing is there that never was at one time', async () => {
    const apart = ssh(11) + ssh(12, '+8m') + ssh(13, '+16m') + ssh(14, '+24m') + LATER;
    expect((await coverage(apart, '{ alerts: { count: 0 } }'))['n > 2']).toEqual([false, true]);
  });

  test('a comparison with a variable counts what that held', async () => {
    const seen = '      - { host: b, time: +3s, process: { pid: 12, name: seen } }\n';
    expect((await coverage(BURST + seen + LATER, '{ seen: { count: 0 } }'))['pid = tries.pid']).toEqual([true, true]);
  });
});
