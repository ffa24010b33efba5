import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { processEvent, smallTrace } from '../../src/telemetry/testing/trace-records.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { FollowedLog } from './followed-log.ts';

/** Several blocks of one record each behind those of the entities; `ms` tells traces apart. */
function trace(ms: number): Buffer {
  return traceOf([...smallTrace(), ...Array.from({ length: 20 }, (_, i) => processEvent(70, ms + i))], { perBlock: 3 });
}

let folder = '';
let timer: ManualTimer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-traces-'));
  timer = new ManualTimer();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a follower sees of a trace that is all there. */
async function all(bytes: Buffer): Promise<readonly number[]> {
  const whole = mkdtempSync(join(folder, 'whole-'));
  writeFileSync(join(whole, 'a.sf'), bytes);
  const followed = new FollowedLog(whole, 'a.sf', timer);
  await followed.read();
  await followed.reader.close();
  return followed.seen;
}

describe('a trace that is followed', () => {
  test('gives each record once, wherever it stops growing for a while, and after a restart', async () => {
    const bytes = trace(5000);
    const expected = await all(bytes);
    expect(expected).toHaveLength(28);
    const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat({ max: 6 }), async (places, restartAt) => {
        const path = join(mkdtempSync(join(folder, 'cut-')), 'a.sf');
        writeFileSync(path, '');
        const followed = new FollowedLog(join(path, '..'), 'a.sf', timer);
        let at = 0;
        for (const [i, end] of [...places.sort((a, b) => a - b), bytes.length].entries()) {
          appendFileSync(path, bytes.subarray(at, end));
          at = end;
          await followed.read();
          if (i === restartAt) await followed.restart();
        }
        expect(followed.seen).toEqual(expected);
        expect([followed.undecodable, followed.notices]).toEqual([0, []]);
        await followed.reader.close();
      }),
      { numRuns: 60 },
    );
  });

  test('is no other trace of the same schema', async () => {
    writeFileSync(join(folder, 'a.sf'), trace(5000));
    const followed = new FollowedLog(folder, '.', timer);
    await followed.read();
    writeFileSync(join(folder, 'b.sf'), trace(9000));
    await followed.read();
    expect(followed.seen).toHaveLength(56);
    expect(followed.notices).toEqual([]);
    await followed.reader.close();
  });

  test('that is rotated away in the middle of a block ends there', async () => {
    const bytes = trace(5000);
    writeFileSync(join(folder, 'a.sf'), bytes.subarray(0, bytes.length - 30));
    const followed = new FollowedLog(folder, 'a.sf', timer);
    await followed.read();
    const before = followed.seen.length;
    expect([before > 20, followed.undecodable]).toEqual([true, 0]);
    renameSync(join(folder, 'a.sf'), join(folder, 'a.sf.1'));
    await followed.read();
    timer.pass(11_000);
    await followed.read();
    expect(followed.undecodable).toBe(1);
    await followed.reader.close();
  });
});
