import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ManualTimer } from '../support/manual-timer.ts';
import { FollowedLog } from './followed-log.ts';
import { LogFolder } from './log-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-closed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Files below the folder that this process has open. */
function open(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(root) ? [path] : [];
    } catch {
      return [];
    }
  });
}

test.skipIf(process.platform !== 'linux')(
  'a follower that is closed at any moment of its reading leaves no file open',
  async () => {
    for (let turns = 0; turns < 30; turns++) {
      const folder = join(root, `${turns}`);
      new LogFolder(folder).append('app.log', 5);
      const { reader } = new FollowedLog(folder, 'app.log', new ManualTimer());
      const taking = reader.take();
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await reader.close();
      await taking;
      expect(open(), `closed after ${turns} turns`).toEqual([]);
    }
  },
);
