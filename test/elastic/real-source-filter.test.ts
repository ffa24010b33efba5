import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { RealIndices, SERVER } from './real-indices.ts';
import { SearchRecorder, type RecordedSearch } from './search-recorder.ts';

const HUNT = bundledHunt('node-exploit-shell.hunt.yaml');
const RECORDS = 8000;
/** A field that no shape knows, in every document, and longer than the rest of it. */
const UNASKED = 'unasked_by_any_hunt';
const LONG = 'x'.repeat(2000);

interface Report {
  readonly input: unknown;
  readonly hunts: unknown;
}

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('fields that a real Elasticsearch is asked for', { timeout: 120_000 }, () => {
  let indices: RealIndices;
  let folder = '';
  let lines: readonly string[] = [];
  beforeAll(async () => {
    indices = new RealIndices(SERVER as string);
    folder = mkdtempSync(join(tmpdir(), 'windhover-elastic-'));
    const file = join(folder, 'plain.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', String(RECORDS), '--hosts', '6'];
    await runWindhover([...simulate, '--seed', '3', '--attacks', 'node-exploit:2', '--out', file]);
    lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => `{"${UNASKED}":"${LONG}",${line.slice(1)}`);
  });
  afterAll(async () => {
    await indices.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A run over an index of the documents gives what it gives over their file; the searches that it took. */
  async function searchesOf(what: string, documents: readonly string[]): Promise<readonly RecordedSearch[]> {
    const file = join(folder, `${what}.ndjson`);
    writeFileSync(file, `${documents.join('\n')}\n`);
    const index = await indices.create(what, 'date_nanos');
    await indices.fill(
      index,
      documents.map((source) => ({ source })),
    );
    const recorder = new SearchRecorder(SERVER as string);
    const node = await recorder.open();
    const call = ['run', HUNT, '--format', 'json', '--source'];
    const overFile = await runWindhover([...call, file]);
    const overIndex = await runWindhover([...call, `elastic+${node}/${index}`]);
    await recorder.close();
    expect(overIndex.code, overIndex.stderr).toBe(0);
    const [given, wanted] = [overIndex, overFile].map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(given?.input).toEqual(wanted?.input);
    expect(given?.hunts).toEqual(wanted?.hunts);
    return recorder.searches;
  }

  const holdsUnasked = (document: object): boolean => Object.hasOwn(document, UNASKED);

  test('an index of SysFlow as ECS: from some document on only what the hunts need', async () => {
    const searches = await searchesOf('filtered', lines);
    const whole = searches.filter(({ fields }) => fields === undefined);
    const filtered = searches.filter(({ fields }) => fields !== undefined);
    expect(whole.flatMap(({ documents }) => documents).every(holdsUnasked)).toBe(true);
    const sent = filtered.flatMap(({ documents }) => documents);
    expect(sent.length).toBeGreaterThan(RECORDS / 4);
    expect(sent.some(holdsUnasked)).toBe(false);
    for (const { fields } of filtered) expect(fields).toEqual(expect.arrayContaining(['@timestamp', 'event.sf_type']));
    expect(searches.at(-1)?.fields, 'it is on to the end').toEqual(expect.any(Array));
  });

  test('one document of another shape: from there on all are fetched whole', async () => {
    const at = String((JSON.parse(lines[RECORDS / 2] as string) as { '@timestamp': string })['@timestamp']);
    const other = JSON.stringify({ '@timestamp': at, [UNASKED]: 'x', message: 'of no shape' });
    const searches = await searchesOf('mixed', lines.toSpliced(RECORDS / 2, 0, other));
    const last = searches.findLastIndex(({ fields }) => fields !== undefined);
    expect(last).toBeGreaterThan(0);
    const behind = searches.slice(last + 1).flatMap(({ documents }) => documents);
    expect(behind.length).toBeGreaterThan(RECORDS / 4);
    expect(behind.every(holdsUnasked)).toBe(true);
  });
});
