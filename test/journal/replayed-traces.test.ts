import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { processEvent, smallTrace } from '../../src/telemetry/testing/trace-records.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { huntsIn, LiveScope } from './live-scope.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-journal-traces-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Blocks that hold more records than a batch takes, so that batches end in the middle of blocks. */
const EVENTS = 1500;
const TRACE = traceOf([...smallTrace(), ...Array.from({ length: EVENTS }, (_, i) => processEvent(70, 5000 + i))], {
  perBlock: 700,
});

test('the journal of a trace that grows gives the alerts of the run, also where batches end within blocks', async () => {
  let alerts = 0;
  let sizes: readonly number[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: TRACE.length }), { maxLength: 5 }), fc.nat(5), async (cuts, restartAt) => {
      const folder = mkdtempSync(join(root, 'case-'));
      const path = join(folder, 'a.sf');
      writeFileSync(path, '');
      const timer = new ManualTimer();
      const stdin = (async function* (): AsyncGenerator<Uint8Array> {})();
      const scope = new LiveScope({
        hunts: await huntsIn(folder),
        timer,
        sources: [{ id: 'trace', uri: path }],
        session: { cwd: folder, stdin, follow: true, retentionMs: undefined },
      });
      await scope.start();
      let at = 0;
      for (const [i, end] of [...cuts.sort((a, b) => a - b), TRACE.length].entries()) {
        appendFileSync(path, TRACE.subarray(at, end));
        at = end;
        for (let turns = 0; turns < 5; turns++) {
          await scope.go(50);
          timer.pass(100);
        }
        if (i === restartAt) await scope.kill();
        await scope.start();
      }
      for (let i = 0; i < 200 && (await scope.recordsRead()) < EVENTS; i++) {
        await scope.go(50);
        timer.pass(100);
      }
      timer.pass(5000);
      await scope.go(50);
      await scope.stop();
      expect(await scope.replay()).toEqual(scope.lines);
      alerts += scope.lines.length;
      sizes = [...sizes, ...(await scope.batchSizes())];
    }),
    { numRuns: 10, seed: 1 },
  );
  expect(alerts).toBeGreaterThan(0);
  expect(sizes).toContain(512);
}, 300_000);
