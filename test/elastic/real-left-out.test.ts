import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';
import { RealIndices, SERVER } from './real-indices.ts';
import { SearchRecorder } from './search-recorder.ts';

interface Report {
  readonly input: { readonly records: number; readonly ignored: number };
  readonly hunts: unknown;
}

const OTHERS = 300;
const HUNT = 'n = GET network-traffic FROM s WHERE dst_port > 0\nDISP n\n';

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('documents that a real Elasticsearch leaves out', { timeout: 120_000 }, () => {
  let indices: RealIndices;
  let folder = '';
  let sysmon: readonly string[] = [];
  beforeAll(async () => {
    indices = new RealIndices(SERVER as string);
    folder = mkdtempSync(join(tmpdir(), 'windhover-elastic-'));
    const file = join(folder, 'plain.ndjson');
    await runWindhover(['simulate', '--format', 'winlogbeat', '--records', '2000', '--seed', '5', '--out', file]);
    sysmon = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(join(folder, 'n.hf'), HUNT);
  });
  afterAll(async () => {
    await indices.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sysmon's events with those of another channel between them, over a file and over an index. */
  async function compared(
    what: string,
    channel: object,
  ): Promise<{ over: Report; file: Report; sent: number; stderr: string }> {
    const others = sysmon
      .slice(0, OTHERS)
      .map((line) => line.replaceAll(/Microsoft-Windows-Sysmon\/Operational/gu, 'Security'));
    const file = join(folder, `${what}.ndjson`);
    writeFileSync(file, [...sysmon, ...others].join('\n'));
    const time = { type: 'date_nanos' };
    const index = await indices.make(what, {
      '@timestamp': time,
      winlog: { properties: { channel, event_id: { type: 'keyword' } } },
    });
    await indices.fill(
      index,
      [...sysmon, ...others].map((source) => ({ source })),
    );
    const recorder = new SearchRecorder(SERVER as string);
    const node = await recorder.open();
    const call = ['run', join(folder, 'n.hf'), '--format', 'json', '--source'];
    const [overFile, overIndex] = [
      await runWindhover([...call, `s=${file}`]),
      await runWindhover([...call, `s=elastic+${node}/${index}`]),
    ];
    await recorder.close();
    expect(overIndex.code, overIndex.stderr).toBe(0);
    const [over, plain] = [overIndex, overFile].map(({ stdout }) => JSON.parse(stdout) as Report);
    const sent = recorder.searches.reduce((sum, { documents }) => sum + documents.length, 0);
    return { over: over as Report, file: plain as Report, sent, stderr: overIndex.stderr };
  }

  test('other channels, and events that a hunt for connections does not look at', async () => {
    const { over, file, sent, stderr } = await compared('keyword', { type: 'keyword' });
    expect(stderr).toMatch(/documents are left out, as no hunt can use them: winlog.channel is not Microsoft/u);
    expect(over.hunts).toEqual(file.hunts);
    expect(file.input.ignored).toBe(OTHERS);
    expect(over.input.ignored).toBe(0);
    expect(over.input.records).toBeLessThan(file.input.records / 2);
    // A hundred of each rule are looked at first.
    expect(sent).toBeLessThanOrEqual(over.input.records + 200);
  });

  test('none where the index keeps words only', async () => {
    const { over, file, stderr } = await compared('text', { type: 'text' });
    expect(stderr).toContain('winlog.channel: not kept as keyword in all indices');
    expect(over.hunts).toEqual(file.hunts);
    expect(over.input).toEqual(file.input);
  });
});
