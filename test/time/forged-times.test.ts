import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-forged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record = (host: string, time: string, pid: number): string =>
  JSON.stringify({
    '@timestamp': time,
    event: { sf_type: 'PE', action: 'process-start', end: time },
    host: { id: host },
    process: { pid, name: 'sh', executable: '/bin/sh', thread: { id: pid } },
  });

const USUAL = Array.from({ length: 120 }, (_, i) =>
  record(`web-${i % 3}`, new Date(Date.UTC(2026, 0, 1, 12, 0, i)).toISOString(), i + 1),
);
const FORGED = ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z', '1970-01-01T00:00:00Z'].map((time) =>
  record('evil', time, 666),
);

test.each([0, 1, 60, 120])('forged times at place %i of a recording change no answer', async (place) => {
  const log = join(folder, `${place}.ndjson`);
  const hunt = join(folder, 'hunt.hf');
  writeFileSync(hunt, "p = GET process FROM logs WHERE name = 'sh' LAST 30 SECONDS\nq = p WHERE pid < 666\n");
  const entities = async (lines: readonly string[]): Promise<(number | undefined)[]> => {
    writeFileSync(log, `${lines.join('\n')}\n`);
    const args = ['run', hunt, '--source', `logs=${log}`, '--retention', '10m', '--format', 'json'];
    const { stdout } = await runWindhover(args);
    const { hunts, input } = JSON.parse(stdout) as {
      readonly hunts: readonly { readonly variables: readonly { readonly entities: number }[] }[];
      readonly input: { readonly late: number };
    };
    return [hunts[0]?.variables[1]?.entities, input.late];
  };
  const usual = await entities(USUAL);
  expect(usual).toEqual([31, 0]);
  expect(await entities(USUAL.toSpliced(place, 0, ...FORGED))).toEqual(usual);
});
