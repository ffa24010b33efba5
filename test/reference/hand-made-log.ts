import { expect } from 'vitest';
import type { Instant } from '../../src/catalogue/instant.ts';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.ts';
import type { PlainEntity, PlainRecord, PlainValue } from './plain-record.ts';

export const START_MS = Date.parse('2024-01-01T12:00:00Z');
/** An instant so many seconds after the start of all logs. */
export const at = (second: number, ns = 0): Instant => ({ ms: START_MS + second * 1000, ns });

export interface Mention {
  readonly type?: string;
  readonly key: string;
  readonly role?: string;
  readonly authority?: 0 | 1;
  readonly caseFolded?: boolean;
  readonly attributes?: Readonly<Record<string, PlainValue>>;
  readonly references?: PlainEntity['references'];
}

let made = 0;

/** A record over [first, last] (seconds); mentions are processes unless they say otherwise. */
export function record(
  first: number,
  mentions: readonly Mention[],
  options: { last?: number; source?: string } = {},
): PlainRecord {
  return {
    id: `r${made++}`,
    source: `stixshifter://${options.source ?? 'a'}`,
    first: at(first),
    last: at(options.last ?? first),
    host: null,
    entities: mentions.map((mention) => ({
      type: 'process',
      role: '',
      authority: 1,
      caseFolded: false,
      attributes: {},
      references: {},
      ...mention,
    })),
  };
}

export const named = (key: string, name: string): Mention => ({ key, attributes: { name } });

/** Evaluates a text that must check without errors; each record is an epoch unless told otherwise. */
export function run(text: string, records: readonly PlainRecord[], options: Partial<EvaluateOptions> = {}): Evaluation {
  const huntflow = checkHuntflow(text);
  expect(huntflow.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return evaluate(huntflow, records, { epochs: records.map((_, i) => i + 1), ...options });
}

/** Keys of a variable's entities, in row order. */
export function keys(evaluation: Evaluation, variable: string): string[] {
  return (evaluation.variables.get(variable) ?? ['unbound']).map((id) => id.slice(id.indexOf(' ') + 1));
}
