import type { LogNotice, MessageRun } from './message-log.ts';

/** What is read of one partition of a log: messages from `offset` on, up to and without `end`. Serialisable. */
export interface PartitionStretch {
  readonly topic: string;
  readonly partition: number;
  /** Names the log as a whole: positions of another one mean nothing here. */
  readonly cluster: string;
  /** Of the next message. */
  readonly offset: number;
  /** Fixed when reading began: what comes later is not read. */
  readonly end: number;
  /** Messages from this offset on up to `offset` are gone. */
  readonly lostFrom?: number;
  /** Messages of this time (ms) on may have been in the partition and are gone; nobody knows how many. */
  readonly expiredFromMs?: number;
}

/** A stretch of a log of messages (Kafka) that has an end. Implemented by the rooms of the sources. */
export interface MessageRange {
  /**
   * Connects and tells what is read of each partition: what `known` says, else what the source wants. Called once, before
   * anything else. Throws `SourceError`, `retriable` where the log could not be reached.
   */
  open(
    known: readonly Pick<PartitionStretch, 'topic' | 'partition' | 'cluster' | 'offset' | 'end'>[],
    tell: (notice: LogNotice) => void,
  ): Promise<readonly PartitionStretch[]>;
  /**
   * The next messages of a partition, in order, none twice; `undefined` at its end, or once closed. One question at a time.
   * Partitions may be read at any speed: what is fetched ahead is bounded. Throws `SourceError`.
   */
  next(topic: string, partition: number): Promise<MessageRun | undefined>;
  /** Leaves nothing behind where the log is kept. */
  close(): Promise<void>;
}
