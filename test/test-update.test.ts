import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HistoryFolder } from './backtest/history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const hunt = (end: number, then: number, alerts: string): string => `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE name = 'sh'
alerts: [{ on: shells }] # what it raises
tests:
  - name: right
    records: [process: { pid: 1, name: sh }]
    expect: { shells: { count: 1 } }
  - name: wrong
    records:
      - process: { pid: 1, name: sh }
      - { time: +10s, process: { pid: 2, name: sh } }
    expect:
      shells: { count: ${end}, include: [{ pid: 77 }] }   # keeps its place
      at: [{ time: +5s, shells: { count: ${then} } }]
      alerts: { ${alerts} }
`;

test('counts that were found are written, and nothing else', async () => {
  folder.write('u.hunt.yaml', hunt(10, 3, 'count: 0'));
  const first = await folder.windhover('test', 'u.hunt.yaml', '--update');
  expect([first.code, first.stderr]).toEqual([1, expect.stringContaining('3 counts updated')]);
  expect(readFileSync(join(folder.path, 'u.hunt.yaml'), 'utf8')).toBe(hunt(2, 1, 'count: 2'));
  const second = await folder.windhover('test', 'u.hunt.yaml', '--update');
  expect(second.code).toBe(1);
  expect(second.stdout).toContain('expected one with pid=77');
  expect(second.stderr).not.toContain('updated');
});

test('--update does not go with --watch', async () => {
  const { code, stderr } = await folder.windhover('test', 'u.hunt.yaml', '--update', '--watch');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--update writes what --watch looks at')]);
});
