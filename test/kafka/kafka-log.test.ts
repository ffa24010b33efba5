import { beforeEach, describe, expect, test } from 'vitest';
import { SourceError } from '../../src/errors/windhover-error.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { GROUP, offsets, processDocument, ReadSource, settle, type ReadSourceOptions } from './read-source.ts';

let kafka: MemoryKafka;
let timer: ManualTimer;
beforeEach(() => {
  kafka = new MemoryKafka();
  timer = new ManualTimer();
});

function source(options: Partial<ReadSourceOptions> = {}): ReadSource {
  return new ReadSource({ topics: ['t'], client: kafka.client(), timer, ...options });
}

function fill(partition: number, count: number, topic = 't'): void {
  for (let i = 0; i < count; i++) kafka.produce(topic, partition, processDocument(i));
}

/** Time passes in small steps, so that what waits for an answer gets it. */
async function pass(ms: number, step = 500): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    timer.pass(Math.min(step, left));
    await settle(4);
  }
}

const sorted = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const away = new SourceError('kafka-unreachable', 'no answer', { hint: 'Wait.', retriable: true });
const refused = new SourceError('kafka-credentials', 'refused', { hint: 'Check them.' });

describe('partitions and their order', () => {
  test('all messages of several topics and partitions come once, in order within each', async () => {
    kafka.topic('t', 3);
    kafka.topic('u', 1);
    for (const partition of [0, 1, 2]) fill(partition, 10);
    fill(0, 5, 'u');
    const read = await source({ topics: ['t', 'u'] }).take();
    const places = [offsets('t/0', 0, 10), offsets('t/1', 0, 10), offsets('t/2', 0, 10), offsets('u/0', 0, 5)];
    for (const place of places) {
      expect(read.seen.filter((each) => each.startsWith(place[0]?.split(':')[0] as string))).toEqual(place);
    }
    expect(read.seen).toHaveLength(35);
  });

  test('a batch holds records of one partition, and at most as many as an epoch', async () => {
    kafka.topic('t', 2);
    kafka.fetchSize = 100;
    fill(0, 40);
    fill(1, 40);
    const read = source({ batchSize: 16 });
    let before = 0;
    for (let i = 0; i < 12; i++) {
      await read.take(1);
      const batch = read.seen.slice(before);
      before = read.seen.length;
      expect(batch.length).toBeLessThanOrEqual(16);
      expect(new Set(batch.map((each) => each.split(':')[0])).size).toBeLessThanOrEqual(1);
    }
    expect(read.seen).toHaveLength(80);
  });

  test('tombstones are ignored, junk is counted, and neither stops anything', async () => {
    kafka.topic('t');
    kafka.produce('t', 0, null, 'junk', '', processDocument(1), '5', Buffer.from([0, 0, 0, 0, 7, 2, 4]));
    const read = await source().take();
    expect(read.seen).toEqual(['t/0:3']);
    expect(read.ignored).toBe(1);
    expect(read.reasons).toEqual(['not-json', 'empty-message', 'not-an-object', 'confluent-wire-format']);
    expect(read.codes).toEqual(['t topic-confluent-wire-format']);
  });

  test('a topic of something else is told of after a hundred messages', async () => {
    kafka.topic('t');
    for (let i = 0; i < 120; i++) kafka.produce('t', 0, 'metrics 1 2 3');
    expect((await source().take()).codes).toEqual(['t topic-unreadable']);
  });
});

describe('where reading begins', () => {
  test.each([
    ['earliest', 0],
    ['latest', 6],
    [{ atMs: 4 }, 4],
    [{ atMs: 99 }, 6],
  ] as const)('%j', async (start, first) => {
    kafka.topic('t');
    fill(0, 6);
    const read = await source({ start }).take();
    fill(0, 2);
    await read.take();
    expect(read.seen).toEqual(offsets('t/0', first, 8 - first));
  });

  test('a start at the end holds after a restart, though no message had come', async () => {
    kafka.topic('t');
    fill(0, 6);
    const read = await source({ start: 'latest' }).take();
    expect(read.seen).toEqual([]);
    kafka.forget(GROUP);
    fill(0, 2);
    expect((await read.again().take()).seen).toEqual(['t/0:6', 't/0:7']);
  });

  test('a topic that was awaited is read from its beginning, also by the next process', async () => {
    kafka.topic('t');
    const read = await source({ topics: ['t', 'late'], start: 'latest' }).take();
    expect(read.codes).toEqual(['late kafka-topic-missing']);
    kafka.forget(GROUP);
    kafka.topic('late');
    fill(0, 2, 'late');
    expect((await read.again().take()).seen).toEqual(['late/0:0', 'late/0:1']);
  });

  test('a cluster that is another one is read as a new source', async () => {
    kafka.topic('t');
    fill(0, 3);
    const read = await source().take();
    kafka.forget(GROUP);
    kafka.clusterId = 'other';
    const next = await read.again().take();
    expect(next.seen).toEqual(offsets('t/0', 0, 3));
    expect(next.codes).toEqual(['kafka://memory kafka-other-cluster']);
    expect(next.places).toMatchObject([{ place: 't', resumed: false, replaced: true }]);
  });
});

describe('restarts', () => {
  test('after any number of batches the next process goes on exactly there', async () => {
    kafka.topic('t', 2);
    fill(0, 12);
    fill(1, 7);
    for (let batches = 0; batches < 12; batches++) {
      const first = await source({ batchSize: 2 }).take(batches);
      kafka.forget(GROUP);
      const second = await first.again().take();
      expect(sorted([...first.seen, ...second.seen])).toEqual([...offsets('t/0', 0, 12), ...offsets('t/1', 0, 7)]);
      await second.reader.close();
      expect(second.codes).toEqual([]);
    }
  });

  test('in the middle of a message that holds several documents', async () => {
    kafka.topic('t');
    kafka.produce('t', 0, `[${processDocument(1)},${processDocument(2)},7,${processDocument(3)}]`);
    kafka.produce('t', 0, `${processDocument(4)}\n${processDocument(5)}\n`);
    const first = await source({ batchSize: 2 }).take(2);
    kafka.forget(GROUP);
    const second = await first.again().take();
    expect([first.seen, second.seen]).toEqual([
      ['t/0:0', 't/0:0'],
      ['t/0:0', 't/0:1', 't/0:1'],
    ]);
  });

  test('what the group has committed is behind the state, and never read', async () => {
    kafka.topic('t');
    fill(0, 4);
    const read = await source().take();
    expect(kafka.committed).toEqual([]);
    timer.pass(5000);
    await settle();
    expect(kafka.committed).toEqual([{ topic: 't', partition: 0, offset: 4 }]);
    fill(0, 1);
    await read.take();
    await read.reader.close();
    expect(kafka.committed.at(-1)).toEqual({ topic: 't', partition: 0, offset: 5 });
  });
});

describe('rebalances and brokers that go away', () => {
  test('each message comes once, whenever the group is divided anew', async () => {
    kafka.topic('t', 2);
    const read = source();
    for (let i = 0; i < 10; i++) {
      fill(0, 5);
      fill(1, 4);
      await read.take(2);
      kafka.rebalance();
    }
    await read.take();
    expect(sorted(read.seen)).toEqual([...offsets('t/0', 0, 50), ...offsets('t/1', 0, 40)]);
  });

  test('brokers away for minutes: told once, read on where it was', async () => {
    kafka.topic('t');
    fill(0, 3);
    const read = await source().take();
    kafka.fail(away);
    await pass(300_000, 5000);
    expect(read.codes).toEqual(['kafka://memory kafka-unreachable']);
    kafka.fail(undefined);
    fill(0, 3);
    await pass(30_000);
    await read.take();
    expect(read.codes).toEqual(['kafka://memory kafka-unreachable', 'kafka://memory kafka-back']);
    expect(read.seen).toEqual(offsets('t/0', 0, 6));
  });

  test('what was fetched and not yet processed when they went away is processed', async () => {
    kafka.topic('t');
    kafka.fetchSize = 10;
    fill(0, 10);
    const read = await source({ batchSize: 2 }).take(2);
    kafka.fail(away);
    await read.take();
    expect(read.seen).toEqual(offsets('t/0', 0, 10));
  });

  test('credentials that are refused while it runs are tried again', async () => {
    kafka.topic('t');
    const read = await source().take();
    kafka.fail(refused);
    await pass(60_000);
    kafka.fail(undefined);
    fill(0, 1);
    await pass(60_000);
    expect((await read.take()).seen).toEqual(['t/0:0']);
    expect(read.codes[0]).toBe('kafka://memory kafka-credentials');
  });

  test('at the start they are an error at once, and brokers that do not answer one after half a minute', async () => {
    kafka.topic('t');
    kafka.fail(refused);
    expect((await source().take()).failure).toBe(refused);
    kafka.fail(away);
    const read = await source().take();
    await pass(25_000);
    expect([read.failure, read.codes]).toEqual([undefined, ['kafka://memory kafka-unreachable']]);
    await pass(60_000);
    expect(read.failure).toBe(away);
  });

  test('brokers that come up a little later are no error', async () => {
    kafka.topic('t');
    fill(0, 1);
    kafka.fail(away);
    const read = await source().take();
    await pass(10_000);
    kafka.fail(undefined);
    await pass(20_000);
    expect((await read.take()).seen).toEqual(['t/0:0']);
  });
});

test('nothing is fetched that has been read before, after a restart, a rebalance or an outage', async () => {
  kafka.topic('t', 2);
  kafka.fetchSize = 100;
  fill(0, 10);
  fill(1, 10);
  const read = await source({ batchSize: 100 }).take();
  kafka.rebalance();
  await read.take();
  kafka.fail(away);
  kafka.fail(undefined);
  await pass(20_000);
  await read.take();
  kafka.forget(GROUP);
  await read.again().take();
  expect(kafka.fetched).toBe(20);
});

describe('topics that change', () => {
  test('a topic made later, and partitions added, are read from their beginning', async () => {
    kafka.topic('t');
    const read = await source({ topics: ['t', 'late'], start: 'latest' }).take();
    kafka.topic('t', 2);
    fill(1, 2);
    kafka.topic('late', 1);
    fill(0, 2, 'late');
    await pass(16_000);
    await read.take();
    fill(0, 1);
    await read.take();
    expect(sorted(read.seen)).toEqual(['late/0:0', 'late/0:1', 't/0:0', 't/1:0', 't/1:1']);
    expect(read.codes).toEqual(['late kafka-topic-missing', 't/1 kafka-partition', 'late kafka-topic-there']);
  });

  test('messages gone by retention while nothing ran are told as a hole', async () => {
    kafka.topic('t');
    fill(0, 4);
    const read = await source().take();
    kafka.forget(GROUP);
    fill(0, 6);
    kafka.expire('t', 0, 7);
    const next = await read.again().take();
    expect(next.seen).toEqual(offsets('t/0', 7, 3));
    expect(next.notices).toMatchObject([{ place: 't/0', code: 'kafka-hole' }]);
    expect(next.notices[0]?.message).toContain('the 3 messages from offset 4 to 6');
  });

  test('and while it runs, once the client has met it', async () => {
    kafka.topic('t');
    fill(0, 4);
    const read = await source().take();
    kafka.fail(away);
    fill(0, 6);
    kafka.expire('t', 0, 6);
    kafka.fail(undefined);
    await pass(60_000);
    await read.take();
    expect(read.seen).toEqual([...offsets('t/0', 0, 4), ...offsets('t/0', 6, 4)]);
    expect(read.notices.filter(({ code }) => code === 'kafka-hole')).toHaveLength(1);
  });

  test('a topic deleted and made anew is read from its beginning', async () => {
    kafka.topic('t');
    fill(0, 9);
    const read = await source().take();
    kafka.deleteTopic('t');
    kafka.topic('t');
    fill(0, 2);
    await pass(20_000);
    await read.take();
    expect(read.seen).toEqual([...offsets('t/0', 0, 9), 't/0:0', 't/0:1']);
    expect(read.codes).toContain('t/0 kafka-topic-anew');
    kafka.forget(GROUP);
    fill(0, 1);
    expect((await read.again().take()).seen).toEqual(['t/0:2']);
  });

  test('what is read while the brokers say how much there is does not look like a topic made anew', async () => {
    kafka.topic('t');
    fill(0, 9);
    const client = kafka.client();
    let answer: Promise<void> = Promise.resolve();
    const read = source({
      client: {
        ...client,
        ranges: async (topics) => {
          const found = await client.ranges(topics);
          await answer;
          return found;
        },
      },
    });
    await read.take();
    let release = (): void => {};
    answer = new Promise((resolve) => (release = resolve));
    await pass(15_000);
    fill(0, 5);
    await read.take();
    release();
    await pass(1000);
    await read.take();
    expect(read.seen).toEqual(offsets('t/0', 0, 14));
    expect(read.codes).toEqual([]);
  });

  test('a topic that is gone for a while, too', async () => {
    kafka.topic('t');
    fill(0, 5);
    const read = await source().take();
    kafka.deleteTopic('t');
    await pass(20_000);
    kafka.topic('t');
    fill(0, 8);
    await pass(20_000);
    await read.take();
    expect(read.seen).toEqual([...offsets('t/0', 0, 5), ...offsets('t/0', 0, 8)]);
    expect(read.codes).toEqual(['t kafka-topic-missing', 't kafka-topic-there']);
  });

  test('offsets that transactions take hold no message, and are no hole', async () => {
    kafka.topic('t');
    kafka.produce('t', 0, processDocument(0), undefined, processDocument(1), undefined, undefined, undefined);
    kafka.produce('t', 0, processDocument(2));
    const read = await source().take();
    expect(read.seen).toEqual(['t/0:0', 't/0:2', 't/0:6']);
    expect(read.codes).toEqual([]);
    expect(read.positions.get('source\nt/0')?.position).toEqual({ offset: 7, records: 3 });
  });
});

describe('stalls and back-pressure', () => {
  test('a partition that stands still in silence gets another consumer', async () => {
    kafka.topic('t', 2);
    const read = await source().take();
    kafka.stall('t', 1, true);
    fill(0, 3);
    fill(1, 3);
    await read.take();
    await pass(70_000);
    expect(read.codes).toEqual([]);
    expect(kafka.started).toBe(1);
    await pass(30_000);
    expect(read.codes).toEqual(['t/1 kafka-stalled']);
    expect(kafka.started).toBe(2);
    kafka.stall('t', 1, false);
    kafka.rebalance();
    await read.take();
    expect(sorted(read.seen)).toEqual([...offsets('t/0', 0, 3), ...offsets('t/1', 0, 3)]);
  });

  test('a partition that has nothing to give does not', async () => {
    kafka.topic('t');
    fill(0, 1);
    const read = await source().take();
    await pass(600_000, 5000);
    expect([read.codes, kafka.started]).toEqual([[], 1]);
  });

  test('an engine that is behind holds the client, which pauses and stays in the group, and loses nothing', async () => {
    kafka.topic('t');
    kafka.fetchSize = 4;
    const large = processDocument(1).replace('/bin/sh', `/bin/${'x'.repeat(1_000_000)}`);
    for (let i = 0; i < 40; i++) kafka.produce('t', 0, large);
    const read = await source().take(1);
    await pass(200_000, 1000);
    expect(read.codes).toEqual([]);
    expect(kafka.pausedMembers(GROUP)).toBe(1);
    await read.take();
    expect(kafka.pausedMembers(GROUP)).toBe(0);
    expect(read.seen).toEqual(offsets('t/0', 0, 40));
  });
});

describe('one group per state', () => {
  test('a member that died is waited for, and its session ends', async () => {
    kafka.topic('t');
    fill(0, 1);
    kafka.join(GROUP, 'dead');
    const read = await source().take();
    await pass(5000);
    expect(read.seen).toEqual([]);
    kafka.leave(GROUP, 'dead');
    await pass(1000);
    expect((await read.take()).seen).toEqual(['t/0:0']);
    expect(read.codes).toEqual(['kafka://memory kafka-former-member']);
  });

  test('a second member is refused with the reason', async () => {
    kafka.topic('t', 2);
    const first = await source().take();
    const second = await source().take();
    await pass(15_000);
    expect(second.failure).toMatchObject({ code: 'kafka-group-taken', retriable: false });
    fill(0, 1);
    expect([(await first.take()).seen, first.failure]).toEqual([['t/0:0'], undefined]);
  });

  test('somebody who joins while it runs would take a part: it ends and says so', async () => {
    kafka.topic('t', 2);
    const read = await source().take();
    kafka.join(GROUP, 'console-consumer');
    await settle();
    expect((await read.take()).failure).toMatchObject({ code: 'kafka-group-shared' });
  });
});

describe('the end', () => {
  test.each([0, 1])('ends after %d batches without waiting for a message', async (batches) => {
    kafka.topic('t');
    const read = await source().take(batches);
    const closed = read.reader.close();
    await settle();
    await closed;
    await read.take();
    expect([read.ended, read.failure]).toEqual([true, undefined]);
  });

  test('a client that does not end is left behind', async () => {
    kafka.topic('t');
    const client = kafka.client();
    const read = await source({ client: { ...client, close: () => new Promise(() => {}) } }).take();
    let done = false;
    void read.reader.close().then(() => (done = true));
    await pass(4000);
    expect(done).toBe(false);
    await pass(2000);
    expect(done).toBe(true);
  });
});
