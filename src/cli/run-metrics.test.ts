import { PassThrough } from 'node:stream';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runHunts } from './run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windhover-metrics-'));
});
afterEach(() => rm(folder, { recursive: true }));

const RECORD = JSON.stringify({
  '@timestamp': '2026-05-01T08:00:00.000Z',
  event: { code: '1', provider: 'Microsoft-Windows-Sysmon' },
  winlog: {
    channel: 'Microsoft-Windows-Sysmon/Operational',
    provider_name: 'Microsoft-Windows-Sysmon',
    event_id: 1,
    record_id: 7,
    computer_name: 'ws1',
    event_data: {
      UtcTime: '2026-05-01 08:00:00.000',
      ProcessGuid: '{11111111-1111-1111-1111-111111111111}',
      ProcessId: '5',
      Image: 'C:\\a\\sh.exe',
      CommandLine: 'sh.exe',
    },
  },
});

/** Resolves with the first match in what is written to the stream. */
function said(stream: PassThrough, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

test('a live run shows its metrics, lives and is ready, and stops serving when it ends', async () => {
  await writeFile(join(folder, 'h.hf'), "p = GET process FROM s WHERE name = 'sh.exe'\n");
  await writeFile(join(folder, 'in.ndjson'), `${RECORD}\n`);
  const stop = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const url = said(stderr, /metrics and health: (http:\S+)/);
  const alert = said(stdout, /"kind":"(alert)"/);
  const run = runHunts(
    {
      hunts: ['h.hf'],
      sources: new Map([['s', 'file:in.ndjson']]),
      everyName: undefined,
      format: 'ndjson',
      state: undefined,
      alerts: undefined,
      alertOn: ['p'],
      rows: [],
      records: false,
      snapshots: false,
      retentionMs: undefined,
      latenessMs: 60_000,
      hostAliases: new Map(),
      deadLetter: undefined,
      maxLineBytes: 1e6,
      follow: true,
      clock: 'event',
      last: 'sliding',
      metrics: { host: '127.0.0.1', port: 0 },
    },
    { stdout, stderr, env: {}, cwd: folder, now: Date.now, signal: stop.signal },
    // oxlint-disable-next-line no-empty-function
    (async function* () {})(),
  );
  const base = await url;
  // Later records let the alert settle.
  await writeFile(
    join(folder, 'in.ndjson'),
    `${RECORD}\n${RECORD.replaceAll('08:00:00', '09:00:00').replace('1111}', '2222}').replace('"record_id":7', '"record_id":8')}\n`,
  );
  await alert;
  expect(await (await fetch(`${base}/readyz`)).json()).toEqual({ ok: true, degraded: [] });
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text).toMatch(/windhover_records_total\{source="[^"]+",format="sysmon"\} 2/);
  expect(text).toMatch(/windhover_alerts_total\{hunt="h",status="opened"\} [12]/);
  expect(text).toMatch(/windhover_entities [1-9]/);
  expect(text).toMatch(/windhover_hunt_seconds_total\{hunt="h"\} 0\.\d/);
  stop.abort();
  expect(await run).toBe(130);
  await expect(fetch(`${base}/healthz`)).rejects.toThrow();
});
