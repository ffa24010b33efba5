import { expect, test } from 'vitest';
import type { DocumentHistory, JsonObject } from '../../telemetry/document-history.ts';
import { MAX_DEPTH } from '../../telemetry/nesting-depth.ts';
import { decodeOptions, demandOf } from '../../telemetry/testing/lines.ts';
import { HistoryReader } from './history-reader.ts';

function nested(depth: number): JsonObject {
  let document: JsonObject = {};
  for (let i = 1; i < depth; i++) document = i % 2 === 0 ? { a: document } : { a: [document] };
  return document;
}

test('documents that are no records are rejected by name, and so are those that nest too deep', async () => {
  const sources: JsonObject[] = [
    { event: { sf_type: 'PE' }, deep: nested(MAX_DEPTH) },
    { nothing: 'known' },
    { '@timestamp': '2026-01-01T00:00:00Z', deep: nested(10) },
  ];
  const history: DocumentHistory = {
    place: 'elastic+http://memory/a',
    async *pages() {
      const time = '2026-01-01T00:00:00.000Z';
      yield sources.map((source, i) => ({ index: 'a', id: `d${i}`, source, time }));
      yield [{ index: 'a', id: 'd3', source: {}, time, tooLarge: true }];
    },
    async close() {
      // Nothing is open.
    },
  };
  const reader = new HistoryReader({
    name: 's',
    history,
    range: {},
    decode: decodeOptions({ demand: demandOf(['process']) }),
    known: [],
    onPlace: () => {},
    onNotice: () => {},
  });
  const read = await reader.next();
  expect(read?.batch.rejects.map(({ place, reason }) => [place, reason])).toEqual([
    ['a/d0', 'nested-too-deep'],
    ['a/d1', 'unknown-format'],
    ['a/d2', expect.any(String)],
    ['a/d3', 'document-too-large'],
  ]);
  await reader.close();
});

test('the next page is asked for while a batch is worked on, and none behind it', async () => {
  let asked = 0;
  const time = '2026-01-01T00:00:00.000Z';
  const history: DocumentHistory = {
    place: 'elastic+http://memory/a',
    async *pages() {
      const source = { '@timestamp': time, event: { sf_type: 'PE', start: time, end: time }, process: { pid: 1 } };
      for (let page = 0; page < 5; page++) {
        asked++;
        await new Promise(setImmediate);
        yield [{ index: 'a', id: `d${page}`, source, time }];
      }
    },
    async close() {
      // Nothing is open.
    },
  };
  const reader = new HistoryReader({
    name: 's',
    history,
    range: {},
    decode: decodeOptions({ demand: demandOf(['process']), batchSize: 1 }),
    known: [],
    onPlace: () => {},
    onNotice: () => {},
  });
  for (const page of [1, 2, 3]) {
    expect((await reader.next())?.batch.size).toBe(1);
    expect(asked).toBe(page + 1);
    // As long as the engine works, nothing more is asked for.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    expect(asked).toBe(page + 1);
  }
  await reader.close();
});
