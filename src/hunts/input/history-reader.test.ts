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
