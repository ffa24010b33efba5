import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { MemoryGateway, type StoredDocument, type Trouble } from '../../src/sources/elastic/testing/memory-gateway.ts';
import {
  documentKey,
  HistoryProgress,
  type HistoryCursor,
  type JsonObject,
} from '../../src/telemetry/document-history.ts';
import { LINE_SHAPES } from '../../src/telemetry/line-shapes.ts';
import { neededPaths, NeededFields } from '../../src/telemetry/needed-fields.ts';
import { SYSFLOW_ECS_SHAPE } from '../../src/telemetry/sysflow/sysflow-ecs-shape.ts';
import { keptFields } from '../../src/telemetry/kept-fields.ts';
import { demandOf } from '../../src/telemetry/testing/lines.ts';
import { jumpingTimer } from '../support/jumping-timer.ts';

const TIMES = [
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.000000001Z',
  '2026-01-01T00:00:00.000001Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-01T00:00:01.000Z',
];

const documents = fc
  .array(fc.record({ time: fc.constantFrom(...TIMES, ''), index: fc.constantFrom('a', 'b') }), { maxLength: 30 })
  .map((all) =>
    all.map(({ time, index }, i): StoredDocument => {
      return { index, id: String(i), source: time === '' ? {} : { '@timestamp': time } };
    }),
  );

function history(gateway: MemoryGateway, options: { pageSize?: number; slices?: number; giveUpMs?: number } = {}) {
  return new ElasticHistory({
    place: 'elastic+http://memory/a',
    index: 'a',
    gateway,
    timer: jumpingTimer(),
    random: () => 0.5,
    ...options,
  });
}

const ignore = (): void => {};

describe('a history of documents', () => {
  test('gives each once, in order, whatever fails and whenever the process ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.constantFrom<Trouble>('none', 'none', 'busy', 'expired', 'partial'), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
        async (stored, pageSize, slices, troubles, deaths) => {
          const left = [...troubles];
          const gateway = new MemoryGateway(stored, () => left.shift() ?? 'none');
          const seen: { key: string; time: string }[] = [];
          let cursor: HistoryCursor | undefined;
          for (const death of [...deaths, Infinity]) {
            // What a state keeps: everything up to a document in the middle of a page.
            const progress = new HistoryProgress(cursor);
            let taken = 0;
            reading: for await (const page of history(gateway, { pageSize, slices }).pages(cursor, {}, ignore)) {
              for (const document of page) {
                if (taken++ >= death) break reading;
                progress.add(document);
                seen.push({ key: documentKey(document), time: document.time });
              }
            }
            cursor = JSON.parse(JSON.stringify(progress.cursor ?? null)) ?? undefined;
          }
          const timed = stored.filter(({ source }) => source['@timestamp'] !== undefined);
          expect(seen.map(({ key }) => key).toSorted()).toEqual(timed.map(documentKey).toSorted());
          const order = seen.map(({ time }) => TIMES.indexOf(time));
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          expect(gateway.open).toBe(0);
        },
      ),
      { numRuns: process.env['WINDHOVER_LONG'] === undefined ? 300 : 10_000 },
    );
  });

  const three = TIMES.slice(0, 3).map((time, i): StoredDocument => {
    return { index: 'a', id: String(i), source: { '@timestamp': time } };
  });
  const drain = async (reader: ElasticHistory, range = {}): Promise<string[]> => {
    const ids: string[] = [];
    for await (const page of reader.pages(undefined, range, ignore)) ids.push(...page.map(({ id }) => id));
    return ids;
  };

  test('keeps to its range', async () => {
    const reader = history(new MemoryGateway(three));
    expect(await drain(reader, { from: TIMES[1], to: TIMES[2] })).toEqual(['1']);
  });

  test('tells once how many documents have no time', async () => {
    const gateway = new MemoryGateway([...three, { index: 'a', id: 'x', source: {} }]);
    const notices: string[] = [];
    const tell = ({ message }: { message: string }): number => notices.push(message);
    for (const cursor of [undefined, { time: TIMES[0] as string, given: [] }]) {
      for await (const page of history(gateway).pages(cursor, {}, tell)) expect(page.length).toBeGreaterThan(0);
    }
    expect(notices).toEqual(['1 documents have no @timestamp and are not read']);
  });

  test.each(['busy', 'expired', 'partial'] as const)(
    'gives up when %s lasts too long, and may be called again',
    async (trouble) => {
      let calls = 0;
      const gateway = new MemoryGateway(three, () => (calls++ < 2 ? 'none' : trouble));
      const expected = { code: 'elastic-busy', retriable: true, exitCode: 3 };
      await expect(drain(history(gateway, { giveUpMs: 10_000 }))).rejects.toMatchObject(expected);
      expect(calls).toBeGreaterThan(4);
    },
  );

  test('what will not change is told at once', async () => {
    let calls = 0;
    const gateway = new MemoryGateway(three, () => (calls++, 'refused'));
    await expect(drain(history(gateway))).rejects.toMatchObject({
      code: 'elastic-permission',
      hint: expect.stringContaining('view_index_metadata'),
    });
    expect(calls).toBe(1);
  });

  test('documents that are too large for an answer come without content, all others whole, each once', async () => {
    const sizes = fc.array(fc.constantFrom(1, 300, 900, 1500, 5000), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 3 }), async (lengths, slices) => {
        const stored = lengths.map((length, i): StoredDocument => {
          return { index: 'a', id: String(i), source: { '@timestamp': TIMES[i % 5], text: 'x'.repeat(length) } };
        });
        const gateway = new MemoryGateway(stored, () => 'none', 2000);
        const seen: [string, boolean][] = [];
        for await (const page of history(gateway, { slices }).pages(undefined, {}, ignore)) {
          for (const { id, source, tooLarge } of page) {
            seen.push([id, tooLarge === true]);
            expect(source).toEqual(tooLarge === true ? {} : stored[Number(id)]?.source);
          }
        }
        expect(new Map(seen)).toEqual(new Map(lengths.map((length, i) => [String(i), length > 1900])));
        expect(seen).toHaveLength(lengths.length);
        expect(gateway.open).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('with chosen fields, each document once, and whole wherever it is of another shape than those before', async () => {
    const demand = demandOf(['process']);
    const paths = neededPaths(SYSFLOW_ECS_SHAPE, demand) as readonly string[];
    const others = fc.array(fc.nat(700), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(others, fc.array(fc.nat(40), { maxLength: 3 }), async (strange, expiring) => {
        const stored = Array.from({ length: 700 }, (_, i): StoredDocument => {
          const time = {
            '@timestamp': new Date(Date.UTC(2026, 0, 1) + i).toISOString(),
            message: `m${i}`.padEnd(200, 'x'),
          };
          const event = strange.includes(i) ? { category: 'process' } : { sf_type: 'PE' };
          return { index: 'a', id: String(i), source: { ...time, event } };
        });
        let calls = 0;
        const gateway = new MemoryGateway(stored, () => (expiring.includes(++calls) ? 'expired' : 'none'));
        const fields = new NeededFields(demand, LINE_SHAPES);
        const ids: string[] = [];
        let filtered = 0;
        for await (const page of history(gateway, { pageSize: 50 }).pages(undefined, {}, ignore, fields)) {
          for (const { id, source } of page) {
            ids.push(id);
            const whole = stored[Number(id)]?.source as JsonObject;
            if ('message' in source) expect(source).toEqual(whole);
            else {
              filtered++;
              expect(strange).not.toContain(Number(id));
              expect(source).toEqual(keptFields(whole, paths));
            }
          }
        }
        expect(ids).toEqual(stored.map(({ id }) => id));
        if (strange.length === 0) expect(filtered).toBeGreaterThan(100);
        expect(gateway.open).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
