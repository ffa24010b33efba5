import { expect, test } from 'vitest';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { testAlertSink } from '../alert-sink.conformance.ts';
import { testAlert } from '../testing/test-alert.ts';
import { KafkaSink } from './kafka-sink.ts';
import { MemoryBroker } from './testing/memory-broker.ts';

let broker: MemoryBroker;

function sink(): KafkaSink {
  return new KafkaSink({ name: 'kafka', connect: () => broker.connect() });
}

testAlertSink({
  name: 'Kafka in memory',
  open: async () => {
    broker = new MemoryBroker();
    return sink();
  },
  reopen: async () => sink(),
  // As a compacted topic has it: the last message of a key.
  latest: async () => new Map(broker.messages.map(({ key, value }) => [key, JSON.parse(value) as AlertDocument])),
  away: () => void (broker.isAway = true),
  back: () => void (broker.isAway = false),
  poison: testAlert('poison', 1, { message: 'x'.repeat(2_000_000) }),
});

test('a request whose acknowledgement is lost is sent again over a new connection', async () => {
  broker = new MemoryBroker();
  broker.unacknowledged = 1;
  const writer = sink();
  const batch = [testAlert('a', 1), testAlert('a', 2)];
  const { left, problem } = await writer.write(batch);
  expect([left, problem?.code]).toEqual([batch, 'kafka-unreachable']);
  expect(await writer.write(left)).toEqual({ refused: [], left: [] });
  expect(broker.messages.map(({ value }) => (JSON.parse(value) as AlertDocument).windhover.revision)).toEqual([
    1, 2, 1, 2,
  ]);
  expect(broker.connections).toBe(2);
});

test('what is left after a part was taken begins with the part that was not', async () => {
  broker = new MemoryBroker();
  const batch = Array.from({ length: 3 }, (_, i) => testAlert(`n${i}`, 1, { message: 'x'.repeat(800_000) }));
  const writer = new KafkaSink({
    name: 'kafka',
    connect: async () => {
      const producer = await broker.connect();
      return {
        ...producer,
        send: async (messages) => {
          await producer.send(messages);
          broker.isAway = true;
        },
      };
    },
  });
  expect((await writer.write(batch)).left).toEqual(batch.slice(1));
});
