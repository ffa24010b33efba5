import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { AlertLog } from './alert-log.ts';
import { testAlertSink } from './alert-sink.conformance.ts';
import { latestOf } from './testing/memory-sink.ts';

let folder = '';
const path = (): string => join(folder, 'alerts.ndjson');

testAlertSink({
  name: 'the alert log',
  open: async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-log-'));
    return AlertLog.open(path());
  },
  reopen: () => AlertLog.open(path()),
  latest: async () =>
    latestOf(
      readFileSync(path(), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as AlertDocument),
    ),
  clean: async () => rmSync(folder, { recursive: true, force: true }),
});

describe('a mark of the alert log', () => {
  const alert = { event: { id: 'a' }, windhover: { revision: 1 } } as AlertDocument;
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The log, and how it is brought to the disk. */
  async function opened(): Promise<{ log: AlertLog; datasync: MockInstance<FileHandle['datasync']> }> {
    folder = mkdtempSync(join(tmpdir(), 'windhover-log-'));
    const handle = await open(folder);
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync');
    await handle.close();
    const log = await AlertLog.open(path());
    // The first line claims the log, which goes to the disk, too.
    await log.write([alert]);
    await log.mark();
    datasync.mockClear();
    return { log, datasync };
  }

  test('is on the disk, once for what was appended', async () => {
    const { log, datasync } = await opened();
    await log.mark();
    expect(datasync).not.toHaveBeenCalled();
    await log.write([alert]);
    expect(datasync).not.toHaveBeenCalled();
    await log.mark();
    await log.mark();
    expect(datasync).toHaveBeenCalledTimes(1);
    await log.close();
  });

  test('is refused for good once the disk did not take it', async () => {
    const { log, datasync } = await opened();
    await log.write([alert]);
    datasync.mockRejectedValueOnce(new Error('EIO'));
    await expect(log.mark()).rejects.toMatchObject({ code: 'alert-log-unwritable' });
    await expect(log.mark()).rejects.toMatchObject({ code: 'alert-log-unwritable' });
    await log.close();
  });
});

// Node's `recursive` would try for ever.
test.skipIf(process.platform !== 'linux')('a log below a folder that takes none is refused', async () => {
  await expect(AlertLog.open('/proc/windhover/alerts.ndjson')).rejects.toMatchObject({ code: 'alert-log-unwritable' });
});
