import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertDocument } from '../src/hunts/alerts/alert-document.ts';
import { runWindhover } from './support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-episodes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.UTC(2024, 0, 1, 12);

/** A process that the parent of all has started, seen so many seconds after the first; `said`: the parent's command line by then. */
function started(second: number, name: string, pid: number, said: string, diedAt = second): string {
  const time = (at: number): string => new Date(START + at * 1000).toISOString();
  const parent = { pid: 1, name: 'node', executable: '/bin/node', command_line: said, start: time(-60) };
  return JSON.stringify({
    '@timestamp': time(diedAt),
    event: { sf_type: 'PE', action: 'process-start', category: 'process', start: time(diedAt), end: time(diedAt) },
    host: { id: 'h' },
    process: { pid, name, executable: `/bin/${name}`, start: time(second), thread: { id: pid }, parent },
  });
}

async function told(huntflow: readonly string[], on: string, lines: readonly string[]): Promise<unknown[]> {
  const name = `over-${on}`;
  const [file, log, telemetry] = ['hunt.yaml', 'alerts', 'ndjson'].map((end) => join(folder, `${name}.${end}`)) as [
    string,
    string,
    string,
  ];
  writeFileSync(telemetry, `${lines.join('\n')}\n`);
  const text = ['hunt: h', 'title: h', 'severity: low', 'huntflow: |', ...huntflow.map((line) => `  ${line}`)];
  writeFileSync(
    file,
    [...text, 'alerts:', `  - on: ${on}`, '    title: "{command_line}"', '    settle: 0s'].join('\n'),
  );
  const { code, stderr } = await runWindhover([
    'run',
    file,
    '--source',
    telemetry,
    '--alerts',
    log,
    '--snapshots',
    '--format',
    'ndjson',
  ]);
  expect(code, stderr).toBe(0);
  return readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { message, windhover } = JSON.parse(line) as AlertDocument;
      return [message, windhover.episode, windhover.revision, windhover.status];
    });
}

const LINES = [started(0, 'a', 10, 'one'), started(40, 'a', 11, 'one'), started(70, 'b', 12, 'two')];
const ONE_ALERT = [
  ['one', '2024-01-01T12:00:00.000Z', 1, 'open'],
  ['two', '2024-01-01T12:00:00.000Z', 2, 'revised'],
];

test('what FIND reaches from several within LAST is one alert for as long as it stays', async () => {
  const huntflow = ["p = GET process FROM x WHERE name = 'a' LAST 1 MINUTES", 'q = FIND process CREATED p'];
  expect(await told(huntflow, 'q', LINES)).toEqual(ONE_ALERT);
});

test('so is what a union has from one operand, then from the other', async () => {
  const huntflow = [
    "a = GET process FROM x WHERE command_line = 'one' LAST 1 MINUTES",
    "b = GET process FROM x WHERE command_line = 'two' LAST 1 MINUTES",
    'u = a + b',
  ];
  const lines = [started(0, 'a', 10, 'one'), started(40, 'a', 11, 'two'), started(80, 'b', 12, 'three')];
  const episode = '2024-01-01T12:00:00.000Z';
  expect(await told(huntflow, 'u', lines)).toEqual([
    ['one', episode, 1, 'open'],
    ['two', episode, 2, 'revised'],
    ['three', episode, 3, 'revised'],
  ]);
});
