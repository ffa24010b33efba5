import type { CompressionTypes, Producer } from 'kafkajs';
import { SinkError } from '../errors/windhover-error.ts';
import { kafkaErrorTypes, kafkaProblem } from '../sources/kafka/kafka-problem.ts';
import type { KafkaSettings } from '../sources/kafka/kafka-settings.ts';
import { openKafkaJsLibrary } from '../sources/kafka/open-kafkajs.ts';
import type { KafkaProducer, ProducedMessage } from './kafka-replay-sink.ts';

/** Compression of messages → bits of a record batch's attributes. */
export const COMPRESSIONS = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type Compression = keyof typeof COMPRESSIONS;

export interface ProducerOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly settings: KafkaSettings;
  readonly compression: Compression;
}

/** Waits from 0.3 s up to 10 s between tries: an outage of half a minute or so is outlived. */
const RETRY = { retries: 8, initialRetryTime: 300, maxRetryTime: 10_000 };

const EXPLAINED: Readonly<Record<string, { readonly code: string; readonly message: string; readonly hint: string }>> =
  {
    MESSAGE_TOO_LARGE: {
      code: 'kafka-message-size',
      message: 'the broker refuses a message as too long',
      hint: 'Raise max.message.bytes of the topic (message.max.bytes of the brokers), or choose a --compression.',
    },
    TOPIC_AUTHORIZATION_FAILED: {
      code: 'kafka-permission',
      message: 'the user lacks a permission',
      hint: 'Grant WRITE and DESCRIBE on the topic.',
    },
    UNKNOWN_TOPIC_OR_PARTITION: {
      code: 'kafka-topic-missing',
      message: 'there is no such topic, and the brokers make none by themselves',
      hint: 'Create the topic first.',
    },
  };

/** A producer of kafkajs that is connected. Throws `SinkError`. */
export async function openKafkaJsProducer(options: ProducerOptions): Promise<KafkaProducer> {
  const { brokers, settings } = options;
  try {
    const kafka = await openKafkaJsLibrary(brokers, settings);
    const producer = kafka.producer({
      allowAutoTopicCreation: true,
      retry: RETRY,
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => {});
      throw error;
    }
    return new KafkaJsProducer(producer, options);
  } catch (error) {
    throw producerProblem(error, options);
  }
}

class KafkaJsProducer implements KafkaProducer {
  readonly #producer: Producer;
  readonly #options: ProducerOptions;

  constructor(producer: Producer, options: ProducerOptions) {
    this.#producer = producer;
    this.#options = options;
  }

  async send(messages: readonly ProducedMessage[]): Promise<void> {
    const { topic, compression } = this.#options;
    try {
      await this.#producer.send({
        topic,
        acks: -1,
        compression: COMPRESSIONS[compression] as CompressionTypes,
        messages: messages.map(({ key, value }) => ({ key, value })),
      });
    } catch (error) {
      throw producerProblem(error, this.#options);
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => {});
  }
}

function producerProblem(cause: unknown, { brokers, topic }: ProducerOptions): SinkError {
  const [type] = kafkaErrorTypes(cause);
  const known = type !== undefined && Object.hasOwn(EXPLAINED, type) ? EXPLAINED[type] : undefined;
  const { code, message, hint } = known ?? kafkaProblem(cause, brokers);
  return new SinkError(code, `${topic}: ${message}`, { hint, cause });
}
