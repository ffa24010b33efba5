import { chmodSync, linkSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualTimer } from '../support/manual-timer.ts';
import { FollowedLog } from './followed-log.ts';
import { LogFolder } from './log-folder.ts';

let folder = '';
let log: LogFolder;
let timer: ManualTimer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-files-'));
  log = new LogFolder(folder);
  timer = new ManualTimer();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function follow(path: string): Promise<FollowedLog> {
  const followed = new FollowedLog(folder, path, timer);
  await followed.read();
  return followed;
}

const told = (followed: FollowedLog): string[] => followed.notices.map(({ place, code }) => `${place} ${code}`);

describe('a file that is followed', () => {
  test('may be missing at first, vanish and come back, and says so', async () => {
    const followed = await follow('app.log');
    await followed.read();
    log.append('app.log', 2);
    await followed.read();
    log.remove('app.log');
    await followed.read();
    await followed.read();
    log.append('app.log', 1);
    await followed.read();
    expect(followed.seen).toEqual([0, 1, 2]);
    expect(told(followed)).toEqual(['app.log source-missing', 'app.log gone']);
    await followed.reader.close();
  });

  test('that is truncated begins anew, with a notice', async () => {
    log.append('app.log', 3);
    const followed = await follow('app.log');
    writeFileSync(join(folder, 'app.log'), '');
    log.append('app.log', 1);
    await followed.read();
    expect(followed.seen).toEqual([0, 1, 2, 3]);
    expect(told(followed)).toEqual(['app.log truncated']);
    await followed.reader.close();
  });

  test('half a line waits, and is taken as it is once whoever wrote it has moved on', async () => {
    log.append('app.log', 1);
    const followed = await follow('app.log');
    log.appendHalf('app.log');
    timer.pass(60_000);
    await followed.read();
    expect(followed.undecodable).toBe(0);
    log.rename('app.log', 'app.log.1');
    await followed.read();
    expect(followed.undecodable).toBe(0);
    timer.pass(11_000);
    await followed.read();
    expect(followed.undecodable).toBe(1);
    await followed.reader.close();
  });

  test('older files beside it are history: they are not read', async () => {
    log.append('app.log.2', 2);
    log.append('app.log.1', 2);
    log.append('app.log', 1);
    const followed = await follow('app.log');
    log.rename('app.log.2', 'app.log.3');
    log.rename('app.log.1', 'app.log.2');
    log.rename('app.log', 'app.log.1');
    log.append('app.log', 1);
    await followed.read();
    await followed.restart();
    await followed.read();
    expect(followed.seen).toEqual([4, 5]);
    await followed.reader.close();
  });

  test('a log that was found and not read yet when the process ended is no history to the next one', async () => {
    log.append('app.log', 1);
    const followed = await follow('app.log');
    await followed.reader.close();
    log.rename('app.log', 'app.log.2');
    log.append('app.log.1', 3);
    log.compress('app.log.1');
    log.append('app.log', 1);
    await followed.restart();
    // What is compressed waits until it rests; the newer log does not.
    await followed.read();
    expect(followed.seen).toEqual([0, 4]);
    log.rename('app.log.1.gz', 'app.log.3.gz');
    await followed.restart();
    await followed.read();
    timer.pass(2000);
    await followed.read();
    expect(followed.seen).toEqual([0, 4, 1, 2, 3]);
    await followed.reader.close();
  });

  test('a log that a look missed, as it was just being renamed, is found by the next one', async () => {
    log.append('app.log', 1);
    const followed = await follow('app.log');
    log.rename('app.log', 'app.log.2');
    log.append('between', 3);
    log.append('app.log', 1);
    await followed.read();
    expect(followed.seen).toEqual([0, 4]);
    log.rename('between', 'app.log.1');
    await followed.read();
    expect(followed.seen).toEqual([0, 4, 1, 2, 3]);
    await followed.reader.close();
  });

  test('what was history stays history when somebody still writes to it', async () => {
    log.append('app.log.1', 2);
    log.append('app.log', 1);
    const followed = await follow('app.log');
    log.append('app.log.1', 1);
    await followed.read();
    log.rename('app.log.1', 'app.log.2');
    await followed.read();
    expect(followed.seen).toEqual([2]);
    await followed.reader.close();
  });

  test('a log that was rotated away while nobody looked is told', async () => {
    log.append('app.log', 1);
    const followed = await follow('app.log');
    log.remove('app.log');
    log.append('app.log', 1);
    await followed.restart();
    await followed.read();
    expect(followed.seen).toEqual([0, 1]);
    expect(followed.notices.at(-1)?.message).toContain('since the last run');
    await followed.reader.close();
  });
});

describe('a folder that is followed', () => {
  test('new files are read, copies, links and compressed copies of known ones are not', async () => {
    log.append('a.log', 3);
    const followed = await follow('.');
    log.append('b.log', 2);
    log.append('a.log', 1);
    linkSync(join(folder, 'a.log'), join(folder, 'link.log'));
    await followed.read();
    log.copyTruncate('a.log', 'copy.log');
    await followed.read();
    log.append('a.log', 1);
    await followed.read();
    log.compress('copy.log');
    await followed.read();
    timer.pass(5000);
    await followed.read();
    expect(followed.seen.sort((x, y) => x - y)).toEqual(log.written);
    await followed.reader.close();
  });

  test('a compressed log that is renamed before its turn comes is read under its new name', async () => {
    log.append('app.log', 2);
    const followed = await follow('.');
    log.rename('app.log', 'app.log.1');
    log.append('app.log.1', 1);
    log.compress('app.log.1');
    log.append('app.log', 4);
    await followed.read(1);
    log.rename('app.log.1.gz', 'app.log.2.gz');
    await followed.read();
    timer.pass(2000);
    await followed.read();
    expect([...followed.seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await followed.reader.close();
  });

  test('a file that holds another log by the time its turn comes is not read on from where the first one stopped', async () => {
    log.append('b.log', 2);
    const followed = await follow('.');
    await followed.restart();
    log.append('a.log', 25);
    log.append('b.log', 8);
    await followed.read(1);
    // Written anew in place: a new file that was given the inode of one just removed looks the same.
    const anew = new LogFolder(mkdtempSync(join(folder, '..', 'windhover-anew-')), 100);
    anew.append('other.log', 20);
    writeFileSync(join(folder, 'b.log'), readFileSync(join(anew.path, 'other.log')));
    rmSync(anew.path, { recursive: true });
    await followed.read();
    expect(followed.seen.filter((number) => number >= 100)).toEqual(anew.written);
    expect(followed.seen.filter((number) => number < 100)).toHaveLength(27);
    expect(followed.undecodable).toBe(0);
    expect(told(followed)).toEqual(['b.log truncated']);
    await followed.reader.close();
  });

  test('a file that begins as the half line that another began with is no copy of it', async () => {
    log.append('z.log', 4);
    const followed = await follow('.');
    log.appendHalf('a.log');
    await followed.read();
    log.append('b.log', 2);
    await followed.read();
    expect(followed.seen).toEqual([0, 1, 2, 3, 5, 6]);
    log.append('a.log', 20);
    await followed.read();
    expect([...followed.seen].sort((a, b) => a - b)).toEqual([...log.written].sort((a, b) => a - b));
    await followed.reader.close();
  });

  test('a file that begins as another one, and goes on otherwise, is looked at again once more of that one is known', async () => {
    log.append('a.log', 1);
    const followed = await follow('.');
    writeFileSync(join(folder, 'b.log'), readFileSync(join(folder, 'a.log')));
    log.append('b.log', 1);
    await followed.read();
    log.append('a.log', 20);
    await followed.read();
    await followed.read();
    expect(new Set(followed.seen)).toEqual(new Set(log.written));
    await followed.reader.close();
  });

  test('a copy that grows beyond its original is a file of its own: rather twice than not at all', async () => {
    log.append('a.log', 2);
    const followed = await follow('.');
    log.append('a.log', 1);
    writeFileSync(join(folder, 'b.log'), '');
    await followed.read();
    log.copyTruncate('a.log', 'b.log');
    writeFileSync(join(folder, 'a.log'), '');
    await followed.read();
    log.append('b.log', 1);
    await followed.read();
    expect(followed.seen).toEqual([0, 1, 2, 3]);
    await followed.reader.close();
  });

  test('what does not grow by lines is read as a whole, once it rests', async () => {
    const now = timer.now() / 1000;
    const followed = await follow('.');
    const record = (second: number): object => ({
      '@timestamp': new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
      event: { sf_type: 'PE', action: 'process-start' },
      host: { id: 'h' },
      process: { pid: second, name: 'p', executable: '/bin/p', thread: { id: 1 } },
    });
    const text = (second: number): string => `${JSON.stringify(record(second))}\n`;
    writeFileSync(join(folder, 'array.json'), JSON.stringify([record(1), record(2)]));
    writeFileSync(join(folder, 'packed.gz'), gzipSync(text(3) + text(4)));
    writeFileSync(join(folder, 'bom.ndjson'), `\uFEFF${text(5)}`);
    for (const name of ['array.json', 'packed.gz', 'bom.ndjson']) utimesSync(join(folder, name), now, now);
    await followed.read();
    expect(followed.seen).toEqual([5]);
    timer.pass(1000);
    await followed.read();
    await followed.restart();
    await followed.read();
    expect(followed.seen.sort()).toEqual([1, 2, 3, 4, 5]);
    await followed.reader.close();
  });

  test.skipIf(process.getuid?.() === 0)(
    'a file that may not be read stops no other, and is read once it may',
    async () => {
      log.append('a.log', 1);
      log.append('b.log', 1);
      chmodSync(join(folder, 'a.log'), 0);
      const followed = await follow('.');
      await followed.read();
      expect(followed.seen).toEqual([1]);
      expect(told(followed)).toEqual(['a.log source-denied']);
      chmodSync(join(folder, 'a.log'), 0o600);
      await followed.read();
      expect(followed.seen).toEqual([1, 0]);
      await followed.reader.close();
    },
  );

  test('content that can never be records is told once, and stops no other file', async () => {
    writeFileSync(join(folder, 'wide.log'), Buffer.from('\uFEFF{"a":1}\n', 'utf16le'));
    utimesSync(join(folder, 'wide.log'), 1, 1);
    log.append('z.log', 1);
    const followed = await follow('.');
    await followed.read();
    expect(followed.seen).toEqual([0]);
    expect(told(followed)).toEqual(['wide.log source-encoding']);
    await followed.reader.close();
  });
});
