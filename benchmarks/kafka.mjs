// Claim: a topic through decoding and ten hunts keeps half of the speed of bare kafkajs with JSON.parse on the same topic.
// Needs a broker at WINDHOVER_TEST_KAFKA (see CONTRIBUTING.md); without one there is nothing to measure.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { MessageReader } from '../dist/hunts/input/message-reader.js';
import { KafkaLog } from '../dist/sources/kafka/kafka-log.js';
import { openKafkaJs } from '../dist/sources/kafka/kafkajs-client.js';
import { compileHunts, openEngine, ratio, telemetry } from './engine.mjs';
import { TEN_HUNTS } from './ten-hunts.mjs';

const RECORDS = Number(process.env.RECORDS ?? 100_000);
const timer = {
  now: Date.now,
  after: (ms, callback) => {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  },
};
const newGroup = () => `bench-${randomBytes(5).toString('hex')}`;

/** Reads the topic through the source; `hunt` takes each batch. */
async function throughSource(broker, topic, decode, hunt) {
  const client = await openKafkaJs([broker], {});
  const log = new KafkaLog({ place: 'kafka', topics: [topic], group: newGroup(), start: 'earliest', client, timer });
  const reader = new MessageReader({ name: 's', log, decode, known: [], onPlace: () => {}, onNotice: () => {} });
  for (let records = 0; records < RECORDS;) {
    const { batch } = await reader.next();
    records += batch.size;
    if (batch.size > 0) await hunt(batch);
  }
  await reader.close();
}

async function bare(kafka, topic) {
  const consumer = kafka.consumer({ groupId: newGroup(), maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let count = 0;
  await new Promise((done) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { value } of batch.messages) {
          JSON.parse(value.toString());
          count++;
        }
        if (count >= RECORDS) done();
      },
    });
  });
  await consumer.disconnect();
}

export async function kafka() {
  const broker = process.env.WINDHOVER_TEST_KAFKA;
  if (broker === undefined) return [];
  const client = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
  const topic = `bench-${randomBytes(5).toString('hex')}`;
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const lines = telemetry('sysflow-ecs', RECORDS).toString('utf8').trimEnd().split('\n');
  for (let at = 0; at < lines.length; at += 500) {
    await producer.send({ topic, messages: lines.slice(at, at + 500).map((value) => ({ value })) });
  }
  await producer.disconnect();
  const plans = compileHunts(TEN_HUNTS);
  const { decode } = await openEngine(plans);
  const decoded = await ratio(
    () => bare(client, topic),
    () => throughSource(broker, topic, decode, async () => {}),
    5,
  );
  const hunted = await ratio(
    () => bare(client, topic),
    async () => {
      const { scope } = await openEngine(plans);
      await throughSource(broker, topic, decode, async (batch) => {
        await scope.process(batch, 's');
        scope.forgetChanges();
      });
    },
    5,
  );
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  return [
    { claim: 'Kafka: bare kafkajs with JSON.parse / the source, decoded', ...decoded, target: 0.5 },
    { claim: 'Kafka: bare kafkajs with JSON.parse / the source and ten hunts', ...hunted, target: 0.5 },
  ];
}
