import { z } from 'zod';
import { expectationSchema } from './expectation-schema.ts';
import { DURATION_PATTERN } from './hunt-file-duration.ts';
import { typedRecordSchema } from '../hunt-tests/typed-record-schema.ts';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type HuntSeverity = (typeof SEVERITIES)[number];

const text = (limit: number) => z.string().min(1).max(limit);
const duration = z.string().regex(DURATION_PATTERN, 'expected a duration such as 30s, 5m, 1h or 2d');
const list = <T extends z.ZodType>(item: T, limit: number) => z.array(item).max(limit);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const attributes = z.record(z.string(), z.union([scalar, z.array(scalar)]));

const expectation = z.strictObject({
  count: z.int().min(0).optional().describe('How many there have to be, exactly.'),
  include: list(attributes, 1000).optional().describe('For each of these there has to be one with these values.'),
  exclude: list(attributes, 1000).optional().describe('For none of these there may be one with these values.'),
});

const moment = z
  .object({
    time: text(64).describe('ISO 8601, or `+41s` after the first record. Records up to it are delivered before.'),
    alerts: expectation.optional(),
  })
  .catchall(expectation);

const expectations = z
  .object({
    alerts: expectation.optional().describe('The alerts that are not retracted.'),
    at: list(moment, 100).optional().describe('What has to hold at moments in between.'),
  })
  .catchall(expectation)
  .describe('By variable: what it has to hold when all records are taken in.');

const test = z.strictObject({
  name: text(200),
  records: z
    .union([text(4 * 1024 * 1024), list(z.union([typedRecordSchema, z.record(z.string(), z.unknown())]), 10_000)])
    .describe(
      'Path of a file next to this one, lines of JSON, or a list of records: typed, or as a sensor writes them.',
    ),
  expect: expectations,
});

const alert = z.strictObject({
  on: text(200).describe('Variable of the huntflow whose members are alerts.'),
  title: text(500).optional().describe('Title with attributes in braces: `{parent_ref.name} ran {name}`.'),
  severity: z.enum(SEVERITIES).optional().describe('In place of the severity of the hunt.'),
  suppress: z
    .strictObject({
      by: list(text(200), 16).min(1).describe('Attributes whose equal values make alerts the same.'),
      for: duration.describe('Length of the stretch of event time in which only one of them is shown.'),
    })
    .optional(),
  latch: z.boolean().optional().describe('Never retract what was raised once.'),
  settle: duration.optional().describe('How long an alert waits for its content to settle. Default 1s.'),
  max_backfill: z.int().min(0).max(1_000_000).optional().describe('Alerts from history, before one sums up the rest.'),
});

/** The keys of a hunt file as they are written. */
export const huntFileSchema = z.strictObject({
  hunt: z
    .string()
    .max(100)
    .regex(/^[a-z0-9-]+$/, 'expected small letters, digits and hyphens only')
    .describe('Id of the hunt: small letters, digits, hyphens.'),
  title: text(200).optional(),
  description: text(10_000).optional(),
  severity: z.enum(SEVERITIES).optional().describe('Default: medium.'),
  risk_score: z.number().min(0).max(100).optional().describe('0 to 100. Default: 21, 47, 73, 99 by severity.'),
  tags: list(text(100), 100).optional().describe('ATT&CK ones are written attack.t1059, attack.execution.'),
  references: list(text(2000), 100).optional(),
  author: text(200).optional(),
  version: z.union([text(50), z.number()]).optional(),
  false_positives: list(text(2000), 100).optional(),
  huntflow: text(1024 * 1024).describe('Text of the huntflow, or the path of a .hf file beginning with `./`.'),
  alerts: list(alert, 50).optional(),
  tests: list(test, 1000).optional(),
  relations: z.enum(['standard', 'extended']).optional().describe('Relations that FIND may walk. Default: standard.'),
  enabled: z.boolean().optional().describe('Default: true.'),
  dry_run: z.boolean().optional().describe('Alerts go to the local log and the terminal only, marked. Default: false.'),
  expect: expectationSchema.optional().describe('What a backtest is to raise: `{alerts: {min: 1, max: 5}}`.'),
});

export type HuntFileKeys = z.infer<typeof huntFileSchema>;
export type HuntTestExpectations = z.infer<typeof expectations>;
export type HuntTestExpectation = z.infer<typeof expectation>;

/** JSON Schema (2020-12) of hunt files, for editors; kept in schema/hunt-file.schema.json. */
export function huntFileJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(huntFileSchema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title: 'Windhover hunt file', ...schema };
}
