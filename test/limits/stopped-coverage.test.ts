import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';
import { runWindhover } from '../support/run-windhover.ts';

const cwd = mkdtempSync(join(tmpdir(), 'windhover-limits-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

const record = (second: number): string =>
  JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: second + 1, name: second % 100 === 0 ? 'node' : 'sh', executable: '/bin/sh', thread: { id: 1 } },
  });
const records = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${record(from + i)}\n`).join('');

interface Coverage {
  readonly source: string;
  readonly place?: string;
  readonly kind: string;
  readonly holes: readonly { readonly cause: string; readonly from?: string; readonly to?: string }[];
}

async function coverage(state = 'state'): Promise<Coverage[]> {
  const { stdout } = await runWindhover(['coverage', '--state', state, '--format', 'json'], { cwd });
  const found: Coverage[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && 'holes' in value) found.push(value as Coverage);
    else Object.values(value).forEach(visit);
  };
  visit(JSON.parse(stdout));
  return found.filter(({ kind }) => kind === 'hunt');
}

test('a hunt that its budget stops: its coverage says from when on, once, until it sees again what comes', async () => {
  write('greedy.hf', "p = GET process FROM logs WHERE name LIKE '%'");
  write('modest.hf', "q = GET process FROM logs WHERE name = 'node'");
  write('low.yaml', 'limits: { hunt_rows: 100 }\n');
  write('high.yaml', 'limits: { hunt_rows: 100000 }\n');
  const run = (config: string): Promise<unknown> =>
    runWindhover(
      ['run', 'greedy.hf', 'modest.hf', '--source', 'logs=log.ndjson', '--state', 'state', '--config', config],
      { cwd },
    );
  const open = {
    source: expect.stringContaining('log.ndjson') as string,
    place: 'greedy',
    kind: 'hunt',
    holes: [{ cause: 'budget', from: '2026-01-01T00:08:31.000Z', open: true }],
  };

  write('log.ndjson', records(0, 1200));
  await run('low.yaml');
  expect(await coverage()).toMatchObject([open]);
  const { stdout } = await runWindhover(['coverage', '--state', 'state'], { cwd });
  expect(stdout).toContain('as the hunt was stopped');

  // Another run, which stops it again: still the one hole.
  write('log.ndjson', records(0, 1800));
  await run('low.yaml');
  expect(await coverage()).toMatchObject([open]);

  write('log.ndjson', records(0, 2400));
  await run('high.yaml');
  expect(await coverage()).toMatchObject([
    { place: 'greedy', holes: [{ from: '2026-01-01T00:08:31.000Z', to: '2026-01-01T00:30:00.000Z' }] },
  ]);
});

test('over old records that a run follows the hole begins where the source was, not at the time of day', async () => {
  write('followed.hf', "p = GET process FROM old WHERE name LIKE '%'");
  write('low.yaml', 'limits: { hunt_rows: 100 }\n');
  write('old.ndjson', records(0, 1200));
  const call = ['run', 'followed.hf', '--source', 'old=old.ndjson', '--state', 'state-live', '--config', 'low.yaml'];
  const run = new FollowProcess([...call, '--follow', '--format', 'ndjson'], cwd);
  await run.complained((stderr) => stderr.includes('more than its budget'));
  expect(await run.kill('SIGINT')).toBe(130);
  const [{ holes } = { holes: [] }] = await coverage('state-live');
  expect(holes).toMatchObject([{ cause: 'budget', open: true }]);
  expect(holes[0]?.from).toMatch(/^2026-01-01T00:/);
}, 30_000);
