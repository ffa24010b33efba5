import { UsageError } from '../../errors/windhover-error.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import type { HistoryRange } from '../../telemetry/document-history.ts';
import { parseTime } from '../../telemetry/time-text.ts';
import type { ElasticConfig } from '../config/elastic-config.ts';
import type { KafkaConfig } from '../config/kafka-config.ts';
import type { OffsetRange } from '../../sources/kafka/partition-stretches.ts';

export const BACKTEST_FORMATS = ['text', 'json', 'junit', 'html'] as const;
export type BacktestFormat = (typeof BACKTEST_FORMATS)[number];

/** Alert documents that a report holds, over all hunts, unless the call says otherwise. */
export const DEFAULT_MAX_ALERTS = 10_000;
const MOST_ALERTS = 200_000;

/** Options of `windhover backtest`, after the command line and the configuration file have been joined. */
export interface BacktestOptions {
  readonly hunts: readonly string[];
  readonly sources: ReadonlyMap<string, string>;
  readonly everyName: string | undefined;
  /** Those of `sources` that the call itself names. */
  readonly givenNames?: readonly string[];
  readonly format: BacktestFormat;
  /** Absolute; undefined: standard output. */
  readonly output: string | undefined;
  readonly alertOn: readonly string[];
  readonly bounds: TimeBounds | undefined;
  /** `--from` and `--to` as they are written. */
  readonly writtenBounds?: readonly (string | null)[];
  /** Folder that keeps how far the backtest has come, absolute. */
  readonly resume?: string | undefined;
  readonly against: string | undefined;
  /** File of a gate, absolute. */
  readonly expect: string | undefined;
  readonly maxAlerts: number;
  readonly retentionMs: number | undefined;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly maxLineBytes: number;
  /** Of topics that are named here these offsets are read. */
  readonly offsets: readonly OffsetRange[];
  /** How Kafka sources of the configuration are reached, by their URI. */
  readonly kafka: ReadonlyMap<string, KafkaConfig>;
  /** Names whose topics are not read, as they have a history. */
  readonly historyOf: readonly string[];
  /** How Elasticsearch sources of the configuration are reached, by their URI. */
  readonly elastic?: ReadonlyMap<string, ElasticConfig>;
}

/** What histories are asked for: what lies outside of the bounds is not fetched. */
export function historyRange(bounds: TimeBounds | undefined): HistoryRange {
  const time = (ms: number | undefined): string | undefined =>
    ms === undefined || Math.abs(ms) === Infinity ? undefined : new Date(ms).toISOString();
  return { from: time(bounds?.fromMs), to: time(bounds?.toMs) };
}

/** `--from` and `--to`: times, or durations before now. Throws `UsageError`. */
export function boundsOption(from: string | undefined, to: string | undefined, nowMs: number): TimeBounds | undefined {
  if (from === undefined && to === undefined) return undefined;
  const fromMs = from === undefined ? -Infinity : timeOption('from', from, nowMs);
  const toMs = to === undefined ? Infinity : timeOption('to', to, nowMs);
  if (fromMs >= toMs) {
    throw new UsageError('option-range', `--from ${from} is not before --to ${to}`, 'Give a range that has a length.');
  }
  return { fromMs, toMs };
}

function timeOption(name: string, value: string, nowMs: number): number {
  const duration = parseDuration(value);
  if (duration !== undefined) return nowMs - duration;
  const ms = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(
    `option-${name}`,
    `--${name} ${value} is no time`,
    'Write 2026-05-01T08:00:00Z, 2026-05-01, or a duration before now such as 24h.',
  );
}

/** `--max-alerts`. Throws `UsageError`. */
export function maxAlertsOption(value: string): number {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : NaN;
  if (count <= MOST_ALERTS) return count;
  throw new UsageError(
    'option-max-alerts',
    `--max-alerts ${value} is no number of alerts`,
    `Write a whole number, at most ${MOST_ALERTS}. Alerts beyond it are counted.`,
  );
}

const OFFSETS = /^([A-Za-z0-9._-]{1,249})(?:\/(\d{1,9}))?=(\d{0,15})\.\.(\d{0,15})$/u;

/** `--offsets`: `TOPIC=FIRST..LAST` or `TOPIC/PARTITION=FIRST..LAST`, repeatable. Throws `UsageError`. */
export function offsetsOption(values: readonly string[]): OffsetRange[] {
  const ranges = values.map((value): OffsetRange => {
    const match = OFFSETS.exec(value);
    const number = (text: string | undefined): number | undefined =>
      text === undefined || text === '' ? undefined : Number(text);
    const [first, last] = [number(match?.[3]), number(match?.[4])];
    if (match !== null && (first ?? 0) <= (last ?? Infinity)) {
      return { topic: match[1] as string, partition: number(match[2]), first, last };
    }
    throw new UsageError(
      'option-offsets',
      `--offsets ${value} is no range of offsets`,
      'Write TOPIC=FIRST..LAST or TOPIC/PARTITION=FIRST..LAST, both inclusive; either may be left out.',
    );
  });
  const twice = ranges.find(
    (each, i) =>
      ranges.findIndex(
        ({ topic, partition }) =>
          topic === each.topic &&
          (partition === undefined || each.partition === undefined || partition === each.partition),
      ) < i,
  );
  if (twice === undefined) return ranges;
  const what = twice.partition === undefined ? twice.topic : `${twice.topic}/${twice.partition}`;
  throw new UsageError('option-offsets', `--offsets says twice what is read of ${what}`, 'Give one range for each.');
}
