import { SourceError } from '../../errors/windhover-error.ts';
import type { PartitionStretch } from '../../telemetry/message-range.ts';
import type { PartitionRange } from './kafka-client.ts';

/** Offsets of a topic that are to be read, both inclusive; absent: from the first on, up to the last there is. */
export interface OffsetRange {
  readonly topic: string;
  /** Absent: of each partition. */
  readonly partition?: number | undefined;
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

export interface StretchQuestion {
  readonly topics: readonly string[];
  readonly ranges: ReadonlyMap<string, readonly PartitionRange[]>;
  /** Event time from which on records are wanted, ms. */
  readonly fromMs?: number | undefined;
  /** Topic → partition → offset of the first message sent at `fromMs` or later; and of the first that is read for it. */
  readonly times: ReadonlyMap<string, { readonly at: Offsets; readonly before: Offsets }>;
  readonly offsets: readonly OffsetRange[];
  /** Goes on with these, in this cluster. */
  readonly known: readonly Pick<PartitionStretch, 'topic' | 'partition' | 'cluster' | 'offset' | 'end'>[];
  readonly cluster: string;
}

type Offsets = ReadonlyMap<number, number>;

/**
 * What is read of each partition. Records are sent after they happened, so those of a range of event time lie behind the
 * first message of that time, and up to the end of the partition: how long they took to be sent nobody knows. Throws
 * `SourceError` where a partition that was begun is another one by now, or one that was asked for is not there.
 */
export function partitionStretches(question: StretchQuestion): readonly PartitionStretch[] {
  const { topics, ranges, offsets, known, cluster } = question;
  for (const { topic, partition } of offsets) {
    const there = ranges.get(topic) ?? [];
    if (partition === undefined || there.some((each) => each.partition === partition)) continue;
    throw new SourceError('kafka-partition-missing', `The topic ${topic} has no partition ${partition}`, {
      hint: `It has ${there.length}, counted from 0.`,
    });
  }
  return topics.flatMap((topic) =>
    (ranges.get(topic) ?? []).flatMap((range): PartitionStretch[] => {
      const { partition } = range;
      const at = { topic, partition, cluster };
      const begun = known.find((each) => each.topic === topic && each.partition === partition);
      // A partition that came since is not part of what was begun.
      if (known.length > 0) return begun === undefined ? [] : [{ ...at, ...goneOn(begun, range) }];
      const asked = offsets.filter((each) => each.topic === topic);
      if (asked.length === 0) return [{ ...at, ...byTime(question, topic, range) }];
      const own = asked.find((each) => (each.partition ?? partition) === partition);
      return own === undefined ? [] : [{ ...at, ...byOffset(own, range) }];
    }),
  );
}

function goneOn(
  { topic, partition, offset, end }: StretchQuestion['known'][number],
  range: PartitionRange,
): Pick<PartitionStretch, 'offset' | 'end' | 'lostFrom'> {
  if (end > range.end) {
    const what = `${topic}/${partition} ends at ${range.end} now, and at ${end} when the backtest began`;
    throw new SourceError('kafka-topic-anew', `${what}: the topic was made anew`, {
      hint: 'Begin the backtest anew, with another --state folder.',
    });
  }
  return { offset: Math.max(offset, Math.min(range.first, end)), end, ...lost(offset, Math.min(range.first, end)) };
}

function byOffset(
  { first = 0, last = Infinity }: OffsetRange,
  range: PartitionRange,
): Pick<PartitionStretch, 'offset' | 'end' | 'lostFrom'> {
  const end = Math.min(last + 1, range.end);
  const begin = Math.min(Math.max(first, range.first), end);
  // Without a first offset what the topic keeps was asked for, and no more.
  return { offset: begin, end, ...lost(first === 0 ? begin : first, begin) };
}

function byTime(
  { fromMs, times }: StretchQuestion,
  topic: string,
  { partition, first, end }: PartitionRange,
): Pick<PartitionStretch, 'offset' | 'end' | 'expiredFromMs'> {
  if (fromMs === undefined) return { offset: first, end };
  const timed = times.get(topic);
  const at = timed?.at.get(partition) ?? end;
  const offset = Math.min(Math.max(first, timed?.before.get(partition) ?? first), end);
  // Something was deleted, and nothing is left that is older than the range.
  return { offset, end, ...(first > 0 && at <= first ? { expiredFromMs: fromMs } : {}) };
}

function lost(from: number, to: number): Pick<PartitionStretch, 'lostFrom'> {
  return from < to ? { lostFrom: from } : {};
}
