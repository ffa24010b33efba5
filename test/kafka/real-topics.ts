import { randomBytes } from 'node:crypto';
import kafkajs, { type Admin, type CompressionTypes, type Kafka, type Producer } from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { compress } from 'snappy';

/** Address of a broker that the tests may use as they like; without one they are skipped. */
export const BROKER = process.env['WINDHOVER_TEST_KAFKA'];
/** Command that kills the broker and starts it again over the same data, and ends when it answers. */
export const CRASH = process.env['WINDHOVER_TEST_KAFKA_CRASH'];

export const CODECS = { none: 0, gzip: 1, snappy: 2, lz4: 3 } as const;

export interface Message {
  readonly value: string | Buffer | null;
  readonly key?: string;
  readonly partition: number;
  /** Ms since 1970. Default: now. */
  readonly timestamp?: string;
}

/** Topics of one test file on a real broker, under names that nobody else has. */
export class RealTopics {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #prefix = `test-${randomBytes(4).toString('hex')}`;
  readonly #topics = new Set<string>();
  #producer: Producer | undefined;

  constructor(broker: string) {
    const codecs = kafkajs.CompressionCodecs as Record<number, unknown>;
    // The source's own codecs only read.
    codecs[CODECS.gzip] = undefined;
    this.#kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 20 } });
    this.#admin = this.#kafka.admin();
  }

  get admin(): Admin {
    return this.#admin;
  }

  get kafka(): Kafka {
    return this.#kafka;
  }

  async open(): Promise<void> {
    await this.#admin.connect();
  }

  name(topic: string): string {
    return `${this.#prefix}-${topic}`;
  }

  async create(topic: string, partitions = 1): Promise<string> {
    const name = this.name(topic);
    this.#topics.add(name);
    await this.#admin.createTopics({ topics: [{ topic: name, numPartitions: partitions }], waitForLeaders: true });
    return name;
  }

  async produce(topic: string, messages: readonly Message[], codec: keyof typeof CODECS = 'none'): Promise<void> {
    const writing = {
      [CODECS.gzip]: async (bytes: Buffer) => (await import('node:zlib')).gzipSync(bytes),
      [CODECS.snappy]: compress,
      [CODECS.lz4]: compressFrame,
    };
    const codecs = kafkajs.CompressionCodecs as Record<number, unknown>;
    const before = { ...codecs };
    for (const [type, pack] of Object.entries(writing)) {
      codecs[Number(type)] = () => ({ compress: (encoder: { buffer: Buffer }) => pack(encoder.buffer) });
    }
    try {
      if (this.#producer === undefined) {
        this.#producer = this.#kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
        await this.#producer.connect();
      }
      await this.#producer.send({
        topic,
        messages: messages.map((message) => ({ ...message })),
        compression: CODECS[codec] as CompressionTypes,
      });
    } finally {
      Object.assign(codecs, before);
    }
  }

  /** Deletes all messages that are there, as a retention does. */
  async forget(topic: string, partitions: number): Promise<void> {
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    const deleted = offsets.slice(0, partitions).map(({ partition, high }) => ({ partition, offset: high }));
    await this.#admin.deleteTopicRecords({ topic, partitions: deleted });
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect();
    await this.#admin.deleteTopics({ topics: [...this.#topics] }).catch(() => {});
    await this.#admin.disconnect();
  }
}
