import { z } from 'zod';
import { alertSchema, outboxSchema } from './alert-config-schema.ts';
import { limitsSchema } from './limits-config.ts';
import { DURATION_PATTERN } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { LOG_LEVELS } from '../log/run-events.ts';
import { SASL_MECHANISMS } from '../../sources/kafka/kafka-settings.ts';

const strings = z.union([z.string(), z.array(z.string()).min(1)], 'expected a text or a list of texts');
const duration = z
  .string('expected a duration such as 30s, 5m, 1h or 2d')
  .regex(DURATION_PATTERN, 'expected a duration such as 30s, 5m, 1h or 2d');

const elastic = z.strictObject({
  url: z.string(),
  index: strings.optional(),
  api_key: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  fingerprint: z.string().optional(),
  insecure: z.boolean().optional(),
});

const kafkaTls = z.strictObject({
  ca: z.string().min(1).optional(),
  cert: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  server_name: z.string().min(1).optional(),
});
const kafkaSasl = z.strictObject({
  mechanism: z.enum(SASL_MECHANISMS, `expected ${SASL_MECHANISMS.join(', ')}`),
  username: z.string().min(1),
  password: z.string(),
});
const kafka = z.strictObject({
  brokers: z.array(z.string()).min(1),
  topics: z.array(z.string()).min(1),
  decode: z.literal('auto', 'expected auto: messages are recognised by content').optional(),
  schema: z.string().min(1).optional(),
  from: z.string().optional(),
  tls: z.union([z.boolean(), kafkaTls]).optional(),
  sasl: kafkaSasl.optional(),
  client_id: z.string().min(1).optional(),
  group: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'expected letters, digits, dots and dashes')
    .optional(),
  session_timeout: duration.optional(),
});

const history = z.strictObject({ files: strings.optional(), elastic: elastic.optional() });
const live = z.strictObject({ kafka: kafka.optional() });
const source = z.strictObject({
  history: history.optional(),
  live: live.optional(),
  backfill: duration.optional(),
  overlap: duration.optional(),
});

const folders = z.array(z.string().min(1));
/** Where hunts may LOAD and SAVE. */
export const filesSchema = z.strictObject({ read: folders.optional(), write: folders.optional() });

const retentions = z.strictObject({
  default: duration.optional(),
  sources: z.record(z.string(), duration).optional(),
  types: z.record(z.string(), duration).optional(),
});

/** The keys of `windhover.yaml` as they are written. */
export const configSchema = z.strictObject({
  state: z.string().min(1).optional(),
  hunts: z.array(z.string().min(1)).optional(),
  sources: z.record(z.string(), source).optional(),
  alerts: z.array(alertSchema).optional(),
  outbox: outboxSchema.optional(),
  limits: limitsSchema.optional(),
  retention: z
    .union([duration, retentions], 'expected a duration such as 24h, or default, sources and types')
    .optional(),
  lateness: duration.optional(),
  metrics: z.strictObject({ listen: z.union([z.string(), z.int()], 'expected HOST:PORT or PORT') }).optional(),
  host_aliases: z.record(z.string(), z.string()).optional(),
  log: z
    .strictObject({
      format: z.enum(['text', 'json'], 'expected text or json').optional(),
      level: z.enum(LOG_LEVELS, `expected ${LOG_LEVELS.join(', ')}`).optional(),
    })
    .optional(),
  files: filesSchema.optional(),
});

export type ConfigKeys = z.infer<typeof configSchema>;
export type ElasticKeys = z.infer<typeof elastic>;
export type KafkaKeys = z.infer<typeof kafka>;

/** Keys that may stand at a place of the file: `['sources', 'container1', 'live']` → `kafka`. */
export function configKeysAt(path: readonly (string | number)[]): readonly string[] {
  let at: z.ZodType = configSchema;
  for (const step of path) {
    const inner = unwrapped(at);
    if (inner instanceof z.ZodObject) at = inner.shape[step] as z.ZodType;
    else if (inner instanceof z.ZodRecord) at = inner.valueType as z.ZodType;
    else if (inner instanceof z.ZodArray) at = inner.element as z.ZodType;
  }
  const inner = unwrapped(at);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Where an Elasticsearch index lies, as a source URI; credentials are no part of it. */
export function elasticUri(url: string, index: string | readonly string[] | undefined): string {
  return `elastic+${url.replace(/\/+$/, '')}/${[index ?? []].flat().join(',')}`;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap() as z.ZodType);
  // What may be an object or something simpler has the keys of the object.
  if (!(schema instanceof z.ZodUnion)) return schema;
  return (schema.options as readonly z.ZodType[]).find((option) => option instanceof z.ZodObject) ?? schema;
}
