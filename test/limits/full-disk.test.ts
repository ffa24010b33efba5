import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('below the floor of the disk a run over files stops before it reads, and the same call goes on once there is room', async () => {
  const record = {
    '@timestamp': '2026-01-01T00:00:00Z',
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
  };
  const log = join(folder, 'log.ndjson');
  writeFileSync(log, `${JSON.stringify(record)}\n`);
  const hunt = join(folder, 'hunt.hf');
  writeFileSync(hunt, "p = GET process FROM logs WHERE name = 'sh'");
  const config = join(folder, 'windhover.yaml');
  const call = ['run', hunt, '--source', `logs=${log}`, '--state', join(folder, 'state'), '--config', config];
  const run = async (limits: string): Promise<{ code: number; records: number; stderr: string }> => {
    writeFileSync(config, `limits: { ${limits} }\n`);
    const { code, stdout, stderr } = await runWindhover([...call, '--format', 'json']);
    const { input } = JSON.parse(stdout) as { readonly input: { readonly records: number } };
    return { code, records: input.records, stderr };
  };
  const full = await run(`state_free_bytes: ${Number.MAX_SAFE_INTEGER}`);
  expect(full).toMatchObject({ code: 3, records: 0 });
  expect(full.stderr).toMatch(/The state has no room: [\d,]+ MiB free on its disk, less than [\d,]+ MiB/);
  expect(full.stderr).toContain('limits.state_free_bytes');
  expect(await run('state_max_bytes: 1')).toMatchObject({ code: 3, records: 0 });
  expect(await run('state_free_bytes: 0')).toMatchObject({ code: 0, records: 1 });
});
