import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';
import { backtestRecording } from './backtest-recording.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-work-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Truth {
  readonly attacks: readonly { readonly scenario: string; readonly hosts: readonly string[] }[];
}

async function simulated(seed: number, ...args: readonly string[]) {
  const out = join(folder, `seed${seed}`);
  const { code, stderr } = await runWindhover([
    ...['simulate', '--format', 'mixed', '--rate', '60', '--duplicates', '0.02', '--late', '0.02'],
    ...['--seed', String(seed), '--out', out, ...args],
  ]);
  expect(code, stderr).toBe(0);
  const truth = JSON.parse(readFileSync(`${out}.truth.json`, 'utf8')) as Truth;
  const sources = [`container1=${out}.sysflow.ndjson`, `host101=${out}.winlog.ndjson`];
  return { truth, backtest: await backtestRecording(sources) };
}

describe('all bundled hunts at once', () => {
  // Ten seeds, and longer, are in docs/detection.md.
  test.each([21, 22, 23])('raise nothing on everyday work (seed %i)', { timeout: 300_000 }, async (seed) => {
    const { backtest } = await simulated(seed, '--duration', '4m', '--hosts', '6', '--attacks', 'none');
    expect(backtest.input.records).toBeGreaterThan(10_000);
    expect(backtest.hunts.filter(({ counts }) => counts.standing > 0)).toEqual([]);
  });

  test('see attacks where they are, and nowhere else', { timeout: 300_000 }, async () => {
    const { truth, backtest } = await simulated(24, '--duration', '8m', '--hosts', '10');
    const attacked = new Set(truth.attacks.flatMap(({ hosts }) => hosts));
    expect(attacked.size).toBeGreaterThan(1);
    expect(attacked.size).toBeLessThan(10);
    const raised = backtest.hunts.filter(({ counts }) => counts.standing > 0);
    expect(raised.flatMap(({ by_host }) => Object.keys(by_host)).filter((host) => !attacked.has(host))).toEqual([]);
    // What the simulation was not written for finds parts of its attacks all the same.
    expect(raised.map(({ hunt }) => hunt)).toEqual(
      expect.arrayContaining([
        'cron-runs-implant',
        'encoded-powershell',
        'user-script-starts-shell',
        'web-server-plants-access',
      ]),
    );
  });
});
