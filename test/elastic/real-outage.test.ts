import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemTimer } from '../../src/cli/system-timer.ts';
import { openElastic } from '../../src/sources/elastic/elastic-client.ts';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { ELASTIC_CRASH } from './real-alert-indices.ts';
import { RealIndices, SERVER } from './real-indices.ts';

const timer = systemTimer(Date.now);
const ignore = (): void => {};

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('reading a real Elasticsearch', { timeout: 180_000 }, () => {
  const indices = new RealIndices(SERVER ?? 'http://127.0.0.1:9200');
  const stream = indices.name('stream');
  beforeAll(async () => {
    await indices.client.indices.putIndexTemplate({
      name: stream,
      index_patterns: [stream],
      data_stream: {},
      priority: 1000,
      template: { settings: { number_of_shards: 2, number_of_replicas: 0 }, mappings: { dynamic: false } },
    });
    const start = Date.UTC(2026, 0, 1);
    const written = (from: number): { source: object }[] =>
      Array.from({ length: 3000 }, (_, i) => ({
        source: { '@timestamp': new Date(start + Math.floor((from + i) / 7)).toISOString(), number: from + i },
      }));
    await indices.fill(stream, written(0));
    await indices.client.indices.rollover({ alias: stream });
    await indices.fill(stream, written(3000));
  });
  afterAll(async () => {
    await indices.client.indices.deleteDataStream({ name: stream });
    await indices.client.indices.deleteIndexTemplate({ name: stream });
    await indices.close();
  });

  const read = async (onDocument: (count: number) => Promise<void> = async () => {}): Promise<unknown[]> => {
    const gateway = await openElastic(SERVER as string, {});
    const history = new ElasticHistory({ place: stream, index: stream, gateway, timer, pageSize: 100 });
    const numbers: unknown[] = [];
    for await (const page of history.pages(undefined, {}, ignore)) {
      for (const { source } of page) {
        numbers.push(source['number']);
        await onDocument(numbers.length);
      }
    }
    await history.close();
    return numbers;
  };
  const all = Array.from({ length: 6000 }, (_, i) => i);
  const sorted = (numbers: unknown[]): number[] => (numbers as number[]).toSorted((a, b) => a - b);

  test('a data stream of two backing indices gives every document once', async () => {
    expect(sorted(await read())).toEqual(all);
  });

  test.skipIf(ELASTIC_CRASH === undefined)(
    'every document comes once when the server is killed meanwhile',
    async () => {
      let killed = false;
      const numbers = await read(async (count) => {
        if (count !== 1500) return;
        await promisify(execFile)('sh', ['-c', ELASTIC_CRASH as string]);
        killed = true;
      });
      expect(killed).toBe(true);
      expect(sorted(numbers)).toEqual(all);
    },
  );
});
