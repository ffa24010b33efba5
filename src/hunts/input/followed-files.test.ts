import { expect, test } from 'vitest';
import type { LiveFile } from '../../telemetry/live-places.ts';
import { FollowedFiles } from './followed-files.ts';

const HEAD = 'a line that tells this log from every other one, and is long enough for it\n'.repeat(4);

function file(place: string, identity: string, text: string, modifiedMs: number, rotated: boolean): LiveFile {
  const none = (): never => {
    throw new Error('nothing is read here');
  };
  const head = Buffer.from(text);
  const begin = async (limit: number): ReturnType<LiveFile['begin']> => ({
    head: head.subarray(0, limit),
    compressed: false,
  });
  return { source: 's', place, identity, size: head.length, modifiedMs, rotated, begin, open: none, whole: none };
}

test('of copies and of files that were passed by the last are remembered, and those that are there', async () => {
  const told: string[] = [];
  const files = new FollowedFiles('s', [], ({ code }) => told.push(code));
  const log = file('a.log', 'log', HEAD, 1_000_000, false);
  await files.update({ files: [log], problems: [] }, 0);
  const stays = file('stays.log', 'stays', 'something else', 0, true);
  let most = 0;
  for (let round = 1; round <= 1000; round++) {
    const copy = file(`a.log.${round}`, `copy ${round}`, HEAD, 1_000_000, true);
    const old = file(`b.log.${round}`, `old ${round}`, `log of long ago, number ${round}`, round, true);
    await files.update({ files: [log, stays, copy, old], problems: [] }, round);
    most = Math.max(most, files.remembered);
  }
  expect(files.all).toHaveLength(1);
  expect(told).toEqual([]);
  expect(most).toBeGreaterThan(2 * 256);
  expect(most).toBeLessThanOrEqual(2 * 256 + 3);
});
