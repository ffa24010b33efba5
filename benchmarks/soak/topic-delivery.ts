import kafkajs, { type Admin, type Producer } from 'kafkajs';
import type { Delivery } from './delivery.ts';

const BATCH = 500;
const PARTITIONS = 3;
/** The topic forgets what was read long ago, so that a long soak does not fill the disk. */
const KEEP_MS = 15 * 60_000;

/** A topic of three partitions; records go to any of them, whatever their host. */
export class TopicDelivery implements Delivery {
  readonly uri: string;
  readonly #topic: string;
  readonly #admin: Admin;
  readonly #producer: Producer;

  private constructor(uri: string, topic: string, admin: Admin, producer: Producer) {
    this.uri = uri;
    this.#topic = topic;
    this.#admin = admin;
    this.#producer = producer;
  }

  static async open(broker: string, topic: string): Promise<TopicDelivery> {
    const kafka = new kafkajs.Kafka({
      brokers: [broker],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 30, maxRetryTime: 2000 },
    });
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [
      { name: 'retention.ms', value: String(KEEP_MS) },
      { name: 'segment.bytes', value: String(32 * 2 ** 20) },
    ];
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, configEntries }], waitForLeaders: true });
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    return new TopicDelivery(`kafka://${broker}/${topic}`, topic, admin, producer);
  }

  async send(lines: readonly string[]): Promise<void> {
    for (let at = 0; at < lines.length; at += BATCH) {
      const messages = lines.slice(at, at + BATCH).map((value) => ({ value }));
      for (;;) {
        try {
          await this.#producer.send({ topic: this.#topic, messages });
          break;
        } catch {
          // The broker is away, and the producer has given up: what it took may come twice.
          await new Promise((again) => setTimeout(again, 500));
          await this.#producer.connect().catch(() => {});
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => {});
    await this.#admin.deleteTopics({ topics: [this.#topic] }).catch(() => {});
    await this.#admin.disconnect().catch(() => {});
  }
}
