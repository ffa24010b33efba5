/** One message of a partition. `value` is null in a tombstone; it is valid until the next run is asked for. */
export interface LogMessage {
  readonly offset: number;
  readonly value: Uint8Array | null;
}

/** Messages of one partition, one behind the other. */
export interface MessageRun {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly LogMessage[];
  /** Offset to go on at; beyond the last message also where the log left something out. */
  readonly next: number;
  /** Offset behind the last message of the partition when these were fetched, where the log tells. */
  readonly end?: number | undefined;
  /** Without messages: those from this offset on up to `next` were gone before they were read. */
  readonly lostFrom?: number;
  /** The partition counts its offsets anew: what was known of it is about another one. */
  readonly anew?: true;
}

/** Stands for a topic that was not there when it was looked for: its partitions are read from their beginning. */
export const NO_PARTITION = -1;

/** How far a partition has been read. Serialisable. */
export interface LogPosition {
  readonly topic: string;
  /** `NO_PARTITION`: the topic was awaited before it was there. */
  readonly partition: number;
  /** Of the next message. */
  readonly offset: number;
  /** Names the log as a whole: positions of another one mean nothing here. */
  readonly cluster: string;
  /** Told at the opening: offset behind the last message that was there. */
  readonly end?: number;
  /** Told at the opening: messages from this offset on up to `offset` were gone before they were read. */
  readonly lostFrom?: number;
}

/** Something that the owner of the log should know. */
export interface LogNotice {
  readonly place: string;
  readonly code: string;
  readonly message: string;
  /** The log cannot be read from now on, or can be again. */
  readonly reach?: 'away' | 'back';
}

/** A log of messages in topics and partitions that has no end (Kafka). Implemented by the rooms of the sources. */
export interface MessageLog {
  /**
   * Connects and tells where each partition begins: where `known` says, else with the last message
   * before `fromMs` (time of messages, ms), else as the source wants it. Called once, before anything else. Throws `SourceError`, `retriable` where the log could not be reached.
   */
  open(
    known: readonly LogPosition[],
    tell: (notice: LogNotice) => void,
    fromMs?: number,
  ): Promise<readonly LogPosition[]>;
  /** The next messages, in order within each partition, none twice; `undefined` once closed. Throws `SourceError`. */
  next(): Promise<MessageRun | undefined>;
  /** These positions are kept for good; whoever watches how far the source is behind may be told. */
  committed(positions: readonly LogPosition[]): void;
  close(): Promise<void>;
}
