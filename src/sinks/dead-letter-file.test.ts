import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SinkError } from '../errors/windhover-error.ts';
import type { Reject } from '../telemetry/record-batch.ts';
import { DeadLetterFile } from './dead-letter-file.ts';

let folder = '';
const path = (): string => join(folder, 'dead.ndjson');
const lines = (): string[] => readFileSync(path(), 'utf8').split('\n').slice(0, -1);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-dead-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const reject = (reason: string): Reject => ({ place: 'p', offset: 0, length: 3, reason, sample: Buffer.from('{{{') });

test('a full disk is told once, with what to do, and ends no run; samples go on with room', async () => {
  const handle = await open(folder);
  const append = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'appendFile');
  await handle.close();
  const told: SinkError[] = [];
  const file = await DeadLetterFile.open(path(), (error) => told.push(error));
  append.mockRejectedValueOnce(new Error('ENOSPC: no space left on device, write'));
  append.mockRejectedValueOnce(new Error('ENOSPC: no space left on device, write'));
  for (const reason of ['a', 'b', 'c']) file.add('s', [reject(reason)]);
  await file.close();
  expect(told.map(({ code, message }) => [code, message])).toEqual([
    [
      'dead-letter-unwritable',
      `The dead-letter file ${path()} cannot be written: ENOSPC: no space left on device, write`,
    ],
  ]);
  expect(told[0]?.hint).toContain('room');
  expect(lines().map((line) => (JSON.parse(line) as Reject).reason)).toEqual(['c']);
});

test('the bound holds over all runs that write to the file', async () => {
  writeFileSync(path(), `${'x'.repeat(16 * 1024 * 1024 - 400)}\n`);
  const file = await DeadLetterFile.open(path());
  file.add(
    's',
    Array.from({ length: 10 }, () => reject('a')),
  );
  await file.close();
  const written = lines().slice(1);
  expect(written.length).toBeGreaterThan(0);
  expect(written.length).toBeLessThan(10);
  expect(readFileSync(path()).length).toBeLessThanOrEqual(16 * 1024 * 1024);
});
