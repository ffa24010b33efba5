import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-sparse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const START = Date.UTC(2026, 0, 1);

/** One record a minute for ten hours: many times a retention of minutes fits into what is read at once. */
const RECORDS = Array.from({ length: 600 }, (_, i) => {
  const time = new Date(START + i * 60_000).toISOString();
  return JSON.stringify({
    '@timestamp': time,
    event: { sf_type: 'PE', action: 'process-start', end: time },
    host: { id: 'h' },
    process: { pid: i + 1, name: 'sh', executable: '/bin/sh', start: time, thread: { id: i + 1 } },
  });
});

writeFileSync(at('sparse.ndjson'), `${RECORDS.join('\n')}\n`);
writeFileSync(
  at('sparse.hunt.yaml'),
  "hunt: sparse\nhuntflow: |\n  p = GET process FROM x WHERE pid IN (1, 100, 101, 350, 599, 600)\nalerts: [{ on: p, title: 'p {pid}' }]\n",
);

async function opened(command: 'run' | 'backtest', options: readonly string[]): Promise<number | undefined> {
  const call = [command, at('sparse.hunt.yaml'), '--source', at('sparse.ndjson'), '--format', 'json', ...options];
  const { stdout } = await runWindhover(command === 'run' ? [...call, '--alerts', at('alerts.ndjson')] : call);
  rmSync(at('alerts.ndjson'), { force: true });
  const report = JSON.parse(stdout) as {
    readonly hunts: readonly { readonly alerts: { readonly opened: number } | readonly unknown[] }[];
  };
  const alerts = report.hunts[0]?.alerts;
  return alerts !== undefined && 'opened' in alerts ? alerts.opened : alerts?.length;
}

test.each([['5m'], ['1h'], ['9h']])(
  'what comes and is forgotten by a retention of %s within one reading is told all the same',
  async (retention) => {
    expect(await opened('backtest', [])).toBe(6);
    expect(await opened('backtest', ['--retention', retention])).toBe(6);
    expect(await opened('run', ['--retention', retention])).toBe(6);
  },
);

test('a retention of one type, too', async () => {
  writeFileSync(at('windhover.yaml'), `retention: { types: { process: 1h } }\n`);
  expect(await opened('run', ['--config', at('windhover.yaml')])).toBe(6);
});
