import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledHunt } from './support/recordings.ts';
import { runWindhover } from './support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface AlertLine {
  readonly event: { readonly id: string };
  readonly windhover: { readonly hunt: string; readonly status: string; readonly revision: number };
}

async function simulate(name: string, ...args: string[]): Promise<string> {
  const out = join(folder, name);
  const { code, stderr } = await runWindhover(['simulate', '--out', out, ...args]);
  expect(code, stderr).toBe(0);
  return out;
}

function alertsOf(log: string): Map<string, AlertLine> {
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as AlertLine).map((alert) => [alert.event.id, alert]));
}

/** Alerts that one attack of each scenario is worth. */
const PLANTED = {
  'node-exploit-shell': 1,
  'scheduled-task-implant': 1,
  'web-shell': 1,
  'credential-dumping': 3,
  'lateral-movement': 2,
  'slow-beacon': 1,
  'mass-encryption': 1,
};

describe('simulated telemetry', () => {
  test.each([
    { seed: 1, format: 'mixed', linux: '.sysflow.ndjson', windows: '.winlog.ndjson', extra: [] },
    { seed: 2, format: 'sf,nxlog', linux: '.*.sf', windows: '.nxlog.ndjson', extra: [] },
    {
      ...{ seed: 3, format: 'mixed', linux: '.sysflow.ndjson', windows: '.winlog.ndjson' },
      extra: ['--clock-skew', '20s'],
    },
  ])(
    'seed $seed as $format: the bundled hunts find what was planted, and nothing else',
    { timeout: 120_000 },
    async ({ seed, format, linux, windows, extra }) => {
      const out = await simulate(
        `seed${seed}`,
        ...['--format', format, '--seed', String(seed), '--duration', '8m', '--rate', '50', '--hosts', '6'],
        ...['--duplicates', '0.02', '--late', '0.02', ...extra],
      );
      const truth = JSON.parse(readFileSync(`${out}.truth.json`, 'utf8')) as { hunts: Record<string, number> };
      expect(truth.hunts).toEqual(PLANTED);
      const log = join(folder, `alerts${seed}.ndjson`);
      const { code, stderr } = await runWindhover([
        ...['run', ...Object.keys(PLANTED).map((hunt) => bundledHunt(`${hunt}.hunt.yaml`))],
        ...['--source', `container1=${out}${linux}`, '--source', `host101=${out}${windows}`],
        ...['--alerts', log, '--format', 'json'],
      ]);
      expect(code, stderr).toBe(0);
      const counts: Record<string, number> = {};
      for (const { windhover } of alertsOf(log).values()) {
        if (windhover.status !== 'retracted') counts[windhover.hunt] = (counts[windhover.hunt] ?? 0) + 1;
      }
      expect(counts).toEqual(truth.hunts);
    },
  );

  test('the same seed gives the same bytes', async () => {
    const a = await simulate('same-a', '--seed', '9', '--records', '3000');
    const b = await simulate('same-b', '--seed', '9', '--records', '3000');
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
    expect(readFileSync(a).equals(readFileSync(await simulate('other', '--seed', '10', '--records', '3000')))).toBe(
      false,
    );
  });
});

describe('state', () => {
  test('a run in two parts gives what one run gives, each alert once', { timeout: 120_000 }, async () => {
    const out = await simulate('parts', '--seed', '4', '--records', '20000', '--attacks', 'node-exploit:2');
    const text = readFileSync(out, 'utf8');
    const source = join(folder, 'growing.ndjson');
    const hunt = bundledHunt('node-exploit-shell.hunt.yaml');
    const whole = join(folder, 'whole.ndjson');
    const once = await runWindhover(['run', hunt, '--source', out, '--alerts', whole, '--format', 'json']);
    const cut = text.indexOf('\n', text.length / 2) + 1;
    writeFileSync(source, text.slice(0, cut));
    const state = join(folder, 'state');
    const run = () => runWindhover(['run', hunt, '--source', source, '--state', state, '--format', 'json']);
    const first = JSON.parse((await run()).stdout) as { input: { records: number } };
    writeFileSync(source, text);
    const second = JSON.parse((await run()).stdout) as { input: { records: number }; hunts: { variables: unknown }[] };
    const expected = JSON.parse(once.stdout) as { input: { records: number }; hunts: { variables: unknown }[] };
    expect(first.input.records + second.input.records).toBe(expected.input.records);
    expect(second.hunts[0]?.variables).toEqual(expected.hunts[0]?.variables);
    const logged = alertsOf(join(state, 'alerts.ndjson'));
    expect([...logged.keys()].sort()).toEqual([...alertsOf(whole).keys()].sort());
    expect(
      readFileSync(join(state, 'alerts.ndjson'), 'utf8').split('\n').filter(Boolean).length,
    ).toBeGreaterThanOrEqual(2);
  });

  test('a changed hunt starts again from the beginning of its source, and says so', { timeout: 120_000 }, async () => {
    const out = await simulate('changed', '--seed', '5', '--records', '2000', '--attacks', 'none');
    const hunt = join(folder, 'changed.hf');
    const state = join(folder, 'state-changed');
    const run = () => runWindhover(['run', hunt, '--source', out, '--state', state, '--format', 'json']);
    writeFileSync(hunt, "p = GET process FROM container1 WHERE name = 'nginx'");
    await run();
    writeFileSync(hunt, "p = GET process FROM container1 WHERE name = 'node'");
    const { stdout, stderr } = await run();
    expect(stderr).toContain('its text has changed');
    const { input, hunts } = JSON.parse(stdout) as {
      input: { records: number };
      hunts: { variables: { entities: number }[] }[];
    };
    expect(input.records).toBeGreaterThanOrEqual(2000);
    expect(hunts[0]?.variables[0]?.entities).toBeGreaterThan(0);
  });
});
