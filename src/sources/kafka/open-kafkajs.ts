import type { Kafka, SASLOptions } from 'kafkajs';
import { kafkaCodecs } from './kafka-codecs.ts';
import type { KafkaSettings } from './kafka-settings.ts';

const CONNECTION_MS = 5000;
const REQUEST_MS = 30_000;
/** Quick failures: who tries again, and when, is decided by those who call. */
const RETRY = { retries: 2, initialRetryTime: 200, maxRetryTime: 1000 };

/** kafkajs for a cluster. The library is loaded here, so that whoever has nothing to do with topics does without. */
export async function openKafkaJsLibrary(brokers: readonly string[], settings: KafkaSettings): Promise<Kafka> {
  const { default: kafkajs } = await import('kafkajs');
  const codecs = kafkajs.CompressionCodecs as Record<number, unknown>;
  for (const [type, codec] of kafkaCodecs()) codecs[type] = codec;
  const { tls, sasl, clientId = 'windhover' } = settings;
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: CONNECTION_MS,
    authenticationTimeout: CONNECTION_MS,
    requestTimeout: REQUEST_MS,
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
    // What it has to say comes as errors; its log repeats addresses and stacks.
    logCreator: () => () => {},
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            ...(tls.ca === undefined ? {} : { ca: [tls.ca] }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
    ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
  });
}
