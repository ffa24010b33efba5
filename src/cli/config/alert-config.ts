import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import type { AlertKeys } from './alert-config-schema.ts';
import type { KafkaConfig } from './kafka-config.ts';

export const DEFAULT_ALERT_ALIAS = 'windhover-alerts';
const DEFAULT_WEBHOOK_BATCH = 100;
const DEFAULT_WEBHOOK_TIMEOUT_MS = 10_000;

/** An Elasticsearch for alerts, as the configuration says it; `ca` is a path, absolute. Holds secrets. */
export interface ElasticAlertsConfig {
  readonly url: string;
  /** Alias in front of the monthly indices. */
  readonly index: string;
  readonly apiKey?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
  readonly fingerprint?: string | undefined;
}

/** A sink beyond the local log. `id` names its queue in the state, and the sink in messages: it holds no secrets. */
export type AlertSinkConfig = { readonly id: string } & (
  | { readonly kind: 'elastic'; readonly elastic: ElasticAlertsConfig }
  | {
      readonly kind: 'kafka';
      readonly brokers: readonly string[];
      readonly topic: string;
      readonly kafka: KafkaConfig;
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly batch: number;
      readonly single: boolean;
      readonly timeoutMs: number;
    }
);

export interface AlertsConfig {
  /** The local log. */
  readonly log: string | undefined;
  readonly sinks: readonly AlertSinkConfig[];
}

/** Makes the error that names the place in the file. */
export type ConfigProblem = (path: readonly (string | number)[], message: string, hint: string) => UsageError;

/** Reads the entries under `alerts:`; paths are relative to the folder. Throws what `problem` makes. */
export function readAlertsConfig(alerts: readonly AlertKeys[], folder: string, problem: ConfigProblem): AlertsConfig {
  let log: string | undefined;
  const sinks: AlertSinkConfig[] = [];
  for (const [i, entry] of alerts.entries()) {
    const kinds = (['file', 'elastic', 'kafka', 'webhook'] as const).filter((kind) => entry[kind] !== undefined);
    if (kinds.length === 0) {
      throw problem([i], 'this names no place for alerts', 'Use file: {path: …}, elastic:, kafka: or webhook:.');
    }
    if (kinds.length > 1) {
      throw problem([i, kinds[1] as string], 'this names two places for alerts', 'Make them entries of their own.');
    }
    if (entry.file !== undefined) {
      if (log !== undefined) throw problem([i], 'there is one alert log already', 'Name one file.');
      log = resolve(folder, entry.file.path);
      continue;
    }
    const sink = sinkConfig(entry, folder, (path, message, hint) => problem([i, ...path], message, hint));
    if (sinks.some(({ id }) => id === sink.id)) {
      throw problem([i], `there is a sink ${sink.id} already`, 'Give one of them a name: of its own.');
    }
    sinks.push(sink);
  }
  return { log, sinks };
}

function sinkConfig(
  { name, elastic, kafka, webhook }: AlertKeys,
  folder: string,
  problem: ConfigProblem,
): AlertSinkConfig {
  if (elastic !== undefined) {
    const config = elasticConfig(elastic, folder, problem);
    return { kind: 'elastic', id: name ?? `elastic ${config.url}/${config.index}`, elastic: config };
  }
  if (kafka !== undefined) {
    const brokers = kafkaBrokers(kafka, problem);
    return {
      kind: 'kafka',
      id: name ?? `kafka ${brokers.join(',')}/${kafka.topic}`,
      brokers,
      topic: kafka.topic,
      kafka: kafkaConfig(kafka, folder),
    };
  }
  const keys = webhook as NonNullable<AlertKeys['webhook']>;
  const { host } = httpUrl(keys.url, ['webhook', 'url'], problem);
  // What stands behind the host is often a secret.
  const rest = createHash('sha256').update(keys.url).digest('hex').slice(0, 8);
  return {
    kind: 'webhook',
    id: name ?? `webhook ${host} ${rest}`,
    url: keys.url,
    headers: keys.headers ?? {},
    batch: keys.single === true ? 1 : (keys.batch ?? DEFAULT_WEBHOOK_BATCH),
    single: keys.single ?? false,
    timeoutMs: (keys.timeout === undefined ? undefined : parseDuration(keys.timeout)) ?? DEFAULT_WEBHOOK_TIMEOUT_MS,
  };
}

function elasticConfig(
  keys: NonNullable<AlertKeys['elastic']>,
  folder: string,
  problem: ConfigProblem,
): ElasticAlertsConfig {
  const url = httpUrl(keys.url, ['elastic', 'url'], problem);
  if (keys.api_key !== undefined && keys.username !== undefined) {
    throw problem(['elastic', 'username'], 'there is an API key and a user', 'Use one of them.');
  }
  if ((keys.username === undefined) !== (keys.password === undefined)) {
    throw problem(['elastic'], 'username and password belong together', 'Give both, or api_key.');
  }
  return {
    url: url.href.replace(/\/+$/, ''),
    index: keys.index ?? DEFAULT_ALERT_ALIAS,
    apiKey: keys.api_key,
    username: keys.username,
    password: keys.password,
    ca: keys.ca === undefined ? undefined : resolve(folder, keys.ca),
    fingerprint: keys.fingerprint,
  };
}

function kafkaBrokers({ brokers, topic }: NonNullable<AlertKeys['kafka']>, problem: ConfigProblem): readonly string[] {
  try {
    const address = parseKafkaUri(`//${brokers.join(',')}/${topic}`);
    if (address.topics.length > 1) throw problem(['kafka', 'topic'], 'this names several topics', 'Name one topic.');
    return address.brokers;
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'source-kafka') throw error;
    throw problem(['kafka'], error.message, 'Give brokers: [HOST:PORT, …] and topic: NAME.');
  }
}

function kafkaConfig({ tls, sasl, client_id: clientId }: NonNullable<AlertKeys['kafka']>, folder: string): KafkaConfig {
  const keys = tls === true ? {} : tls === false ? undefined : tls;
  const path = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : resolve(folder, name);
  return {
    ...(keys === undefined
      ? {}
      : { tls: { ca: path(keys.ca), cert: path(keys.cert), key: path(keys.key), serverName: keys.server_name } }),
    ...(sasl === undefined ? {} : { sasl }),
    clientId,
  };
}

function httpUrl(text: string, path: readonly string[], problem: ConfigProblem): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw problem(path, 'this is no address', 'Write https://HOST:PORT.');
  }
  if (url.username !== '' || url.password !== '') {
    throw problem(path, 'the address holds credentials', 'Give them under keys of their own.');
  }
  return url;
}

/**
 * An Elasticsearch that no configuration names, with what the environment says of it: `WINDHOVER_ELASTIC_API_KEY`,
 * `_USERNAME`, `_PASSWORD`, `_CA`, `_FINGERPRINT`. Throws `UsageError`; values are not repeated.
 */
export function elasticAlertsEnvironment(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): ElasticAlertsConfig {
  const value = (name: string): string | undefined => env[`WINDHOVER_ELASTIC_${name}`] || undefined;
  return elasticConfig(
    {
      url,
      api_key: value('API_KEY'),
      username: value('USERNAME'),
      password: value('PASSWORD'),
      ca: value('CA'),
      fingerprint: value('FINGERPRINT'),
    },
    cwd,
    (_path, message, hint) => new UsageError('setup-place', `--url or WINDHOVER_ELASTIC_…: ${message}`, hint),
  );
}
