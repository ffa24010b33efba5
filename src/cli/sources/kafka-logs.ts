import { createHash } from 'node:crypto';
import type { ScopeLog } from '../../hunts/run/scope-run-options.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { kafkaEnvironment } from '../config/kafka-config.ts';
import { readKafkaSettings } from '../config/read-kafka-settings.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { ResolvedSource } from './source-resolver.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** Opens the log of an endless source. `group`: names the reader; one that goes on with a state has that of the state. */
export type OpenLog = (source: ResolvedSource, group: string, timer: Timer) => Promise<ScopeLog>;

/** Kafka sources as the configuration, or else the environment, says they are reached. */
export function kafkaLogs(
  { kafka, from }: Pick<RunOptions, 'kafka' | 'from'>,
  { env, cwd }: Pick<TerminalIo, 'env' | 'cwd'>,
): OpenLog {
  return async ({ id, uri }, group, timer) => {
    const { settings, schema } = await readKafkaSettings(kafka?.get(uri) ?? kafkaEnvironment(env, cwd));
    const { brokers, topics } = parseKafkaUri(uri.replace(/^kafka:/u, ''));
    // Client and library are loaded only where a topic is read.
    const { openKafkaJs } = await import('../../sources/kafka/kafkajs-client.ts');
    const { KafkaLog } = await import('../../sources/kafka/kafka-log.ts');
    const source = createHash('sha256').update(id).digest('hex').slice(0, 6);
    const log = new KafkaLog({
      place: uri,
      topics,
      group: `${settings.groupPrefix ?? 'windhover'}-${group}-${source}`,
      start: from ?? settings.start ?? 'earliest',
      client: await openKafkaJs(brokers, settings),
      timer,
      sessionMs: settings.sessionMs,
    });
    return { log, schema };
  };
}
