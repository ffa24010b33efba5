import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from './support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a hunt that is tried out marks its alerts, in the log and on the terminal', async () => {
  writeFileSync(
    join(folder, 'h.hunt.yaml'),
    `hunt: h
dry_run: true
huntflow: |
  p = GET process FROM s WHERE name = 'sh'
alerts:
  - on: p
    title: '{name} ran'
`,
  );
  const record = {
    '@timestamp': '2026-01-01T00:00:00Z',
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: 1, start: '2026-01-01T00:00:00Z', name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
  };
  writeFileSync(join(folder, 's.ndjson'), `${JSON.stringify(record)}\n`);
  const log = join(folder, 'alerts.ndjson');
  const call = ['run', join(folder, 'h.hunt.yaml'), '--source', join(folder, 's.ndjson'), '--alerts', log];
  const { code, stdout } = await runWindhover(call);
  expect(code).toBe(0);
  expect(stdout).toContain('[dry run] sh ran');
  expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ windhover: { dry_run: true, status: 'open' } });
});
