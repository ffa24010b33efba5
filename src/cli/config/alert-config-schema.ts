import { z } from 'zod';
import { DURATION_PATTERN } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { SASL_MECHANISMS } from '../../sources/kafka/kafka-settings.ts';

const duration = z
  .string('expected a duration such as 30s, 5m, 1h or 2d')
  .regex(DURATION_PATTERN, 'expected a duration such as 30s, 5m, 1h or 2d');
const text = z.string().min(1);

const file = z.strictObject({ path: text });

const elastic = z.strictObject({
  url: text,
  index: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,199}$/, 'expected the name of an alias: lower-case letters, digits, dots and dashes')
    .optional(),
  api_key: text.optional(),
  username: text.optional(),
  password: z.string().optional(),
  ca: text.optional(),
  fingerprint: text.optional(),
});

const kafka = z.strictObject({
  brokers: z.array(text).min(1),
  topic: text,
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: text.optional(),
        cert: text.optional(),
        key: text.optional(),
        server_name: text.optional(),
      }),
    ])
    .optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(SASL_MECHANISMS, `expected ${SASL_MECHANISMS.join(', ')}`),
      username: text,
      password: z.string(),
    })
    .optional(),
  client_id: text.optional(),
});

const webhook = z.strictObject({
  url: text,
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of a header'), z.string())
    .optional(),
  batch: z.int().min(1).max(500).optional(),
  single: z.boolean().optional(),
  timeout: duration.optional(),
});

/** An entry under `alerts:`: a place for alerts. */
export const alertSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected letters, digits, dots and dashes')
    .optional(),
  file: file.optional(),
  elastic: elastic.optional(),
  kafka: kafka.optional(),
  webhook: webhook.optional(),
});

/** What waits for sinks that are away, under `outbox:`. */
export const outboxSchema = z.strictObject({
  max_alerts: z.int().min(1).max(10_000_000).optional(),
  max_bytes: z.int().min(1).optional(),
  /** How long the end of a run waits for sinks. */
  drain: duration.optional(),
});

export type AlertKeys = z.infer<typeof alertSchema>;
export type OutboxKeys = z.infer<typeof outboxSchema>;
