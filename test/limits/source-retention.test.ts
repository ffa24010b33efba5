import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

const cwd = mkdtempSync(join(tmpdir(), 'windhover-retention-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

/** A process of the second host an hour before what the others have said. */
function record(pid: number, minute: number): string {
  const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const process = { pid, start: at, name: 'sh', executable: '/bin/sh', thread: { id: pid } };
  const event = { sf_type: 'PE', action: 'process-start' };
  return `${JSON.stringify({ '@timestamp': at, event, host: { id: `h${pid % 2}` }, process })}\n`;
}

beforeAll(() => {
  write('log.ndjson', [record(1, 0), record(2, 1), record(3, 60), record(4, 61), record(5, 1), record(6, 62)].join(''));
  write('lab.hf', "p = GET process FROM lab WHERE name = 'sh'");
  write('long.hf', "q = GET process FROM stixshifter://archive WHERE name = 'sh'");
});

async function refused(retention: string, hunts: readonly string[], sources: readonly string[]): Promise<unknown[]> {
  write('windhover.yaml', `retention: { sources: { ${retention} } }\n`);
  const named = sources.flatMap((source) => ['--source', source]);
  const { stdout, stderr } = await runWindhover(['run', ...hunts, ...named, '--format', 'json'], { cwd });
  return [JSON.parse(stdout).input.refused, stderr.match(/retention\.sources.*/g) ?? []];
}

describe('a retention of one source', () => {
  test('goes by the name that hunts have for it, or by its place', async () => {
    expect(await refused('lab: 3m', ['lab.hf'], ['lab=log.ndjson'])).toEqual([1, []]);
    expect(await refused('lab: 3m', ['lab.hf'], ['log.ndjson'])).toEqual([1, []]);
    expect(await refused('archive: 3m', ['long.hf'], ['archive=log.ndjson'])).toEqual([1, []]);
    expect(await refused(`"${join(cwd, 'log.ndjson')}": 3m`, ['lab.hf'], ['lab=log.ndjson'])).toEqual([1, []]);
    expect(await refused('lab: 3h', ['lab.hf'], ['lab=log.ndjson'])).toEqual([0, []]);
  });

  test('is the longer one of two names', async () => {
    const both = ['lab=log.ndjson', 'archive=log.ndjson'];
    expect(await refused('lab: 3m, archive: 3h', ['lab.hf', 'long.hf'], both)).toEqual([0, []]);
  });

  test('that no hunt reads is told, and changes nothing', async () => {
    const told = 'retention.sources has nosuch, which no hunt that runs reads; it changes nothing';
    expect(await refused('nosuch: 3m', ['lab.hf'], ['lab=log.ndjson'])).toEqual([0, [told]]);
    expect(await refused('nosuch: 3m', ['lab.hf'], ['log.ndjson'])).toEqual([0, [told]]);
  });
});
