import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemTimer } from '../../src/cli/system-timer.ts';
import { openKafkaJs } from '../../src/sources/kafka/kafkajs-client.ts';
import { offsets, processDocument, ReadSource, type ReadSourceOptions } from './read-source.ts';
import { BROKER, CODECS, RealTopics, type Message } from './real-topics.ts';

const SESSION_MS = 2000;
const timer = systemTimer(Date.now);

function documents(partition: number, count: number): Message[] {
  return Array.from({ length: count }, (_, i) => ({ value: processDocument(i), partition }));
}

const ofPlace = (read: ReadSource, place: string): string[] => read.seen.filter((at) => at.startsWith(`${place}:`));

// Kafka is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(BROKER === undefined)('a real Kafka', { timeout: 120_000 }, () => {
  let topics: RealTopics;
  let group = 0;
  const open: ReadSource[] = [];

  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
  });
  afterEach(async () => {
    for (const read of open.splice(0)) await read.reader.close();
  });
  afterAll(() => topics.close());

  async function source(names: readonly string[], options: Partial<ReadSourceOptions> = {}): Promise<ReadSource> {
    const client = await openKafkaJs([BROKER as string], { sessionMs: SESSION_MS });
    const own = topics.name(`group-${group++}`);
    const read = new ReadSource({ topics: names, client, timer, group: own, sessionMs: SESSION_MS, ...options });
    open.push(read);
    return read;
  }

  async function again(read: ReadSource, options: Partial<ReadSourceOptions> = {}): Promise<ReadSource> {
    const next = read.again({ client: await openKafkaJs([BROKER as string], { sessionMs: SESSION_MS }), ...options });
    open.push(next);
    return next;
  }

  test('several topics and partitions, keys, tombstones, junk, and every codec', async () => {
    const [one, two] = [await topics.create('one', 3), await topics.create('two')];
    const codecs = Object.keys(CODECS) as (keyof typeof CODECS)[];
    for (const codec of codecs) {
      for (const partition of [0, 1, 2]) await topics.produce(one, documents(partition, 50), codec);
    }
    await topics.produce(two, [
      { key: 'a', value: processDocument(1), partition: 0 },
      { key: 'a', value: null, partition: 0 },
      { value: 'junk', partition: 0 },
      { key: 'b', value: processDocument(2), partition: 0 },
    ]);
    const read = await source([one, two]);
    await read.until(() => read.seen.length >= 602);
    for (const partition of [0, 1, 2]) {
      const place = `${one}/${partition}`;
      expect(ofPlace(read, place)).toEqual(offsets(place, 0, 200));
    }
    expect(ofPlace(read, `${two}/0`)).toEqual([`${two}/0:0`, `${two}/0:3`]);
    expect([read.ignored, read.reasons]).toEqual([1, ['not-json']]);
    expect(read.codes).toEqual([]);
  });

  test('goes on exactly where it stopped, and lag tools see where that is', async () => {
    const topic = await topics.create('positions', 2);
    for (const partition of [0, 1]) await topics.produce(topic, documents(partition, 100));
    const first = await source([topic], { batchSize: 7, group: topics.name('positions') });
    await first.until(() => first.seen.length >= 90);
    const half = [...first.positions.values()].map(({ position }) => position.offset);
    await first.reader.close();
    const [committed] = await topics.admin.fetchOffsets({ groupId: topics.name('positions'), topics: [topic] });
    const seenByTools = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    for (const { partition, position } of first.positions.values()) {
      // A partition that nothing has come of yet need not have been told.
      if (position.offset > 0) expect(seenByTools.get(partition?.partition as number)).toBe(position.offset);
    }
    const second = await again(first);
    await second.until(() => first.seen.length + second.seen.length >= 200);
    for (const partition of [0, 1]) {
      const place = `${topic}/${partition}`;
      expect([...ofPlace(first, place), ...ofPlace(second, place)]).toEqual(offsets(place, 0, 100));
    }
    expect(half.reduce((a, b) => a + b, 0)).toBe(first.seen.length);
  });

  test('begins at the end, or at a time', async () => {
    const topic = await topics.create('start');
    const old = documents(0, 5).map((each) => ({ ...each, timestamp: '1000000' }));
    await topics.produce(topic, old);
    const latest = await source([topic], { start: 'latest' });
    await latest.until(() => latest.batches > 0);
    await topics.produce(topic, documents(0, 2));
    await latest.until(() => latest.seen.length >= 2);
    const timed = await source([topic], { start: { atMs: 1_000_001 } });
    await timed.until(() => timed.seen.length >= 2);
    expect([latest.seen, timed.seen]).toEqual([offsets(`${topic}/0`, 5, 2), offsets(`${topic}/0`, 5, 2)]);
  });

  test('a topic made later, and partitions added, are found', async () => {
    const topic = await topics.create('grows');
    const late = topics.name('late');
    const read = await source([late, topic], { start: 'latest' });
    await read.until(() => read.batches > 0);
    expect(read.codes).toEqual([`${late} kafka-topic-missing`]);
    await topics.create('late');
    await topics.admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    await topics.produce(late, documents(0, 2));
    await topics.produce(topic, documents(1, 2));
    await read.until(() => read.seen.length >= 4);
    await topics.produce(topic, documents(0, 1));
    await read.until(() => read.seen.length >= 5);
    expect(read.seen.toSorted()).toEqual(
      [...offsets(`${late}/0`, 0, 2), ...offsets(`${topic}/1`, 0, 2), `${topic}/0:0`].toSorted(),
    );
  });

  test('messages gone by retention are told as a hole', async () => {
    const topic = await topics.create('short');
    await topics.produce(topic, documents(0, 10));
    const first = await source([topic], { group: topics.name('short') });
    await first.until(() => first.seen.length >= 10);
    await first.reader.close();
    await topics.produce(topic, documents(0, 10));
    // The client looks up who leads a topic only for topics it has been asked about.
    await topics.admin.fetchTopicOffsets(topic);
    await topics.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '15' }] });
    const second = await again(first);
    await second.until(() => second.seen.length >= 5);
    expect(second.seen).toEqual(offsets(`${topic}/0`, 15, 5));
    expect(second.notices).toMatchObject([{ place: `${topic}/0`, code: 'kafka-hole' }]);
  });

  test('a transaction counts when it has been committed', async () => {
    const topic = await topics.create('transactions');
    const producer = topics.kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const commits of [true, false, true]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: documents(0, 2).map((each) => ({ ...each })) });
      await (commits ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    const read = await source([topic]);
    await read.until(() => read.seen.length >= 4);
    expect(read.seen).toEqual([0, 1, 6, 7].map((offset) => `${topic}/0:${offset}`));
    expect(read.codes).toEqual([]);
  });

  test('a second member is refused, and takes nothing from the first', async () => {
    const topic = await topics.create('shared', 2);
    const shared = { group: topics.name('shared') };
    const first = await source([topic], shared);
    await first.until(() => first.batches > 0);
    const second = await source([topic], shared);
    await second.until(() => false);
    expect(second.failure).toMatchObject({ code: 'kafka-group-taken' });
    for (const partition of [0, 1]) await topics.produce(topic, documents(partition, 3));
    await first.until(() => first.seen.length >= 6);
    expect(first.failure).toBeUndefined();
  });

  test('nobody there, no such host, TLS where there is none: each is said', async () => {
    const failure = async (broker: string, settings = {}): Promise<unknown> => {
      const client = await openKafkaJs([broker], settings);
      try {
        return await client.cluster();
      } catch (error) {
        return error;
      } finally {
        await client.close();
      }
    };
    expect(await failure('127.0.0.1:1')).toMatchObject({ code: 'kafka-unreachable', retriable: true });
    expect(await failure('nowhere.invalid:9092')).toMatchObject({
      code: expect.stringMatching(/kafka-(address|unreachable)/),
    });
    expect(await failure(BROKER as string, { tls: {} })).toMatchObject({
      code: expect.stringMatching(/kafka-(tls|unreachable)/),
    });
  });
});
