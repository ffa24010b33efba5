import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';
import { HistoryFolder, type BacktestDocument } from './history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: shells
huntflow: |
  shells = GET process FROM a WHERE name = 'sh'
alerts: [{ on: shells, title: 'ran {name}', settle: 0s }]
expect: { alerts: { min: 1 } }
`;

beforeAll(() => {
  folder.write('shells.hunt.yaml', HUNT);
  folder.write('gate.yaml', 'alerts: { max: 5 }\nhunts: { shells: { alerts: { min: 1 } } }\n');
  folder.records('history.ndjson', [
    { time: '2026-01-01T00:00:00Z', host: 'web-1', process: { pid: 10, name: 'sh' } },
    { time: '2026-01-01T00:00:01Z', host: 'web-1', process: { pid: 11, name: 'cat' } },
  ]);
});

/** Ctrl-C as soon as the input is being read. */
async function interrupted(format: string, ...args: string[]): Promise<ProgramResult> {
  let interrupt: (() => void) | undefined;
  return runWindhover(['backtest', 'shells.hunt.yaml', '--format', format, ...args], {
    cwd: folder.path,
    interrupt: (now) => (interrupt = now),
    onStderr: (text) => {
      if (!text.includes(': sysflow-ecs')) return;
      // A second one would end the process.
      interrupt?.();
      interrupt = undefined;
    },
  });
}

describe('a report about a part of the input', () => {
  test('says so in JSON, and its gate does not hold', async () => {
    const { code, stdout, stderr } = await interrupted('json', '--source', 'history.ndjson', '--expect', 'gate.yaml');
    const document = JSON.parse(stdout) as BacktestDocument & { interrupted?: boolean };
    expect([code, document.interrupted, document.ok]).toEqual([130, true, false]);
    const results = [...(document.expectations ?? []), ...(document.hunts[0]?.expectations ?? [])];
    expect(results).toHaveLength(2);
    for (const each of results) {
      expect(each).toMatchObject({ ok: false, decided: false });
      expect(each.message).toContain('(not decided: only a part of the input was read)');
    }
    expect(stderr).toContain('interrupted: only a part of the input was read');
  });

  test('says so at the head of text and HTML, and what goes on with --resume', async () => {
    const text = await interrupted('text', '--source', 'history.ndjson');
    expect(text.stdout).toMatch(/^interrupted: only a part of the input was read; figures are of that part\n/u);
    expect(text.stdout).toMatch(/ {2}open {3}alerts: expected at least 1, found \d/u);
    expect(text.stdout).not.toMatch(/(?:ok|MISSED) +alerts/u);
    const resumed = await interrupted('text', '--source', 'history.ndjson', '--resume', 'state');
    expect(resumed.stdout).toMatch(/^interrupted: .*; the same call goes on where it stopped\n/u);
    const html = await interrupted('html', '--source', 'history.ndjson');
    expect(html.stdout).toMatch(/<h1>.*<\/h1>\n<p class="missed">interrupted: only a part/u);
    expect(html.stdout).toContain('The gate is not decided.');
    expect(html.stdout).not.toContain('The gate holds.');
  });

  test('is an error in JUnit, with expectations that were skipped', async () => {
    const { code, stdout } = await interrupted('junit', '--source', 'history.ndjson');
    expect(code).toBe(130);
    expect(stdout).toContain('<testsuites name="windhover backtest" tests="3" failures="0" errors="1" skipped="1"');
    expect(stdout).toContain('<error message="interrupted: only a part of the input was read');
    expect(stdout).toContain('alerts in the part that was read"');
    expect(stdout).toContain('<skipped message="alerts: expected at least 1');
  });

  test('is none where the input was read to its end', async () => {
    const { code, document } = await folder.backtest('shells.hunt.yaml', '--source', 'history.ndjson');
    expect([code, document.ok, 'interrupted' in document]).toEqual([0, true, false]);
  });
});
