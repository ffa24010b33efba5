import type { LogMessage } from '../../telemetry/message-log.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Offsets that a partition holds: from `first` on, up to before `end`. */
export interface PartitionRange {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

/** What one fetch gave of one partition. */
export interface FetchedMessages extends TopicPartition {
  /** Offset that was asked for; absent where it is not known, and what was fetched follows on what came before. */
  readonly from: number | undefined;
  readonly messages: readonly LogMessage[];
  /** Offset behind what was fetched, messages that are not shown (of transactions) included. */
  readonly next: number;
  /** Offset behind the last message of the partition at that time; absent where it was not told. */
  readonly end?: number | undefined;
}

export interface ConsumerEvents {
  /** After each joining of the group, before anything is fetched: `seek` says where a partition goes on. */
  joined(assigned: readonly TopicPartition[], seek: (partition: TopicPartition, offset: number) => void): void;
  /**
   * Messages of a partition; the next ones come after it has settled. `beat` tells the group that this member lives, and
   * throws where the group is being divided anew: then it has to end at once.
   */
  fetched(messages: FetchedMessages, beat: () => Promise<void>): Promise<void>;
  /** Nothing comes any more. Not told after `stop`. */
  ended(error: unknown): void;
}

/** A member of a consumer group that reads topics from their beginning, where nothing else is said. */
export interface KafkaConsumer {
  /** Fetches nothing for now, of these partitions, or of all; the member stays in the group. */
  pause(partitions?: readonly TopicPartition[]): void;
  resume(partitions?: readonly TopicPartition[]): void;
  seek(partition: TopicPartition, offset: number): void;
  /** For lag tools only. */
  commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>;
  /** Leaves the group. Never throws. */
  stop(): Promise<void>;
}

/**
 * What the source needs of a Kafka client: narrow enough that a broker in memory can stand in for it. Everything may throw
 * `SourceError` whose code begins with `kafka-`.
 */
export interface KafkaClient {
  /** Id of the cluster. */
  cluster(): Promise<string>;
  /** Topic → its partitions; topics that are not there, or that may not be seen, are absent. Creates none. */
  ranges(topics: readonly string[]): Promise<ReadonlyMap<string, readonly PartitionRange[]>>;
  /** Partition → offset of the first message of that time or later, the end where there is none. */
  offsetsAt(topic: string, ms: number): Promise<ReadonlyMap<number, number>>;
  /** Number of members of a consumer group; 0 where that may not be asked. */
  members(group: string): Promise<number>;
  /** Deletes a group. False where a member has not left yet. Never throws: the broker drops an empty one without offsets. */
  removeGroup(group: string): Promise<boolean>;
  /** Joins a group. Settles when it has joined, or failed to, which `ended` tells. */
  consume(group: string, topics: readonly string[], events: ConsumerEvents): Promise<KafkaConsumer>;
  close(): Promise<void>;
}
