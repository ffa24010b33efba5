import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReport } from './write-report.ts';

// As a device would do: a report that took the place of /dev/null kept other programs of the machine from starting.
describe.skipIf(process.platform === 'win32')('a pipe or a device in the place of a report', () => {
  let folder = '';
  let pipe = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-report-'));
    pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is written to and stays what it is', async () => {
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    const read = text(reader.stdout);
    const long = Array.from({ length: 300 }, (_, i) => `${i}`.padEnd(1000));
    // Until the reader has opened it nobody would take the report.
    for (;;) {
      const failure = await writeReport(pipe, long).catch((error: unknown) => error);
      if (failure === undefined) break;
      expect(failure).toMatchObject({ code: 'report-unwritable' });
    }
    expect(await read).toBe(long.join(''));
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  test('that nobody reads is refused at once', async () => {
    await expect(writeReport(pipe, ['x'])).rejects.toMatchObject({ code: 'report-unwritable' });
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});
