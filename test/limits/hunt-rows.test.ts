import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const record = (second: number, pid: number, name: string): string =>
  JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid, name, executable: `/bin/${name}`, thread: { id: 1 } },
  });

interface Report {
  readonly hunts: readonly {
    readonly hunt: string;
    readonly ok: boolean;
    readonly diagnostics: readonly { readonly code: string; readonly hint: string }[];
    readonly variables: readonly { readonly entities: number }[];
  }[];
}

test('a hunt beyond its rows stops, at once and with the remedy; the others go on, and it is stopped after a restart too', async () => {
  // More than one batch.
  const lines = Array.from({ length: 1500 }, (_, i) => record(i % 60, i + 1, i % 100 === 0 ? 'node' : 'sh'));
  const log = write('log.ndjson', `${lines.join('\n')}\n`);
  const hunts = [
    write('greedy.hf', "p = GET process FROM logs WHERE name LIKE '%'"),
    write('modest.hf', "q = GET process FROM logs WHERE name = 'node'"),
  ];
  const config = write('windhover.yaml', 'limits: { hunt_rows: 100 }\n');
  const call = ['run', ...hunts, '--source', `logs=${log}`, '--config', config, '--format', 'json'];
  const stateful = [...call, '--state', join(folder, 'state')];
  for (const args of [call, stateful, stateful]) {
    const { code, stdout, stderr } = await runWindhover(args);
    const { hunts: reports } = JSON.parse(stdout) as Report;
    expect(code).toBe(1);
    expect(reports.map(({ hunt, ok, diagnostics }) => [hunt, ok, diagnostics.map((each) => each.code)])).toEqual([
      ['greedy', false, ['hunt-rows']],
      ['modest', true, []],
    ]);
    expect(stderr).toMatch(
      /error: greedy: .* 512 rows, more than its budget of 100: 512 of them are those of GET in statement 1/,
    );
    expect(stderr).toContain('limits.hunt_rows');
    // It holds what it held when it was stopped, and nothing more.
    expect(reports.map(({ variables }) => variables[0]?.entities)).toEqual([512, 15]);
  }
});
