import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderCoverageText } from '../../src/cli/coverage/render-coverage-text.ts';
import { PartitionCoverage } from '../../src/hunts/coverage/partition-coverage.ts';
import { displayWidth } from '../../src/sinks/terminal/display-width.ts';
import { RocksStateStore } from '../../src/store/rocks-state-store.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import { processDocument } from '../kafka/read-source.ts';
import { runWindhover } from '../support/run-windhover.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const record = (pid: number, minutes: number): string =>
  `${processDocument(pid, new Date(START + minutes * MINUTE).toISOString())}\n`;

let folder = '';
const coverage = (...args: string[]): ReturnType<typeof runWindhover> =>
  runWindhover(['coverage', ...args], { cwd: folder });
const run = (...args: string[]): ReturnType<typeof runWindhover> => runWindhover(['run', ...args], { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-coverage-'));
  writeFileSync(join(folder, 'one.hf'), "p = GET process FROM c WHERE name = 'sh'\n");
  writeFileSync(join(folder, 'two.hf'), "p = GET process FROM c WHERE name = 'bash'\n");
  writeFileSync(join(folder, 'in.ndjson'), `${record(1, 0)}broken\n${record(2, 1)}${record(3, 30)}`);
  await run('one.hf', 'two.hf', '--source', 'c=in.ndjson', '--state', 'state', '--alert', 'p');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('windhover coverage', () => {
  test('draws what was seen, and tells the holes with what to do', async () => {
    const { code, stdout, stderr } = await coverage('--state', 'state');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('one, two');
    expect(lines[1]).toContain('2026-01-01T00:00:00.000Z to 2026-01-01T00:30:00.000Z');
    expect(lines[2]).toMatch(/in\.ndjson {2}×+·*×*  3 records$/);
    expect(stdout).toContain('undecodable: 1 hole\n');
    expect(stdout).toContain(': 1 input, 2026-01-01T00:00:00.000Z to 2026-01-01T00:30:00.000Z, offset ');
    expect(stdout).toContain('--dead-letter');
    expect(stdout).not.toContain('\u001b');
  });

  test('nobody is late because of one clock that is years ahead', async () => {
    const of = (host: string, pid: number, at: string): string =>
      `${processDocument(pid, at).replace(/"host":\{"id":"[^"]*"\}/u, `"host":{"id":"${host}"}`)}\n`;
    const minute = (m: number): string => new Date(START + m * MINUTE).toISOString();
    const calm = [0, 1, 2, 3].map((m) => of(m % 2 === 0 ? 'a' : 'b', m + 1, minute(m)));
    const lines = [...calm.slice(0, 2), of('liar', 9, '9999-12-31T00:00:00Z'), ...calm.slice(2), of('a', 5, minute(0))];
    writeFileSync(join(folder, 'liar.ndjson'), lines.join(''));
    const { stdout } = await run('one.hf', '--source', 'c=liar.ndjson', '--format', 'json');
    const { coverage } = JSON.parse(stdout) as { coverage: { partitions: unknown[] }[] };
    expect(coverage[0]?.partitions).toMatchObject([{ records: 6, late: 1, max_late_ms: 3 * MINUTE }]);
  });

  test('gives scripts the same, as a run does', async () => {
    const { code, stdout } = await coverage('--state', 'state', '--hunt', 'two', '--format', 'json');
    expect(code).toBe(0);
    const { scopes, remedies } = JSON.parse(stdout) as { scopes: { coverage: unknown }[]; remedies: object };
    expect(scopes).toMatchObject([
      {
        hunts: ['one', 'two'],
        coverage: [
          {
            kind: 'file',
            records: 3,
            late: 0,
            max_late_ms: 0,
            silence_ms: MINUTE,
            seen: [
              { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z', records: 2 },
              { from: '2026-01-01T00:30:00.000Z', to: '2026-01-01T00:30:00.000Z', records: 1 },
            ],
            holes: [{ cause: 'undecodable', count: 1 }],
          },
        ],
      },
    ]);
    expect(Object.keys(remedies)).toEqual(['undecodable']);
    const again = await run(
      'one.hf',
      'two.hf',
      '--source',
      'c=in.ndjson',
      '--state',
      'state',
      '--alert',
      'p',
      '--format',
      'json',
    );
    const result = JSON.parse(again.stdout) as { coverage: unknown };
    expect(result.coverage).toEqual([{ hunts: ['one', 'two'], partitions: scopes[0]?.coverage }]);
  });

  test('looks while a run holds the state, and leaves it as it is', async () => {
    const store = await RocksStateStore.open(join(folder, 'state'));
    try {
      expect((await coverage('--state', 'state')).stdout).toContain('3 records');
      await store.write([{ kind: 'put', key: new Uint8Array([9]), value: new Uint8Array([1]) }]);
    } finally {
      await store.close();
    }
  });

  test('takes the state of the configuration', async () => {
    const place = join(folder, 'configured');
    mkdirSync(place);
    writeFileSync(join(place, 'windhover.yaml'), 'state: ../state\n');
    expect((await runWindhover(['coverage'], { cwd: place })).stdout).toContain('one, two');
  });

  test.each([
    [2, ['--state', 'none'], 'holds no state'],
    [2, ['--state', 'in.ndjson'], 'holds no state'],
    [2, ['--state', 'state', '--hunt', 'three'], 'It holds one, two.'],
    [2, ['--format', 'yaml'], 'Allowed choices'],
    [2, ['--state', 'state', 'extra'], 'too many arguments'],
    [3, ['--state', 'broken'], 'cannot be opened'],
  ])('ends with %d for %j', async (expected, args, said) => {
    mkdirSync(join(folder, 'broken'), { recursive: true });
    writeFileSync(join(folder, 'broken/CURRENT'), 'MANIFEST-000009\n');
    const { code, stderr, stdout } = await coverage(...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(said);
  });

  test('a hunt whose text changed gives its ledger back, and begins another', async () => {
    writeFileSync(join(folder, 'three.hf'), "p = GET process FROM c WHERE name = 'sh'\n");
    const call = ['three.hf', '--source', 'c=in.ndjson', '--state', 'other'];
    await run(...call);
    writeFileSync(join(folder, 'in.ndjson'), record(9, 100));
    writeFileSync(join(folder, 'three.hf'), "p = GET process FROM c WHERE name = 'zsh'\n");
    await run(...call);
    const { scopes } = JSON.parse((await coverage('--state', 'other', '--format', 'json')).stdout) as {
      scopes: { coverage: { records: number; holes: unknown[] }[] }[];
    };
    expect(scopes.map((scope) => scope.coverage.map(({ records, holes }) => [records, holes]))).toEqual([[[1, []]]]);
    const store = await RocksStateStore.open(join(folder, 'other'));
    let entries = 0;
    for await (const { key } of store.range(new Uint8Array([1]), new Uint8Array([2])))
      if (key[1] === 'c'.charCodeAt(0)) entries++;
    await store.close();
    expect(entries).toBe(1);
  });
});

describe('the text of coverage', () => {
  const evil = 'a\u001b[31m/\u202e漢字'.repeat(9);
  const partitions = ['p', evil].map((place) => {
    const partition = new PartitionCoverage(evil, place, 'file');
    const lastMs = Float64Array.from({ length: 300 }, (_, i) => START + i * MINUTE);
    const batch = { size: 300, lastMs, undecodable: 2, rejects: [{ offset: 4 }] } as unknown as RecordBatch;
    partition.take({ batch, outside: undefined, left: undefined, duplicates: 0 }, MINUTE);
    partition.note({ cause: 'gap', fromMs: START - MINUTE, toMs: START + 20 * MINUTE });
    partition.away(START);
    return partition;
  });
  const scope = { hunts: [evil, 'h'], sources: ['s'], partitions };

  test.each([1, 40, 80, 100, 500])('fits a terminal of %d columns, whatever names say', (width) => {
    const text = renderCoverageText(scope, { width, color: false });
    for (const unsafe of ['\u001b', '\u202e']) expect(text).not.toContain(unsafe);
    const bars = text.split('\n').filter((line) => /[█×?~·]{4}/.test(line));
    expect(bars.length).toBe(2);
    for (const bar of bars) expect(displayWidth(bar)).toBeLessThanOrEqual(Math.max(40, Math.min(160, width)));
  });

  test('says the same without colour as with it', () => {
    const plain = renderCoverageText(scope, { width: 80, color: false });
    // oxlint-disable-next-line no-control-regex
    expect(renderCoverageText(scope, { width: 80, color: true }).replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain);
    expect(plain).toContain('gap: 2 holes');
    expect(plain).toContain('nobody knows how many');
    expect(plain).toContain('source-away: 2 holes');
  });

  test('is bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => {
      const partition = new PartitionCoverage('s', `file-${i}`, 'file');
      partition.note({ cause: 'expired', count: 1, fromMs: START, toMs: START });
      return partition;
    });
    const text = renderCoverageText({ ...scope, partitions: many }, { width: 80, color: false });
    expect(text.split('\n').length).toBeLessThan(130);
    expect(text).toContain('and 936 more');
    expect(text).toContain('and 960 more');
  });
});
