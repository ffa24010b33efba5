import { UsageError } from '../../errors/windhover-error.ts';
import { retains, type RetentionByName } from '../../dataflow/retention.ts';
import type { OutboxLimits } from '../../hunts/alerts/alert-outbox.ts';
import type { RunLimits } from '../../hunts/limits/run-limits.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import type { HistoryRange } from '../../telemetry/document-history.ts';
import type { ElasticConfig } from '../config/elastic-config.ts';
import type { KafkaStart } from '../../sources/kafka/kafka-settings.ts';
import type { AlertSinkConfig } from '../config/alert-config.ts';
import type { ListenAddress } from '../../server/listen-address.ts';
import type { RunLogOptions } from '../log/open-run-log.ts';
import type { LivePart } from '../sources/source-resolver.ts';
import { parseKafkaStart, type KafkaConfig } from '../config/kafka-config.ts';

/** Options of `windhover run`, after the command line and the configuration file have been joined. */
export interface RunOptions extends RetentionByName {
  readonly hunts: readonly string[];
  readonly sources: ReadonlyMap<string, string>;
  /** Where names go on after their history. */
  readonly live?: ReadonlyMap<string, LivePart>;
  readonly everyName: string | undefined;
  /** Those of `sources` that the call itself names. */
  readonly givenNames?: readonly string[];
  readonly format: 'text' | 'json' | 'ndjson';
  readonly state: string | undefined;
  readonly alerts: string | undefined;
  /** Where alerts go beside the log. */
  readonly alertSinks?: readonly AlertSinkConfig[];
  readonly outbox?: OutboxLimits;
  /** Default: `DEFAULT_RUN_LIMITS`. */
  readonly limits?: RunLimits;
  readonly drainMs?: number | undefined;
  readonly alertOn: readonly string[];
  readonly rows: readonly string[];
  readonly records: boolean;
  readonly snapshots: boolean;
  /** Default: of a source that has no end 24 h, else all. */
  readonly retentionMs: number | undefined;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly deadLetter: string | undefined;
  readonly maxLineBytes: number;
  /** Stay on files that grow. */
  readonly follow?: boolean;
  /** Default: wall with `follow`, else event. */
  readonly clock?: 'event' | 'wall' | undefined;
  /** `frozen`: LAST is the range before the start of the run, as in Kestrel. */
  readonly last: 'sliding' | 'frozen';
  /** Where topics begin that nothing is known of. Default: what the configuration says, else `earliest`. */
  readonly from?: KafkaStart | undefined;
  /** Event times of what histories give. */
  readonly range?: HistoryRange | undefined;
  /** How Elasticsearch sources of the configuration are reached, by their URI. */
  readonly elastic?: ReadonlyMap<string, ElasticConfig>;
  /** How Kafka sources of the configuration are reached, by their URI. */
  readonly kafka?: ReadonlyMap<string, KafkaConfig>;
  /** Where metrics and health are served. Absent: nowhere, and nothing is measured. */
  readonly metrics?: ListenAddress | undefined;
  /** How the run tells of itself on stderr. Default: as text. */
  readonly log?: RunLogOptions;
}

export const DEFAULT_LATENESS_MS = 60_000;
/** What is kept of sources that have no end (decision 9). */
export const DEFAULT_LIVE_RETENTION_MS = 86_400_000;
export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A duration option, `30s`, `5m`, `1h`, `2d`. Throws `UsageError`. */
export function durationOption(name: string, value: string): number {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined || milliseconds <= 0) {
    throw new UsageError(
      'option-duration',
      `--${name} ${value} is no duration`,
      'Write a number and a unit: 30s, 5m, 1h, 2d.',
    );
  }
  return milliseconds;
}

/** `--from`: `earliest`, `latest` or a time. Throws `UsageError`. */
export function startOption(value: string): KafkaStart {
  const start = parseKafkaStart(value);
  if (start === undefined) {
    throw new UsageError(
      'option-from',
      `--from ${value} is no place in a topic`,
      'Write earliest, latest, or a time in UTC such as 2026-05-01T08:00:00Z.',
    );
  }
  return start;
}

/** `--from` and `--to` as bounds of histories. Throws `UsageError`. */
export function rangeOptions(from: string | undefined, to: string | undefined): HistoryRange {
  const timeOf = (value: string | undefined): string | undefined => {
    const start = value === undefined ? undefined : parseKafkaStart(value);
    return typeof start === 'object' ? new Date(start.atMs).toISOString() : undefined;
  };
  const range = { from: timeOf(from), to: timeOf(to) };
  if (to !== undefined && range.to === undefined) {
    throw new UsageError('option-to', `--to ${to} is no time`, 'Write a time in UTC such as 2026-05-01T08:00:00Z.');
  }
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw new UsageError('option-to', '--to is not after --from', 'Nothing lies between them: correct one.');
  }
  return range;
}

/** Values of `--host-alias SHORT=FULL`; names compare in lower case (decision 3). */
export function hostAliasOptions(values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const match = /^([^=\s]+)=([^=\s]+)$/.exec(value);
      if (match === null) {
        throw new UsageError(
          'option-host-alias',
          `--host-alias ${value} is not SHORT=FULL`,
          'Write --host-alias ws5=ws5.corp.example.',
        );
      }
      return [(match[1] as string).toLowerCase(), (match[2] as string).toLowerCase()];
    }),
  );
}

/** What means nothing where a source has no end. */
export function checkEndlessOptions({ snapshots, records }: RunOptions): void {
  if (!snapshots && !records) return;
  const option = snapshots ? '--snapshots' : '--records';
  throw new UsageError('option-kafka', `${option} is for sources that end`, `Leave out ${option}, or name a file.`);
}

/** Combinations that mean nothing. */
export function checkRunOptions(options: RunOptions): void {
  if (options.snapshots && options.format !== 'ndjson') {
    throw new UsageError(
      'option-snapshots',
      '--snapshots needs --format ndjson',
      'Snapshots are lines: add --format ndjson.',
    );
  }
  if (options.snapshots && options.state !== undefined) {
    throw new UsageError('option-snapshots', '--snapshots keeps no state', 'Leave out --state, or --snapshots.');
  }
  if (options.follow === true && options.snapshots) {
    throw new UsageError(
      'option-follow',
      '--snapshots reads to the end of its sources',
      'Leave out --follow, or --snapshots.',
    );
  }
  if (options.follow === true && options.records) {
    throw new UsageError('option-follow', '--records counts all records', 'Leave out --follow, or --records.');
  }
  if (options.last === 'frozen' && options.state !== undefined) {
    throw new UsageError(
      'option-last',
      '--last frozen keeps no state: each start is another range',
      'Leave out --state, or write START and STOP into the hunt.',
    );
  }
  if (options.records && options.state !== undefined) {
    throw new UsageError('option-records', '--records keeps no state', 'Leave out --state, or --records.');
  }
  if (options.records && retains(options)) {
    throw new UsageError('option-records', '--records counts all records', 'Leave out --retention, or --records.');
  }
}
