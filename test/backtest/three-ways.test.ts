import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

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

interface Alert {
  readonly '@timestamp': string;
  readonly message: string;
  readonly event: { readonly id: string };
  readonly windhover: { readonly status: string };
}

/** Those that stand at the end, each in one line: id, time, title. */
function standing(alerts: readonly Alert[]): string[] {
  const last = new Map<string, Alert>();
  for (const alert of alerts) {
    if (alert.windhover.status === 'retracted') last.delete(alert.event.id);
    else last.set(alert.event.id, alert);
  }
  return [...last.values()].map((alert) => `${alert.event.id} ${alert['@timestamp']} ${alert.message}`).toSorted();
}

function logged(log: string): Alert[] {
  const text = readFileSync(log, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Alert);
}

describe('run over a file, run of a growing file, backtest', { timeout: 60_000 }, () => {
  test.for(CASES)('$attack in $format alerts alike', async ({ attack, format, hunts, records = 1500 }) => {
    const place = mkdtempSync(join(folder, `${attack}-`));
    const at = (name: string): string => join(place, name);
    const files = hunts.map((hunt) => bundledHunt(`${hunt}.hunt.yaml`));
    const shape = ['--format', format, '--records', String(records), '--hosts', '3', '--seed', '5'];
    await runWindhover(['simulate', ...shape, '--attacks', `${attack}:2`, '--out', at('all.ndjson')]);

    const once = await runWindhover(['run', ...files, '--source', at('all.ndjson'), '--alerts', at('once.ndjson')]);
    expect(once.code, once.stderr).toBe(0);
    const expected = standing(logged(at('once.ndjson')));
    expect(expected.length).toBeGreaterThan(0);

    const report = await runWindhover(['backtest', ...files, '--source', at('all.ndjson'), '--format', 'json']);
    expect(report.code, report.stderr).toBe(0);
    const { hunts: judged } = JSON.parse(report.stdout) as { hunts: { alerts: Alert[] }[] };
    expect(standing(judged.flatMap(({ alerts }) => alerts)), 'backtest').toEqual(expected);

    const text = readFileSync(at('all.ndjson'), 'utf8');
    expect(await followed(files, place, text, expected.length), 'growing file').toEqual(expected);
  });
});

/** A run of a file that ends within a line and gets the rest once its beginning has been read. */
async function followed(files: readonly string[], place: string, text: string, enough: number): Promise<string[]> {
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
  const count = (): number => (existsSync(log) ? standing(logged(log)).length : 0);
  await expect.poll(count, { timeout: 40_000 }).toBeGreaterThanOrEqual(enough);
  interrupt();
  const { code, stderr } = await running;
  expect([0, 130], stderr).toContain(code);
  expect(grown).toBe(true);
  return standing(logged(log));
}
