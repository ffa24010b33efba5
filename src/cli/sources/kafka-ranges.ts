import { randomBytes } from 'node:crypto';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import type { ScopeRange } from '../../hunts/run/scope-run-options.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import type { OffsetRange } from '../../sources/kafka/partition-stretches.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { kafkaEnvironment, type KafkaConfig } from '../config/kafka-config.ts';
import { readKafkaSettings } from '../config/read-kafka-settings.ts';
import type { TerminalIo } from '../terminal-io.ts';
import type { ResolvedSource } from './source-resolver.ts';

/** Opens a stretch of topics. */
export type OpenRange = (source: ResolvedSource, timer: Timer) => Promise<ScopeRange>;

export interface KafkaRangesOptions {
  /** How sources of the configuration are reached, by their URI. */
  readonly kafka: ReadonlyMap<string, KafkaConfig>;
  readonly bounds: TimeBounds | undefined;
  readonly offsets: readonly OffsetRange[];
}

/** Topics of Kafka up to where they end, as the configuration, or else the environment, says they are reached. */
export function kafkaRanges(
  { kafka, bounds, offsets }: KafkaRangesOptions,
  { env, cwd }: Pick<TerminalIo, 'env' | 'cwd'>,
): OpenRange {
  return async ({ uri }, timer) => {
    const { settings, schema } = await readKafkaSettings(kafka.get(uri) ?? kafkaEnvironment(env, cwd));
    const { brokers, topics } = parseKafkaUri(uri.replace(/^kafka:/u, ''));
    // Client and library are loaded only where a topic is read.
    const { openKafkaJs } = await import('../../sources/kafka/kafkajs-client.ts');
    const { KafkaRange } = await import('../../sources/kafka/kafka-range.ts');
    const fromMs = bounds?.fromMs;
    const range = new KafkaRange({
      place: uri,
      topics,
      group: `${settings.groupPrefix ?? 'windhover'}-backtest-${randomBytes(6).toString('hex')}`,
      client: await openKafkaJs(brokers, settings),
      timer,
      // Bare datums refer to what was sent before, however long ago.
      fromMs: fromMs === undefined || fromMs === -Infinity || schema !== undefined ? undefined : fromMs,
      offsets: offsets.filter(({ topic }) => topics.includes(topic)),
    });
    return { range, schema };
  };
}
