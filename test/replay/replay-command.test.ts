import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { smallTrace } from '../../src/telemetry/testing/trace-records.ts';
import { runWindhover, type ProgramInput, type ProgramResult } from '../support/run-windhover.ts';

const line = (second: number): string =>
  JSON.stringify({ '@timestamp': `2024-05-01T10:00:0${second}Z`, event: { sf_type: 'PE' }, process: { pid: second } });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-replay-'));
  writeFileSync(join(folder, 'a.ndjson'), [1, 3, 5].map((second) => `${line(second)}\n`).join(''));
  writeFileSync(join(folder, 'b.ndjson.gz'), gzipSync([2, 4].map((second) => `${line(second)}\n`).join('')));
  writeFileSync(join(folder, 'trace.sf'), traceOf(smallTrace()));
  writeFileSync(join(folder, 'empty.ndjson'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const replay = (args: readonly string[], input: ProgramInput = {}): Promise<ProgramResult> =>
  runWindhover(['replay', ...args], { cwd: folder, ...input });

describe('windhover replay', () => {
  test('merges files by time into one, and says how much that was', async () => {
    const { code, stderr } = await replay(['a.ndjson', 'b.ndjson.gz', '--to', 'all.ndjson']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^5 records confirmed in/)]);
    expect(readFileSync(join(folder, 'all.ndjson'), 'utf8')).toBe([1, 2, 3, 4, 5].map((n) => `${line(n)}\n`).join(''));
  });

  test('to standard output, from standard input', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${line(1)}\n${line(2)}`);
    }
    const { code, stdout, stderr } = await replay(['-', '--to', '-', '--quiet'], { stdin: stdin() });
    expect([code, stdout, stderr]).toEqual([0, `${line(1)}\n${line(2)}\n`, '']);
  });

  test('a trace is copied byte by byte, and refused by an index', async () => {
    expect((await replay(['trace.sf', '--to', 'copy.sf'])).code).toBe(0);
    expect(readFileSync(join(folder, 'copy.sf')).equals(readFileSync(join(folder, 'trace.sf')))).toBe(true);
    const { code, stderr } = await replay(['trace.sf', '--to', 'elastic+http://127.0.0.1:1/index']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is no document for an index')]);
  });

  test('Ctrl-C ends it with what was confirmed, and says how to go on', async () => {
    let stop = (): void => {};
    const { code, stdout, stderr } = await replay(['a.ndjson', '--to', '-', '--speed', '0.001'], {
      interrupt: (now) => (stop = now),
      onStdout: () => stop(),
    });
    expect([code, stdout]).toEqual([130, `${line(1)}\n`]);
    expect(stderr).toContain('the last one is number 1 of a.ndjson, of 2024-05-01T10:00:01.000Z');
    expect(stderr).toContain('--skip 1 goes on there');
  });

  test('a broker that is not there: exit code 3, with the reason', async () => {
    const { code, stderr } = await replay(['a.ndjson', '--to', 'kafka://127.0.0.1:1/topic']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('no answer from 127.0.0.1:1')]);
  }, 60_000);

  test.each([
    [['a.ndjson'], 2, 'Say where to: --to TARGET'],
    [['a.ndjson', '--to', 'a.ndjson'], 2, 'would be overwritten'],
    [['a.ndjson', '--to', 'kafka://h:1/a,b'], 2, 'several topics'],
    [['a.ndjson', '--to', 'elastic+http://h:1/a*'], 2, 'names several indices'],
    [['a.ndjson', '--to', 'elastic+http://user:hidden@h:1/a'], 2, 'holds credentials'],
    [['a.ndjson', '--to', 'ftp://h/a'], 2, 'No kind of target is called ftp'],
    [['a.ndjson', '--to', '-', '--speed', '0'], 2, '--speed 0'],
    [['a.ndjson', '--to', '-', '--rate', 'many'], 2, '--rate many'],
    [['a.ndjson', '--to', '-', '--skip', '-1'], 2, '--skip -1'],
    [['missing.ndjson', '--to', '-'], 3, 'missing.ndjson'],
    [['-', '-', '--to', '-'], 2, 'named twice'],
    [['empty.ndjson', '--to', '-'], 0, 'nothing to send'],
    [['a.ndjson', '--to', 'no/such/folder/x'], 3, 'cannot be written'],
  ])('%j: exit code %i', async (args, expected, message) => {
    const { code, stdout, stderr } = await replay(args);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
    expect(stdout + stderr).not.toContain('hidden');
  });
});
