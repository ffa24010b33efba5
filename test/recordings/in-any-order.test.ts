import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { standingIn } from '../support/standing-alerts.ts';

/** A recording, bundled hunts that alert in it, and how many alerts there are at least. */
const CASES = [
  {
    file: 'sysflow-ecs/express-mon.1531776712.events.ndjson.gz',
    hunts: ['node-exploit-shell', 'service-runs-own-drop'],
    alerts: 2,
  },
  {
    file: 'sysmon/empire_launcher_vbs.ndjson.gz',
    hunts: ['encoded-powershell', 'user-script-starts-shell'],
    alerts: 2,
  },
  { file: 'sysmon/schtask_create.ndjson.gz', hunts: ['lateral-movement'], alerts: 1 },
];
const folder = mkdtempSync(join(tmpdir(), 'windhover-recorded-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ids of the alerts that stand at the end of a run over these files, with event time, title and entity of each. */
async function standing(
  hunts: readonly string[],
  sources: readonly (readonly string[])[],
): Promise<Map<string, string>> {
  const place = mkdtempSync(join(folder, 'run-'));
  const log = join(place, 'alerts.ndjson');
  mkdirSync(join(place, 'sources'));
  for (const [at, lines] of sources.entries()) {
    writeFileSync(join(place, 'sources', `part-${at}.ndjson`), `${lines.join('\n')}\n`);
  }
  const files = hunts.map((hunt) => bundledHunt(`${hunt}.hunt.yaml`));
  const { code, stderr } = await runWindhover(['run', ...files, '--source', join(place, 'sources'), '--alerts', log]);
  expect(code, stderr).toBe(0);
  const alerts = standingIn(log);
  rmSync(place, { recursive: true });
  return alerts;
}

describe.skipIf(!HAS_RECORDINGS)('recorded attacks in any order', () => {
  test.for(CASES)('$file', { timeout: 120_000 }, async ({ file, hunts, alerts }) => {
    const recorded = await text(createReadStream(recording(file)).pipe(createGunzip()));
    const lines = recorded.split('\n').filter(Boolean);
    const expected = await standing(hunts, [lines]);
    expect(expected.size).toBeGreaterThanOrEqual(alerts);

    expect(await standing(hunts, [lines.toReversed()]), 'reversed').toEqual(expected);
    expect(await standing(hunts, [lines, lines.slice(0, lines.length / 2)]), 'read twice').toEqual(expected);
    const shuffled = fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length });
    const again = fc.subarray(lines, { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(shuffled, again, fc.integer({ min: 1, max: 3 }), async (order, duplicates, count) => {
        const sources = Array.from({ length: count }, (_, at) => order.filter((_line, index) => index % count === at));
        sources[count - 1]?.push(...duplicates);
        expect(await standing(hunts, sources)).toEqual(expected);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });
});
