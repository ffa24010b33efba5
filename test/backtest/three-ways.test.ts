import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { standingIn, standingOf } from '../support/standing-alerts.ts';

/** A simulated attack, its telemetry, and bundled hunts for it. */
const CASES = [
  { attack: 'node-exploit', format: 'sysflow-ecs', hunts: ['node-exploit-shell', 'service-runs-own-drop'] },
  { attack: 'web-shell', format: 'sysflow-ecs', hunts: ['web-shell'] },
  { attack: 'scheduled-task', format: 'nxlog', hunts: ['scheduled-task-implant', 'user-script-starts-shell'] },
  { attack: 'credential-dumping', format: 'winlogbeat', hunts: ['credential-dumping'] },
  { attack: 'lateral-movement', format: 'winlogbeat', hunts: ['lateral-movement'], records: 6000 },
];
const folder = mkdtempSync(join(tmpdir(), 'windhover-three-ways-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('run over a file, run of a growing file, backtest', { timeout: 60_000 }, () => {
  test.for(CASES)('$attack in $format alerts alike', async ({ attack, format, hunts, records = 1500 }) => {
    const place = mkdtempSync(join(folder, `${attack}-`));
    const at = (name: string): string => join(place, name);
    const files = hunts.map((hunt) => bundledHunt(`${hunt}.hunt.yaml`));
    const shape = ['--format', format, '--records', String(records), '--hosts', '3', '--seed', '5'];
    await runWindhover(['simulate', ...shape, '--attacks', `${attack}:2`, '--out', at('all.ndjson')]);

    const once = await runWindhover(['run', ...files, '--source', at('all.ndjson'), '--alerts', at('once.ndjson')]);
    expect(once.code, once.stderr).toBe(0);
    const expected = standingIn(at('once.ndjson'));
    expect(expected.size).toBeGreaterThan(0);

    const report = await runWindhover(['backtest', ...files, '--source', at('all.ndjson'), '--format', 'json']);
    expect(report.code, report.stderr).toBe(0);
    const { hunts: judged } = JSON.parse(report.stdout) as { hunts: { alerts: AlertDocument[] }[] };
    expect(standingOf(judged.flatMap(({ alerts }) => alerts)), 'backtest').toEqual(expected);

    const text = readFileSync(at('all.ndjson'), 'utf8');
    expect(await followed(files, place, text, expected.size), 'growing file').toEqual(expected);
  });
});

/** A run of a file that ends within a line and gets the rest once its beginning has been read. */
async function followed(
  files: readonly string[],
  place: string,
  text: string,
  enough: number,
): Promise<Map<string, string>> {
  const path = join(place, 'growing.ndjson');
  const log = join(place, 'followed.ndjson');
  const half = Math.floor(text.length / 2);
  writeFileSync(path, text.slice(0, half));
  let interrupt = (): void => {};
  let grown = false;
  const args = ['--follow', '--source', path, '--alerts', log, '--state', join(place, 'state')];
  const running = runWindhover(['run', ...files, ...args], {
    interrupt: (now) => (interrupt = now),
    onStderr: (said) => {
      if (grown || !said.includes(`${path}: `)) return;
      grown = true;
      appendFileSync(path, text.slice(half));
    },
  });
  await expect.poll(() => standingIn(log).size, { timeout: 40_000 }).toBeGreaterThanOrEqual(enough);
  interrupt();
  const { code, stderr } = await running;
  expect([0, 130], stderr).toContain(code);
  expect(grown).toBe(true);
  return standingIn(log);
}
