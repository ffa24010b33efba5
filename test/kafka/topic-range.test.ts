import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceError } from '../../src/errors/windhover-error.ts';
import type { SourceHole } from '../../src/hunts/coverage/coverage-hole.ts';
import { MessageRangeReader } from '../../src/hunts/input/message-range-reader.ts';
import { positionKey, type PlacePosition } from '../../src/hunts/input/source-reader.ts';
import { KafkaRange } from '../../src/sources/kafka/kafka-range.ts';
import type { OffsetRange } from '../../src/sources/kafka/partition-stretches.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { decodeOptions, demandOf } from '../../src/telemetry/testing/lines.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { offsets, processDocument, settle } from './read-source.ts';

const PARTITIONS = 3;
const away = new SourceError('kafka-unreachable', 'no answer', { hint: 'Wait.', retriable: true });

interface RangeOptions {
  readonly batchSize?: number;
  readonly maxSpanMs?: number;
  readonly fromMs?: number;
  readonly offsets?: readonly OffsetRange[];
  readonly topics?: readonly string[];
}

/** A range that is read, with what a state would keep of it. */
class ReadRange {
  readonly seen: string[] = [];
  readonly times: number[] = [];
  readonly holes: SourceHole[] = [];
  readonly notices: string[] = [];
  readonly positions: Map<string, PlacePosition>;
  readonly timer = new ManualTimer();
  readonly reader: MessageRangeReader;

  constructor(kafka: MemoryKafka, options: RangeOptions = {}, known: Iterable<PlacePosition> = []) {
    const { batchSize = 512, maxSpanMs = Infinity, topics = ['t'], ...range } = options;
    this.positions = new Map([...known].map((position) => [positionKey(position), position]));
    const client = kafka.client();
    this.reader = new MessageRangeReader({
      name: 'source',
      range: new KafkaRange({ place: 'kafka://memory', topics, group: 'own', client, timer: this.timer, ...range }),
      decode: { ...decodeOptions({ demand: demandOf(['process']), batchSize }), maxSpanMs },
      known: [...this.positions.values()],
      onPlace: ({ place, format }) => this.notices.push(`${place}: ${format}`),
      onNotice: ({ place, code }) => this.notices.push(`${place} ${code}`),
    });
  }

  /** False at the end. Time passes while it waits. */
  async take(): Promise<boolean> {
    const next = this.reader.next();
    const answer = next.then(
      () => true,
      () => true,
    );
    // Without a clock: time passes only where nothing else happens.
    while (!(await Promise.race([answer, settle(2).then(() => false)]))) this.timer.pass(500);
    const read = await next;
    if (read === undefined) return false;
    const { batch, position, also = [], holes = [] } = read;
    for (let row = 0; row < batch.size; row++) {
      const { place, offset } = batch.locator(row);
      this.seen.push(`${place}:${offset}`);
      this.times.push(batch.lastMs[row] as number);
    }
    this.holes.push(...holes);
    for (const each of [position, ...also]) this.positions.set(positionKey(each), each);
    return true;
  }

  async all(): Promise<this> {
    while (await this.take());
    await this.reader.close();
    return this;
  }
}

function isoTime(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}

function topic(kafka: MemoryKafka, counts: readonly number[], name = 't'): void {
  kafka.topic(name, counts.length);
  counts.forEach((count, partition) => {
    for (let i = 0; i < count; i++) kafka.produce(name, partition, processDocument(i, isoTime(i)));
  });
}

const trouble = fc.constantFrom('rebalance' as const, 'away' as const, 'again' as const, 'more' as const);

test('each message up to the end comes once and in order, whatever happens to brokers, group and process', async () => {
  const counts = fc.array(fc.nat(12), { minLength: PARTITIONS, maxLength: PARTITIONS });
  await fc.assert(
    fc.asyncProperty(
      counts,
      fc.array(trouble, { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (many, steps, batchSize) => {
        const kafka = new MemoryKafka();
        topic(kafka, many);
        const seen: string[] = [];
        let read = new ReadRange(kafka, { batchSize });
        await read.take();
        for (const step of steps) {
          if (step === 'rebalance') kafka.rebalance();
          else if (step === 'more') kafka.produce('t', 0, processDocument(99, isoTime(99)));
          else if (step === 'away') {
            kafka.fail(away);
            await settle(2);
            kafka.fail(undefined);
          } else {
            seen.push(...read.seen);
            const known = read.positions.values();
            await read.reader.close();
            read = new ReadRange(kafka, { batchSize }, known);
            await read.take();
          }
          await read.take();
        }
        await read.all();
        seen.push(...read.seen);
        many.forEach((count, i) => {
          expect(seen.filter((at) => at.startsWith(`t/${i}:`))).toEqual(offsets(`t/${i}`, 0, count));
        });
        expect(kafka.committed).toEqual([]);
        expect(kafka.groups).toEqual([]);
        if (many.some((count) => count > 0)) expect(kafka.removed).toContain('own');
      },
    ),
    process.env['WINDHOVER_LONG'] === undefined ? { numRuns: 40 } : { numRuns: 1000 },
  );
});

describe('a range of topics', () => {
  test('partitions are merged by event time, whatever one of them is ahead of the others', async () => {
    const kafka = new MemoryKafka();
    kafka.topic('t', 2);
    for (let i = 0; i < 300; i++) kafka.produce('t', i < 150 ? 0 : 1, processDocument(i, isoTime(i % 150)));
    const { times, seen } = await new ReadRange(kafka, { maxSpanMs: 5000 }).all();
    expect(seen).toHaveLength(300);
    let clock = -Infinity;
    for (const ms of times) {
      expect(ms).toBeGreaterThanOrEqual(clock - 6000);
      clock = Math.max(clock, ms);
    }
  });

  test('what a partition holds beyond what is fetched ahead waits for the others', async () => {
    const kafka = new MemoryKafka();
    kafka.fetchSize = 1;
    kafka.topic('t', 2);
    const large = ' '.repeat(3 * 1024 * 1024);
    for (let i = 0; i < 12; i++) kafka.produce('t', 0, processDocument(i, isoTime(100 + i)) + large);
    for (let i = 0; i < 50; i++) kafka.produce('t', 1, processDocument(i, isoTime(i)));
    const read = new ReadRange(kafka, { batchSize: 1 });
    while (read.seen.length < 40) await read.take();
    expect(read.seen.every((at) => at.startsWith('t/1:'))).toBe(true);
    // Some are ahead, not all.
    expect(kafka.fetched).toBeLessThan(50 + 8);
    expect((await read.all()).seen).toHaveLength(62);
  });

  test('offsets may be given, of some partitions', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [10, 10]);
    const read = await new ReadRange(kafka, { offsets: [{ topic: 't', partition: 1, first: 3, last: 6 }] }).all();
    expect(read.seen).toEqual(offsets('t/1', 3, 4));
    const both = await new ReadRange(kafka, { offsets: [{ topic: 't', last: 1 }] }).all();
    expect([...both.seen].sort()).toEqual([...offsets('t/0', 0, 2), ...offsets('t/1', 0, 2)]);
  });

  test('offsets that are gone are a hole, and a partition that is not there is said', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [10]);
    kafka.expire('t', 0, 5);
    const read = await new ReadRange(kafka, { offsets: [{ topic: 't', first: 2, last: 7 }] }).all();
    expect(read.seen).toEqual(offsets('t/0', 5, 3));
    expect(read.holes).toEqual([{ cause: 'expired', place: 't/0', count: 3, offsets: [2, 4] }]);
    const none = new ReadRange(kafka, { offsets: [{ topic: 't', partition: 4 }] });
    await expect(none.take()).rejects.toMatchObject({ code: 'kafka-partition-missing' });
    await none.reader.close();
  });

  test('a range that begins before what the topic keeps is a hole', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [10]);
    kafka.expire('t', 0, 5);
    // In this cluster messages carry their offsets as times.
    const read = await new ReadRange(kafka, { fromMs: 3 }).all();
    expect(read.holes).toEqual([{ cause: 'expired', place: 't/0', fromMs: 3 }]);
    expect(read.notices).toContain('t/0 kafka-hole');
    expect((await new ReadRange(kafka, { fromMs: 6 }).all()).holes).toEqual([]);
  });

  test('a topic that nothing was deleted from has no hole before its first message', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [10]);
    expect((await new ReadRange(kafka, { fromMs: 0 }).all()).holes).toEqual([]);
  });

  test('an empty range ends without a consumer', async () => {
    const kafka = new MemoryKafka();
    kafka.topic('t', 2);
    const read = await new ReadRange(kafka).all();
    expect(read.seen).toEqual([]);
    expect(kafka.started).toBe(0);
    expect(read.notices).toEqual(['t kafka-range']);
  });

  test('a topic that is not there ends it, and so does one that was made anew', async () => {
    const kafka = new MemoryKafka();
    const none = new ReadRange(kafka);
    await expect(none.take()).rejects.toMatchObject({ code: 'kafka-topic-missing' });
    topic(kafka, [10]);
    const begun = new ReadRange(kafka, { batchSize: 2 });
    await begun.take();
    await begun.take();
    await begun.reader.close();
    kafka.deleteTopic('t');
    topic(kafka, [3]);
    const again = new ReadRange(kafka, {}, begun.positions.values());
    await expect(again.take()).rejects.toMatchObject({ code: 'kafka-topic-anew' });
  });

  test('messages that stay away though they are there end it after some tries', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [3]);
    kafka.stall('t', 0, true);
    const read = new ReadRange(kafka);
    await read.take();
    await expect(read.take()).rejects.toMatchObject({ code: 'kafka-stalled', retriable: true });
    expect(kafka.started).toBeGreaterThan(1);
    await read.reader.close();
  });

  test('brokers that stay away end it', async () => {
    const kafka = new MemoryKafka();
    topic(kafka, [3]);
    kafka.stall('t', 0, true);
    const read = new ReadRange(kafka);
    await read.take();
    kafka.fail(away);
    await expect(read.take()).rejects.toMatchObject({ code: 'kafka-unreachable' });
    await read.reader.close();
  });
});
