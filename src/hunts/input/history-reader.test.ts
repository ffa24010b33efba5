import { expect, test } from 'vitest';
import type { DocumentHistory, HistoryCursor, JsonObject } from '../../telemetry/document-history.ts';
import { MAX_DEPTH } from '../../telemetry/nesting-depth.ts';
import { decodeOptions, demandOf } from '../../telemetry/testing/lines.ts';
import { HistoryRanges } from '../journal/history-ranges.ts';
import type { JournalRead } from '../journal/journal-step.ts';
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

test('the cursor says what was left out, and of that alone a replay leaves out again', async () => {
  const asked: string[][] = [];
  const history: DocumentHistory = {
    place: 'elastic+http://memory/a',
    async *pages(_cursor, _range, _onNotice, _fields, leftOut) {
      asked.push((leftOut?.rules ?? []).map(({ name }) => name));
      leftOut?.follow(leftOut.rules.slice(0, 1));
      const source = { '@timestamp': '2026-01-01T00:00:00Z', event: { sf_type: 'PE' } };
      yield [{ index: 'a', id: 'd', source, time: '2026-01-01T00:00:00.000Z' }];
    },
    async close() {
      // Nothing is open.
    },
  };
  const options = { name: 's', history, range: {}, known: [], onPlace: () => {}, onNotice: () => {} };
  const decode = decodeOptions({ demand: demandOf(['process']) });
  const read = await new HistoryReader({ ...options, decode }).next();
  const without = read?.position.history?.cursor?.without;
  expect(without).toEqual(['event.sf_type']);
  const before: JournalRead = {
    place: { source: 's', place: history.place, kind: 'history', head: { head: '', headLength: 0 } },
    key: 'k',
    from: { offset: 0, records: 0 },
    to: { offset: 1, records: 1, cursor: { time: '2026-01-01T00:00:00.000Z', given: ['a/d'], without: without ?? [] } },
    size: 1,
  };
  const { without: _, ...older } = before.to.cursor as HistoryCursor;
  for (const range of [before, { ...before, to: { ...before.to, cursor: older } }]) {
    await new HistoryRanges({ source: 's', decode, open: async () => ({ history, range: {} }) }).read(range);
  }
  expect(asked).toEqual([expect.arrayContaining(['event.sf_type', 'winlog.channel']), ['event.sf_type'], []]);
});
