import { afterAll, beforeAll, describe } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alert-document.ts';
import { testAlertSink } from '../../src/sinks/alert-sink.conformance.ts';
import { KafkaSink } from '../../src/sinks/kafka/kafka-sink.ts';
import { openAlertProducer } from '../../src/sinks/kafka/kafkajs-producer.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { BROKER, RealTopics } from './real-topics.ts';

describe.skipIf(BROKER === undefined)('alerts to a real Kafka', { timeout: 120_000 }, () => {
  let topics: RealTopics;
  let topic = '';
  let count = 0;

  beforeAll(async () => {
    topics = new RealTopics(BROKER as string);
    await topics.open();
  });
  afterAll(() => topics.close());

  const sink = (): KafkaSink =>
    new KafkaSink({ name: 'kafka', topic, connect: () => openAlertProducer([BROKER as string], {}) });

  /** The last message of each key, as a compacted topic has it. */
  async function latest(): Promise<Map<string, AlertDocument>> {
    const found = new Map<string, AlertDocument>();
    const ends = await topics.admin.fetchTopicOffsets(topic);
    let missing = ends.reduce((sum, { high }) => sum + Number(high), 0);
    if (missing === 0) return found;
    const consumer = topics.kafka.consumer({ groupId: topics.name(`reader-${count++}`), maxWaitTimeInMs: 200 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message: { key, value } }) => {
            found.set(String(key), JSON.parse(String(value)) as AlertDocument);
            if (--missing === 0) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return found;
  }

  testAlertSink({
    name: 'a real Kafka',
    open: async () => {
      topic = await topics.create(`alerts-${count++}`, 3);
      return sink();
    },
    reopen: async () => sink(),
    latest,
    poison: testAlert('poison', 1, { message: 'x'.repeat(2_000_000) }),
  });
});
