import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { replayed, runUntil } from '../support/live-run.ts';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { standingIn } from '../support/standing-alerts.ts';

/** Recordings, in the order of time, and bundled hunts that alert in them. */
const CASES = [
  {
    name: 'Sysmon',
    files: ['sysmon/empire_launcher_vbs.ndjson.gz'],
    hunts: ['encoded-powershell', 'user-script-starts-shell'],
  },
  {
    name: 'SysFlow documents',
    files: ['sysflow-ecs/express-mon.1531776712.events.ndjson.gz'],
    hunts: ['node-exploit-shell'],
  },
  {
    name: 'traces',
    files: ['sysflow/express/mon.1531776712.sf', 'sysflow/express/mon.1531776742.sf'],
    hunts: ['node-exploit-shell'],
  },
];
const folder = mkdtempSync(join(tmpdir(), 'windhover-recorded-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Recordings under names that sort as they are given here. */
async function laid(out: string, files: readonly string[]): Promise<string> {
  await mkdir(out, { recursive: true });
  for (const [at, file] of files.entries()) {
    if (!file.endsWith('.gz')) await copyFile(recording(file), join(out, `${at}.sf`));
    else
      await pipeline(createReadStream(recording(file)), createGunzip(), createWriteStream(join(out, `${at}.ndjson`)));
  }
  return out;
}

describe.skipIf(!HAS_RECORDINGS)('recordings taken for live', { timeout: 120_000 }, () => {
  test.for(CASES)('$name, and the journal of it', async ({ files, hunts: names }) => {
    const place = mkdtempSync(join(folder, 'case-'));
    const hunts = names.map((hunt) => bundledHunt(`${hunt}.hunt.yaml`));
    const log = join(place, 'alerts.ndjson');
    const source = await laid(join(place, 'recorded'), files);
    const once = await runWindhover(['run', ...hunts, '--source', source, '--alerts', log]);
    expect(once.code, once.stderr).toBe(0);
    const expected = standingIn(log);
    expect(expected.size).toBeGreaterThan(0);

    const state = join(place, 'state');
    const live = { hunts, source, state, flags: ['--follow', '--retention', '3000d'] };
    const standing = await runUntil(live, (alerts) => [...expected.keys()].every((id) => alerts.has(id)));
    expect([...standing.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect(await replayed(live), 'replay').toBe(readFileSync(join(state, 'alerts.ndjson'), 'utf8'));

    if (files.length === 1) return;
    const other = join(place, 'other.ndjson');
    const turned = await laid(join(place, 'turned'), files.toReversed());
    const again = await runWindhover(['run', ...hunts, '--source', turned, '--alerts', other]);
    expect(again.code, again.stderr).toBe(0);
    expect(standingIn(other), 'files in another order').toEqual(expected);
  });
});
