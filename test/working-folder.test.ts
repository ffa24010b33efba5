import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWindhover } from './support/run-windhover.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-folder-'));
  writeFileSync(join(cwd, 'h.hf'), "p = GET process FROM s WHERE name = 'sh'\nSAVE p TO p.csv");
  const record = {
    '@timestamp': '2026-05-01T08:00:00Z',
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
  };
  writeFileSync(join(cwd, 'a.ndjson'), `${JSON.stringify(record)}\n{"broken\n`);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

// The folder of the call is not that of this process: whatever is not resolved against it would lie beside the tests.
test('every path of a call starts in the folder of the call', async () => {
  const run = ['run', 'h.hf', '--source', 's=a.ndjson', '--alert', 'p'];
  const kept = await runWindhover([...run, '--state', 'kept', '--dead-letter', 'dead.ndjson'], { cwd });
  expect(kept.code, kept.stderr).toBe(0);
  const named = await runWindhover([...run, '--alerts', 'named.ndjson'], { cwd });
  expect(named.code, named.stderr).toBe(0);
  const written = ['kept/CURRENT', 'kept/alerts.ndjson', 'dead.ndjson', 'named.ndjson', 'p.csv'];
  expect(written.filter((path) => !existsSync(join(cwd, path)))).toEqual([]);
  const simulated = await runWindhover(['simulate', '--records', '50', '--out', 'lab.ndjson', '--quiet'], { cwd });
  expect(simulated.code, simulated.stderr).toBe(0);
  expect(existsSync(join(cwd, 'lab.ndjson.truth.json'))).toBe(true);
  expect(['kept', 'dead.ndjson', 'named.ndjson', 'lab.ndjson'].filter((path) => existsSync(path))).toEqual([]);
});

test('what was written there is found there', async () => {
  for (const where of [
    ['--state', 'kept'],
    ['--log', 'named.ndjson'],
  ]) {
    const { code, stdout } = await runWindhover(['alerts', ...where, '--format', 'json'], { cwd });
    expect([code, (JSON.parse(stdout) as unknown[]).length]).toEqual([0, 1]);
  }
  expect(await runWindhover(['alerts', '--pending', '--state', 'kept'], { cwd })).toMatchObject({ code: 0 });
  const { code, stdout } = await runWindhover(['doctor', 'a.ndjson', '--format', 'json'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('"records": 1');
  expect(readFileSync(join(cwd, 'p.csv'), 'utf8').split('\n')).toHaveLength(3);
});
