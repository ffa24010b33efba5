import type { CompressionTypes } from 'kafkajs';
import type { KafkaSettings } from '../../sources/kafka/kafka-settings.ts';
import { openKafkaJsLibrary } from '../../sources/kafka/open-kafkajs.ts';
import type { KafkaProducer } from './kafka-producer.ts';
import { producerProblem } from './producer-problem.ts';

/** Compression of messages → bits of a record batch's attributes. */
export const COMPRESSIONS = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type Compression = keyof typeof COMPRESSIONS;

export interface ProducerOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly settings: KafkaSettings;
  readonly compression?: Compression;
  /** Brokers that are set so make a topic that is not there. */
  readonly makesTopic: boolean;
  /** An outage of half a minute or so is outlived; else whoever calls decides when it is tried again. */
  readonly outlivesOutages: boolean;
}

const ALL_REPLICAS = -1;
const ACKNOWLEDGED_MS = 30_000;
/** Waits from 0.3 s up to 10 s between tries. */
const PATIENT = { retries: 8, initialRetryTime: 300, maxRetryTime: 10_000 };

/** A producer of kafkajs that is connected. Throws `SinkError`. */
export async function openKafkaJsProducer(options: ProducerOptions): Promise<KafkaProducer> {
  const { brokers, topic, settings, compression = 'none', makesTopic, outlivesOutages } = options;
  const kafka = await openKafkaJsLibrary(brokers, settings);
  const producer = kafka.producer({
    allowAutoTopicCreation: makesTopic,
    ...(outlivesOutages ? { retry: PATIENT } : {}),
  });
  const close = (): Promise<void> => producer.disconnect().catch(() => {});
  try {
    await producer.connect();
  } catch (error) {
    await close();
    throw producerProblem(error, options);
  }
  return {
    async send(messages) {
      try {
        await producer.send({
          topic,
          acks: ALL_REPLICAS,
          timeout: ACKNOWLEDGED_MS,
          compression: COMPRESSIONS[compression] as CompressionTypes,
          messages: messages.map(({ key, value }) => ({ key, value })),
        });
      } catch (error) {
        throw producerProblem(error, options);
      }
    },
    close,
  };
}
