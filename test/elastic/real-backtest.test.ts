import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expandRecords } from '../../src/hunts/hunt-tests/typed-records.ts';
import { HistoryFolder } from '../backtest/history.ts';
import { RealIndices, SERVER } from './real-indices.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('backtests over a real Elasticsearch', { timeout: 120_000 }, () => {
  let indices: RealIndices;
  let source = '';

  beforeAll(async () => {
    indices = new RealIndices(SERVER as string);
    const index = await indices.create('backtest', 'date_nanos');
    const { text } = expandRecords(
      Array.from({ length: 24 }, (_, hour) => ({
        time: `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`,
        process: { pid: 100 + hour, name: 'sh', command_line: `sh -c ${hour}`, parent: { pid: 3, name: 'node' } },
      })),
    );
    const documents = text.trim().split('\n');
    await indices.fill(
      index,
      documents.map((each, i) => ({ id: String(i), source: each })),
    );
    source = `elastic+${SERVER as string}/${index}`;
    folder.write(
      'shells.hunt.yaml',
      "hunt: shells\nhuntflow: p = GET process FROM s WHERE name = 'sh'\nalerts: [{ on: p }]\n",
    );
    folder.write(
      'older.hunt.yaml',
      'hunt: shells\nhuntflow: p = GET process FROM s WHERE pid > 111\nalerts: [{ on: p }]\n',
    );
  });
  afterAll(() => indices.close());

  test('all of an index, and a range of it', async () => {
    const all = await folder.backtest('shells.hunt.yaml', '--source', source);
    expect([all.code, all.document.hunts[0]?.alerts.length]).toEqual([0, 24]);
    const bounds = ['--from', '2026-01-01T06:00:00Z', '--to', '2026-01-01T12:00:00Z'];
    const some = await folder.backtest('shells.hunt.yaml', '--source', source, ...bounds);
    expect(some.document.input.records).toBe(6);
    expect(some.document.hunts[0]?.by_time.reduce((sum, [, count]) => sum + count, 0)).toBe(6);
  });

  test('two versions in one pass', async () => {
    const args = ['shells.hunt.yaml', '--source', source, '--against', 'older.hunt.yaml'];
    const { document } = await folder.backtest(...args);
    expect(document.hunts[0]?.compare).toMatchObject({ gained_count: 12, lost_count: 0, kept: 12 });
  });
});
