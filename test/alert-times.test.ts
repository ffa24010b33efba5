import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from './support/run-windhover.ts';
import { standingIn } from './support/standing-alerts.ts';

/** LAST cuts epochs short: what is read at once has no order of arrival. */
const HUNT = `hunt: times
title: Times
severity: low
huntflow: |
  cut = GET process FROM x WHERE pid > 0 LAST 1 SECONDS
  p = GET process FROM x WHERE name = 'sh'
  few = p WHERE pid < 3
  f = FIND file LINKED p
  c = FIND process CREATED BY p
  u = few + c
  g = GROUP p BY name WITH COUNT(pid) AS shells
alerts:
  - { on: p, title: 'p {pid}', settle: 0s }
  - { on: few, title: 'few {pid}', settle: 0s, suppress: { by: [name], for: 30s } }
  - { on: f, title: 'f {path}', settle: 0s }
  - { on: c, title: 'c {pid}', settle: 0s }
  - { on: u, title: 'u {pid}', settle: 0s }
  - { on: g, title: 'g {shells}', settle: 0s }
`;
const START = Date.UTC(2024, 0, 1, 12);
const folder = mkdtempSync(join(tmpdir(), 'windhover-alert-times-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Flow {
  readonly pid: number;
  readonly parent: number;
  readonly file: number;
  /** Seconds. */
  readonly start: number;
  readonly lasts: number;
}

function line({ pid, parent, file, start, lasts }: Flow): string {
  const time = (second: number): string => new Date(START + second * 1000).toISOString();
  const named = (number: number): object => ({ pid: number, name: 'sh', executable: '/bin/sh', start: time(-60) });
  return JSON.stringify({
    '@timestamp': time(start),
    event: { sf_type: 'FF', action: 'file-access', category: 'file', start: time(start), end: time(start + lasts) },
    host: { id: 'h' },
    file: { path: `/tmp/${file}`, type: 'file' },
    process: { ...named(pid), thread: { id: pid }, parent: named(parent) },
  });
}

async function standing(flows: readonly Flow[]): Promise<Map<string, string>> {
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('times.hunt.yaml'), HUNT);
  writeFileSync(at('flows.ndjson'), `${flows.map(line).join('\n')}\n`);
  rmSync(at('alerts.ndjson'), { force: true });
  const call = ['run', at('times.hunt.yaml'), '--source', at('flows.ndjson'), '--alerts', at('alerts.ndjson')];
  const { code, stderr } = await runWindhover(call);
  expect(code, stderr).toBe(0);
  return standingIn(at('alerts.ndjson'));
}

test('an alert has the least time of its evidence, whenever that came', { timeout: 120_000 }, async () => {
  const flow = fc.record({
    pid: fc.integer({ min: 1, max: 4 }),
    parent: fc.integer({ min: 1, max: 4 }),
    file: fc.integer({ min: 1, max: 3 }),
    start: fc.integer({ min: 0, max: 100 }),
    lasts: fc.integer({ min: 0, max: 40 }),
  });
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(flow, { minLength: 2, maxLength: 25 }), async (flows) => {
      const inOrder = await standing(flows.toSorted((a, b) => a.start - b.start));
      alerts += inOrder.size;
      expect(await standing(flows)).toEqual(inOrder);
      expect(await standing(flows.toSorted((a, b) => b.start - a.start))).toEqual(inOrder);
    }),
    { numRuns: 12, endOnFailure: true },
  );
  expect(alerts).toBeGreaterThan(30);
});
