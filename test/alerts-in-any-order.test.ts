import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from './support/run-windhover.ts';
import { standingIn } from './support/standing-alerts.ts';

const HUNT = resolve(import.meta.dirname, '../hunts/node-exploit-shell.hunt.yaml');
const folder = mkdtempSync(join(tmpdir(), 'windhover-any-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function standing(lines: readonly string[]): Promise<Map<string, string>> {
  const source = join(folder, 'records.ndjson');
  const log = join(folder, 'alerts.ndjson');
  writeFileSync(source, `${lines.join('\n')}\n`);
  rmSync(log, { force: true });
  const { code, stderr } = await runWindhover(['run', HUNT, '--source', source, '--alerts', log]);
  expect(code, stderr).toBe(0);
  return standingIn(log);
}

test('the same records in any order give the same set of alerts that stand at the end', async () => {
  const file = join(folder, 'simulated.ndjson');
  const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '1500', '--hosts', '3', '--seed', '5'];
  await runWindhover([...simulate, '--attacks', 'node-exploit:4', '--out', file]);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const expected = await standing(lines);
  expect(expected.size).toBeGreaterThan(2);
  const order = fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length });
  await fc.assert(
    fc.asyncProperty(order, async (shuffled) => {
      expect(await standing(shuffled)).toEqual(expected);
    }),
    { numRuns: 12, seed: 1, endOnFailure: true },
  );
}, 120_000);
