import { resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import {
  SASL_MECHANISMS,
  type KafkaSasl,
  type KafkaStart,
  type SaslMechanism,
} from '../../sources/kafka/kafka-settings.ts';
import { parseTime } from '../../telemetry/time-text.ts';

/** How a Kafka source is reached, as configuration or environment say it; certificates and schema are paths, absolute. */
export interface KafkaConfig {
  readonly tls?: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly serverName?: string | undefined;
  };
  readonly sasl?: KafkaSasl;
  readonly clientId?: string | undefined;
  readonly groupPrefix?: string | undefined;
  readonly sessionMs?: number | undefined;
  readonly start?: KafkaStart | undefined;
  /** Path of a schema, or the name of one that is known. */
  readonly schema?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Schemas that need no file: versions of SysFlow's. */
export const KNOWN_SCHEMAS: Readonly<Record<string, 4 | 5>> = { 'sysflow-4': 4, 'sysflow-5': 5 };

/** `schema`: the name of a known schema, or a path relative to the folder. */
export function schemaPlace(schema: string, folder: string): string {
  return Object.hasOwn(KNOWN_SCHEMAS, schema) ? schema : resolve(folder, schema);
}

/** `earliest`, `latest` or a time; `undefined` for anything else. */
export function parseKafkaStart(text: string): KafkaStart | undefined {
  if (text === 'earliest' || text === 'latest') return text;
  const atMs = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return Number.isNaN(atMs) ? undefined : { atMs };
}

/**
 * What the environment says of sources that the configuration does not name: `WINDHOVER_KAFKA_USERNAME`, `_PASSWORD`,
 * `_SASL`, `_TLS`, `_CA`, `_CERT`, `_KEY`, `_SCHEMA`, `_GROUP`. Throws `UsageError`; values are not repeated.
 */
export function kafkaEnvironment(env: Environment, cwd: string): KafkaConfig {
  const value = (name: string): string | undefined => {
    const text = env[`WINDHOVER_KAFKA_${name}`];
    return text === undefined || text === '' ? undefined : text;
  };
  const path = (name: string): string | undefined => {
    const text = value(name);
    return text === undefined ? undefined : resolve(cwd, text);
  };
  const [ca, cert, key] = [path('CA'), path('CERT'), path('KEY')];
  const hasTls = ca !== undefined || cert !== undefined || !['', '0', 'false', 'no'].includes(value('TLS') ?? '');
  const sasl = environmentSasl(value);
  const schema = value('SCHEMA');
  return {
    ...(hasTls ? { tls: { ca, cert, key } } : {}),
    ...(sasl === undefined ? {} : { sasl }),
    groupPrefix: value('GROUP'),
    schema: schema === undefined ? undefined : schemaPlace(schema, cwd),
  };
}

function environmentSasl(value: (name: string) => string | undefined): KafkaSasl | undefined {
  const [mechanism, username, password] = [value('SASL')?.toLowerCase(), value('USERNAME'), value('PASSWORD')];
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  const isKnown = (SASL_MECHANISMS as readonly (string | undefined)[]).includes(mechanism);
  if (!isKnown || username === undefined || password === undefined) {
    const missing = !isKnown ? 'SASL' : username === undefined ? 'USERNAME' : 'PASSWORD';
    throw new UsageError(
      'kafka-environment',
      `WINDHOVER_KAFKA_${missing} is not set, or not one of what it may be`,
      `Set WINDHOVER_KAFKA_SASL (${SASL_MECHANISMS.join(', ')}), WINDHOVER_KAFKA_USERNAME and WINDHOVER_KAFKA_PASSWORD together.`,
    );
  }
  return { mechanism: mechanism as SaslMechanism, username, password };
}
