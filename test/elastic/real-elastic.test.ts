import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemTimer } from '../../src/cli/system-timer.ts';
import { openElastic } from '../../src/sources/elastic/elastic-client.ts';
import type { ElasticGateway, SearchRequest } from '../../src/sources/elastic/elastic-gateway.ts';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { HistoryProgress, type HistoryDocument } from '../../src/telemetry/document-history.ts';
import { keptFields } from '../../src/telemetry/kept-fields.ts';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { RealIndices, SECURE, SERVER } from './real-indices.ts';

const timer = systemTimer(Date.now);
const HUNT = bundledHunt('node-exploit-shell.hunt.yaml');
const ignore = (): void => {};

function numbered(count: number, perTime: number): { id: string; source: object }[] {
  return Array.from({ length: count }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(i / perTime)).toISOString();
    return { id: String(i), source: { '@timestamp': at, number: i } };
  });
}

/** What a run says, without what differs from run to run, or from source to source. */
function answer(stdout: string): unknown {
  const { elapsed_ms: _, coverage: __, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  return rest;
}

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('a real Elasticsearch', { timeout: 120_000 }, () => {
  let indices: RealIndices;
  let folder = '';
  beforeAll(() => {
    indices = new RealIndices(SERVER as string);
    folder = mkdtempSync(join(tmpdir(), 'windhover-elastic-'));
  });
  afterAll(async () => {
    await indices.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const historyOf = (index: string, gateway: ElasticGateway, options = {}): ElasticHistory =>
    new ElasticHistory({ place: `elastic+${SERVER}/${index}`, index, gateway, timer, giveUpMs: 10_000, ...options });

  test('every document once and in order, with ties over pages, a point in time that is lost and a restart', async () => {
    const index = await indices.create('ties');
    await indices.fill(index, numbered(2500, 300));
    const gateway = await openElastic(SERVER as string, {});
    let searches = 0;
    const losing: ElasticGateway = {
      openPit: (name) => gateway.openPit(name),
      search: async (request: SearchRequest) => {
        if (++searches % 11 === 0) await gateway.closePit(request.pit);
        return gateway.search(request);
      },
      closePit: (pit) => gateway.closePit(pit),
      count: (name, query) => gateway.count(name, query),
      timeTypes: (name) => gateway.timeTypes(name),
      fieldTypes: (name, fields) => gateway.fieldTypes(name, fields),
      names: () => gateway.names(),
      close: () => gateway.close(),
    };
    const progress = new HistoryProgress(undefined);
    const seen: HistoryDocument[] = [];
    for (const most of [333, 1111, Infinity]) {
      let taken = 0;
      reading: for await (const page of historyOf(index, losing, { pageSize: 100 }).pages(
        progress.cursor,
        {},
        ignore,
      )) {
        for (const document of page) {
          if (taken++ >= most) break reading;
          progress.add(document);
          seen.push(document);
        }
      }
    }
    await gateway.close();
    expect(searches).toBeGreaterThan(20);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2500);
    expect(seen).toHaveLength(2500);
    expect(seen.map(({ time }) => time)).toEqual(seen.map(({ time }) => time).toSorted());
  });

  test('date and date_nanos side by side, by a wildcard, an alias and a list', async () => {
    const coarse = await indices.create('mixed-1', 'date');
    const fine = await indices.create('mixed-2', 'date_nanos');
    await indices.fill(coarse, [{ id: 'b', source: { '@timestamp': '2026-01-01T00:00:00.001Z' } }]);
    await indices.fill(fine, [
      { id: 'c', source: { '@timestamp': '2026-01-01T00:00:00.001000001Z', big: 1 } },
      { id: 'a', source: { '@timestamp': '2026-01-01T00:00:00.000999999Z' } },
      { id: 'none', source: { message: 'no time' } },
    ]);
    const alias = indices.name('alias');
    await indices.client.indices.updateAliases({ actions: [coarse, fine].map((index) => ({ add: { index, alias } })) });
    const gateway = await openElastic(SERVER as string, {});
    for (const names of [indices.name('mixed-*'), alias, `${coarse},${fine}`]) {
      const notices: string[] = [];
      const ids: string[] = [];
      const tell = ({ code }: { code: string }): number => notices.push(code);
      for await (const page of historyOf(names, gateway).pages(undefined, {}, tell))
        ids.push(...page.map(({ id }) => id));
      expect([ids, notices]).toEqual([['a', 'b', 'c'], ['elastic-no-time']]);
    }
    await gateway.close();
  });

  test('numbers that JSON.parse would round come as they were written', async () => {
    const index = await indices.create('numbers');
    const source = '{"@timestamp":"2026-01-01T00:00:00Z","n":1234567890123456789,"t":"\\"}]{"}';
    await indices.fill(index, [{ id: '1', source }]);
    const gateway = await openElastic(SERVER as string, {});
    const texts: (string | undefined)[] = [];
    for await (const page of historyOf(index, gateway).pages(undefined, {}, ignore)) texts.push(page[0]?.text);
    await gateway.close();
    expect(texts).toEqual([expect.stringContaining(`"_source":${source}`)]);
  });

  test('of chosen fields the server leaves what the tests take it to leave', async () => {
    const index = await indices.create('fields');
    const source = {
      '@timestamp': '2026-01-01T00:00:00.000Z',
      a: { b: { c: 1, d: [] }, e: null },
      list: [{ x: 1, y: 2 }, { y: 3 }, 'text'],
      none: [{ y: 1 }],
      'dotted.name': 5,
      big: 12_345_678,
    };
    await indices.client.index({ index, id: '1', refresh: true, document: source });
    const gateway = await openElastic(SERVER as string, {});
    const pit = await gateway.openPit(index);
    const request = { pit, size: 9, slice: undefined, query: { match_all: {} }, mixedTimes: false, after: undefined };
    for (const fields of [['a'], ['a.b'], ['a.b.d', 'a.e'], ['list.x', 'none.x'], ['a.z', 'big'], ['a.b.c', 'a']]) {
      const { hits } = await gateway.search({ ...request, fields });
      expect([fields, hits.at(0)?.source]).toEqual([fields, keptFields(source, fields)]);
    }
    const { hits } = await gateway.search({ ...request, fields: [] });
    expect(hits.at(0)).toMatchObject({ id: '1', source: {} });
    await gateway.closePit(pit);
    await gateway.close();
  });

  test('a document beyond the bound is told by name, and all others count', async () => {
    const index = await indices.create('large');
    const time = (i: number): string => `2026-01-01T00:00:0${i}.000Z`;
    const small = [1, 2, 3].map((i) => ({ id: `s${i}`, source: { '@timestamp': time(i), text: 'x'.repeat(50_000) } }));
    const large = { id: 'large', source: { '@timestamp': time(2), text: 'x'.repeat(150_000) } };
    await indices.fill(index, [...small, large]);
    const gateway = await openElastic(SERVER as string, {}, 120_000);
    const seen: Record<string, boolean> = {};
    for await (const page of historyOf(index, gateway).pages(undefined, {}, ignore)) {
      for (const { id, tooLarge } of page) seen[id] = tooLarge === true;
    }
    await gateway.close();
    expect(seen).toEqual({ s1: false, s2: false, s3: false, large: true });
  });

  test('a run gives what it gives over the file, and its alerts name the documents', async () => {
    const file = join(folder, 'sim.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '3000', '--hosts', '6', '--seed', '3'];
    await runWindhover([...simulate, '--attacks', 'node-exploit:2', '--out', file]);
    const index = await indices.create('run', 'date_nanos');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    await indices.fill(
      index,
      lines.map((source) => ({ source })),
    );
    const call = ['run', HUNT, '--format', 'json', '--source'];
    const overFile = await runWindhover([...call, file]);
    const state = join(folder, 'state');
    const overIndex = await runWindhover([...call, `elastic+${SERVER}/${index}`, '--state', state]);
    expect(overIndex.code, overIndex.stderr).toBe(0);
    expect(answer(overIndex.stdout)).toEqual(answer(overFile.stdout));
    expect(readFileSync(join(state, 'alerts.ndjson'), 'utf8')).toContain(`"${index}/`);
    const again = await runWindhover([...call, `elastic+${SERVER}/${index}`, '--state', state]);
    expect(JSON.parse(again.stdout)).toMatchObject({ input: { records: 0 } });
  });

  test('--from and --to bound what counts', async () => {
    const hunt = join(folder, 'all.hf');
    writeFileSync(hunt, 'p = GET process FROM logs WHERE pid > 0');
    const index = await indices.create('range');
    const process = { pid: 7, name: 'sh', executable: '/bin/sh', thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
    const event = { sf_type: 'PE', action: 'process-start' };
    const times = [1, 2, 3].map((hour) => `2026-01-01T0${hour}:00:00.000Z`);
    const documents = times.map((at) => ({ source: { '@timestamp': at, event, host: { id: 'h' }, process } }));
    await indices.fill(index, documents);
    const call = ['run', hunt, '--format', 'json', '--source', `elastic+${SERVER}/${index}`];
    const { stdout, stderr } = await runWindhover([...call, '--from', times[1] as string, '--to', times[2] as string]);
    expect(JSON.parse(stdout), stderr).toMatchObject({ input: { records: 1 } });
  });

  test.skipIf(!HAS_RECORDINGS)('a real recording gives what its file gives', async () => {
    const path = recording('sysmon/empire_enable_rdp.ndjson.gz');
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
    const ordered = lines.map((source, i) => ({
      source,
      i,
      at: String((JSON.parse(source) as { '@timestamp': string })['@timestamp']),
    }));
    ordered.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.i - b.i));
    const index = await indices.create('recording');
    await indices.fill(
      index,
      ordered.map(({ source }) => ({ source })),
    );
    const hunt = join(folder, 'recording.hf');
    writeFileSync(hunt, 'p = GET process FROM logs WHERE pid > 0\nc = FIND process CREATED BY p');
    const call = ['run', hunt, '--format', 'json', '--source'];
    const overFile = JSON.parse((await runWindhover([...call, path])).stdout) as { input: unknown; hunts: unknown };
    const overIndex = JSON.parse(
      (await runWindhover([...call, `elastic+${SERVER}/${index}`])).stdout,
    ) as typeof overFile;
    expect(overIndex.input).toEqual(overFile.input);
    expect(overIndex.hunts).toEqual(overFile.hunts);
  });

  test('an index that is not there is told, with what may have been meant', async () => {
    const index = await indices.create('existing');
    const hunt = join(folder, 'missing.hf');
    writeFileSync(hunt, 'p = GET process FROM logs WHERE pid > 0');
    const source = `elastic+${SERVER}/${index.slice(0, -1)}`;
    const { code, stderr } = await runWindhover(['run', hunt, '--source', source]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`Did you mean ${index}?`)]);
  });
});

describe('what is no Elasticsearch', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  test('is told as such', async () => {
    const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const gateway = await openElastic(node, {});
    const history = new ElasticHistory({ place: node, index: 'a', gateway, timer });
    await expect(history.pages(undefined, {}, ignore).next()).rejects.toMatchObject({ code: 'elastic-product' });
    await gateway.close();
  });
});

describe.skipIf(SECURE === undefined)('a real Elasticsearch with security', { timeout: 120_000 }, () => {
  let indices: RealIndices;
  let index = '';
  let node = '';
  beforeAll(async () => {
    indices = new RealIndices(SECURE as string);
    node = new URL(SECURE as string).origin;
    index = await indices.create('secure');
    await indices.fill(index, numbered(3, 1));
  });
  afterAll(() => indices.close());

  const read = async (settings: Parameters<typeof openElastic>[1]): Promise<number> => {
    const gateway = await openElastic(node, settings);
    let count = 0;
    try {
      const history = new ElasticHistory({ place: node, index, gateway, timer });
      for await (const page of history.pages(undefined, {}, ignore)) count += page.length;
    } finally {
      await gateway.close();
    }
    return count;
  };

  const keyFor = async (
    names: string[],
    privileges: string[],
  ): Promise<{ id: string; key: string; encoded: string }> => {
    const {
      id,
      api_key: key,
      encoded,
    } = await indices.client.security.createApiKey({
      name: indices.name('key'),
      role_descriptors: { reader: { cluster: [], indices: [{ names, privileges }] } },
    });
    return { id, key: key, encoded };
  };

  test('an API key with read alone, in both forms, and user and password', async () => {
    const { id, key, encoded } = await keyFor([index], ['read']);
    expect(await read({ apiKey: encoded })).toBe(3);
    expect(await read({ apiKey: { id, key } })).toBe(3);
    expect(await read({ username: 'windhover', password: 'windhover' })).toBe(3);
  });

  test('no credentials, wrong ones, and none for this index', async () => {
    await expect(read({})).rejects.toMatchObject({ code: 'elastic-credentials' });
    const wrong = read({ username: 'windhover', password: 'hidden' });
    await expect(wrong).rejects.toMatchObject({
      code: 'elastic-credentials',
      message: expect.not.stringContaining('hidden'),
    });
    const { encoded } = await keyFor(['other'], ['read']);
    await expect(read({ apiKey: encoded })).rejects.toMatchObject({ code: 'elastic-permission' });
  });
});
