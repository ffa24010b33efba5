import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ManualTimer } from '../support/manual-timer.ts';
import { huntsIn, LiveScope } from './live-scope.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const root = mkdtempSync(join(tmpdir(), 'windhover-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

type Step =
  | {
      readonly kind: 'write';
      readonly pid: number;
      readonly name: 'sh' | 'ls';
      readonly ago: number;
      readonly file: 0 | 1;
    }
  | { readonly kind: 'half' | 'rotate' | 'stop' | 'kill' | 'start' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'go'; readonly turns: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      pid: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom('sh', 'ls'),
      ago: fc.constantFrom(0, 0, 1, 400, 3000, -2000),
      file: fc.constantFrom(0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('half', 'rotate', 'stop' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('kill', 'start' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(20, 100, 700, 6000) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('go' as const), turns: fc.constantFrom(1, 10, 100, 400) }) },
);

function line(step: Step & { readonly kind: 'write' }, now: number): string {
  const { pid, name, ago } = step;
  const process = { pid, name, executable: `/bin/${name}`, thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const event = { sf_type: 'PE', action: 'process-start' };
  return `${JSON.stringify({ '@timestamp': new Date(now - ago).toISOString(), event, host: { id: 'h' }, process })}\n`;
}

/** What happens to followed files and to the scope; then what it alerted, and what its journal gives. */
async function play(steps: readonly Step[]): Promise<{ readonly scope: LiveScope; readonly folder: string }> {
  const folder = join(root, String(folders++));
  const hunts = await huntsIn(folder);
  const logs = join(folder, 'logs');
  const names = ['a.log', 'b.log'].map((name) => join(folder, name));
  for (const name of names) writeFileSync(name, '');
  const timer = new ManualTimer();
  const uri = join(folder, '*.log');
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})();
  const scope = new LiveScope({
    hunts,
    timer,
    sources: [{ id: logs, uri }],
    session: { cwd: folder, stdin, follow: true, retentionMs: undefined },
  });
  await scope.start();
  await scope.go(20);
  let half = '';
  let rotations = 0;
  for (const each of steps) {
    if (each.kind === 'write') {
      appendFileSync(names[each.file] as string, `${each.file === 0 ? half : ''}${line(each, timer.now())}`);
      if (each.file === 0) half = '';
    } else if (each.kind === 'half' && half === '') {
      const text = line({ kind: 'write', pid: 9, name: 'sh', ago: 0, file: 0 }, timer.now());
      appendFileSync(names[0] as string, text.slice(0, 30));
      half = text.slice(30);
    } else if (each.kind === 'rotate' && half === '') {
      // Whoever rotates a log again has waited until the last one was read.
      await scope.start();
      await scope.go(400);
      renameSync(names[0] as string, `${names[0]}.${++rotations}`);
      writeFileSync(names[0] as string, '');
    } else if (each.kind === 'pass') {
      for (let left = each.ms; left > 0; left -= 100) {
        timer.pass(Math.min(left, 100));
        await scope.go(10);
      }
    } else if (each.kind === 'go') await scope.go(each.turns);
    else if (each.kind === 'stop') await scope.stop();
    else if (each.kind === 'kill') await scope.kill();
    else if (each.kind === 'start') await scope.start();
  }
  await scope.start();
  // What was written is read, and settles. What was rotated before anything was seen is history, and is not.
  const written = steps.filter(({ kind }) => kind === 'write').length;
  for (let i = 0; i < 100 && (await scope.recordsRead()) < written; i++) {
    await scope.go(50);
    timer.pass(100);
  }
  for (let second = 0; second < 4; second++) {
    await scope.go(50);
    timer.pass(1000);
  }
  await scope.go(100);
  await scope.stop();
  return { scope, folder };
}

test('the journal of followed files gives the alerts of the run, byte by byte', { timeout: 600_000 }, async () => {
  let alerts = 0;
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      const { scope, folder } = await play(steps);
      expect(await scope.replay()).toEqual(scope.lines);
      alerts += scope.lines.length;
      for (const each of scope.lines)
        statuses.add((JSON.parse(each) as { windhover: { status: string } }).windhover.status);
      rmSync(folder, { recursive: true });
    }),
    LONG ? { numRuns: 2000 } : { numRuns: 40, seed: 20_261_126 },
  );
  expect(alerts).toBeGreaterThan(100);
  expect([...statuses].sort()).toEqual(['open', 'retracted', 'revised']);
});
