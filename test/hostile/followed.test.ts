import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { containerOf, traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { smallTrace } from '../../src/telemetry/testing/trace-records.ts';
import { FollowedLog } from '../follow/followed-log.ts';
import { LogFolder } from '../follow/log-folder.ts';
import { ManualTimer } from '../support/manual-timer.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Broken {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Units that could not be decoded, by the time nobody writes to the file any more; absent: some. */
  readonly undecodable?: number;
  /** Records that it gives all the same. */
  readonly records?: number;
  /** Codes of what is told of the file. */
  readonly told?: readonly string[];
}

const line = `${JSON.stringify({
  '@timestamp': '2026-05-01T08:00:00Z',
  event: { sf_type: 'PE', action: 'process-start' },
  host: { id: 'other' },
  process: { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
})}\n`;
const sysmon = `${JSON.stringify({
  '@timestamp': '2026-05-01T08:00:00Z',
  winlog: {
    channel: 'Microsoft-Windows-Sysmon/Operational',
    provider_name: 'Microsoft-Windows-Sysmon',
    computer_name: 'ws1',
    event_id: 1,
    record_id: 1,
    event_data: {
      UtcTime: '2026-05-01 08:00:00.000',
      ProcessGuid: '{00000001-0000-0000-0000-000000000001}',
      ProcessId: '7',
      Image: 'C:\\x.exe',
    },
  },
})}\n`;
const trace = traceOf(smallTrace(), { perBlock: 6 });
const damaged = Buffer.from(trace);
damaged.fill(0xff, trace.length - 260, trace.length - 240);
const noTelemetry = '{"type": "record", "name": "shop.Sale", "fields": [{"name": "sum", "type": "int"}]}';

const BROKEN: readonly Broken[] = [
  { name: 'nothing', bytes: Buffer.alloc(0), undecodable: 0 },
  { name: 'binary', bytes: Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251) },
  { name: 'NULs', bytes: new Uint8Array(100_000), undecodable: 1 },
  { name: 'nested 100,000 deep', bytes: Buffer.from(`${'{"a":'.repeat(100_000)}\n`), undecodable: 1 },
  { name: 'another schema', bytes: Buffer.from('{"a":1}\n{"b":2}\n'), undecodable: 2 },
  { name: 'latin1', bytes: Buffer.from('caf\xe9 caf\xe9\ncaf\xe9\n', 'latin1'), undecodable: 2 },
  { name: 'a line cut in its middle', bytes: Buffer.from(line + line.slice(0, 80)), records: 1, undecodable: 1 },
  {
    name: 'broken lines between good ones',
    bytes: Buffer.from(`${line}{"broken\n${line}`),
    records: 2,
    undecodable: 1,
  },
  { name: 'two shapes', bytes: Buffer.from(line + sysmon + line), records: 3, undecodable: 0 },
  {
    name: 'clocks years off',
    bytes: Buffer.from([1970, 2099, 9999].map((year) => line.replaceAll('2026', String(year))).join('')),
    records: 3,
    undecodable: 0,
  },
  { name: 'UTF-16', bytes: Buffer.from(`\uFEFF${line}`, 'utf16le'), undecodable: 0, told: ['source-encoding'] },
  { name: 'a trace that breaks off', bytes: trace.subarray(0, -40), undecodable: 1 },
  { name: 'a trace with a damaged block', bytes: damaged, undecodable: 1 },
  {
    name: 'an Avro file of another schema',
    bytes: containerOf(noTelemetry, [Buffer.from([2])]),
    undecodable: 0,
    told: ['source-schema'],
  },
  { name: 'gzip that breaks off', bytes: gzipSync(line.repeat(2000)).subarray(0, 60) },
];

/** How a broken file comes to lie in the folder. */
type Way = 'is there at the start' | 'appears whole' | 'is written in two halves';
const WAYS: readonly Way[] = ['is there at the start', 'appears whole', 'is written in two halves'];

describe.each(WAYS)('a file in a folder that is followed, which %s', (way) => {
  test.each(BROKEN)('$name: in a folder that is followed, told; the log beside it goes on', async (broken) => {
    const folder = mkdtempSync(join(root, 'followed-'));
    const log = new LogFolder(folder);
    const timer = new ManualTimer();
    log.append('app.log', 2);
    const path = join(folder, 'broken.log');
    const { bytes } = broken;
    const half = way === 'is written in two halves' ? bytes.length >> 1 : bytes.length;
    if (way === 'is there at the start') writeFileSync(path, bytes);
    const followed = new FollowedLog(folder, '.', timer);
    if (way !== 'is there at the start') {
      await followed.read();
      writeFileSync(path, bytes.subarray(0, half));
    }
    await followed.read();
    log.append('app.log', 2);
    appendFileSync(path, bytes.subarray(half));
    await followed.read();
    timer.pass(2000);
    await followed.read();
    // Whoever wrote it moves on: what was only half there is now all there will be.
    renameSync(path, join(folder, '..', 'gone.log'));
    await followed.read();
    timer.pass(11_000);
    log.append('app.log', 2);
    await followed.read();
    const own = followed.seen.filter((number) => number >= 0 && number < 100);
    expect(own.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    if (broken.records !== undefined) expect(followed.seen.length - own.length).toBe(broken.records);
    if (broken.undecodable === undefined) expect(followed.undecodable).toBeGreaterThan(0);
    else expect(followed.undecodable).toBe(broken.undecodable);
    const told = followed.notices.map(({ code }) => code).filter((code) => code !== 'gone');
    expect(told).toEqual(broken.told ?? []);
    await followed.reader.close();
  });
});
