import { NO_PARTITION, type LogPosition } from '../../telemetry/message-log.ts';
import { misfitOf, type Misfit } from './fetch-state.ts';
import type { PartitionRange, TopicPartition } from './kafka-client.ts';
import type { KafkaStart } from './kafka-settings.ts';

export interface StartQuestion {
  readonly topics: readonly string[];
  readonly ranges: ReadonlyMap<string, readonly PartitionRange[]>;
  /** Topic → partition → offset of the time to start at, where the start is a time. */
  readonly times: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Positions in this cluster. */
  readonly known: readonly LogPosition[];
  readonly start: KafkaStart;
  /** So many messages before the start come too. Default 0. */
  readonly lead?: number;
  readonly cluster: string;
}

export interface StartPositions {
  readonly positions: readonly LogPosition[];
  readonly missing: readonly string[];
  readonly misfits: readonly { readonly at: TopicPartition; readonly expected: number; readonly misfit: Misfit }[];
}

/**
 * Where each partition begins. A position that is known holds; of a topic met for the first time the start decides; a
 * partition that has come since, and a topic that was awaited, are read from their beginning, as nothing of them is old.
 */
export function startPositions(question: StartQuestion): StartPositions {
  const { topics, ranges, times, known, start, lead = 0, cluster } = question;
  const positions: LogPosition[] = [];
  const missing: string[] = [];
  const misfits: { at: TopicPartition; expected: number; misfit: Misfit }[] = [];
  for (const topic of topics) {
    const before = known.filter((each) => each.topic === topic);
    const found = ranges.get(topic);
    if (found === undefined) {
      missing.push(topic);
      positions.push({ topic, partition: NO_PARTITION, offset: 0, cluster });
      continue;
    }
    for (const { partition, first, end } of found) {
      const at = { topic, partition };
      const expected = before.find((each) => each.partition === partition)?.offset;
      const misfit = expected === undefined ? undefined : misfitOf(expected, { partition, first, end });
      if (misfit !== undefined) misfits.push({ at, expected: expected as number, misfit });
      const fresh =
        before.length > 0
          ? first
          : Math.max(first, startOffset(start, { first, end, timed: times.get(topic)?.get(partition) }) - lead);
      const lost = misfit?.kind === 'expired' ? { lostFrom: expected as number } : {};
      positions.push({ ...at, offset: misfit?.first ?? expected ?? fresh, cluster, end, ...lost });
    }
  }
  return { positions, missing, misfits };
}

function startOffset(
  start: KafkaStart,
  { first, end, timed }: { readonly first: number; readonly end: number; readonly timed: number | undefined },
): number {
  if (start === 'earliest') return first;
  return start === 'latest' ? end : (timed ?? end);
}
