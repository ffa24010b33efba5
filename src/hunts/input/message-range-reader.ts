import type { LogPosition, MessageLog } from '../../telemetry/message-log.ts';
import type { MessageRange, PartitionStretch } from '../../telemetry/message-range.ts';
import { blankBatch } from '../../telemetry/messages/blank-batch.ts';
import { messagePlace } from '../../telemetry/messages/message-place.ts';
import type { SourceHole } from '../coverage/coverage-hole.ts';
import { BatchMerge } from './batch-merge.ts';
import { MessageReader, type MessageReaderOptions } from './message-reader.ts';
import type { BatchSupply, PartitionPosition, PlacePosition, ReadBatch } from './source-reader.ts';

export interface MessageRangeReaderOptions extends Omit<MessageReaderOptions, 'log' | 'fromMs'> {
  readonly range: MessageRange;
}

/**
 * One source of a scope whose records are messages of a stretch of a log: its partitions, batch by batch by earliest event
 * time. The first batch is empty and says where every partition begins and ends, so that whoever goes on with it reads up
 * to the same ends.
 */
export class MessageRangeReader implements BatchSupply {
  readonly name: string;
  readonly #options: MessageRangeReaderOptions;
  readonly #ends = new Map<string, number>();
  readonly #told = new Set<string>();
  #merge: BatchMerge | undefined;

  constructor(options: MessageRangeReaderOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async next(): Promise<ReadBatch | undefined> {
    if (this.#merge === undefined) {
      const first = await this.#open();
      if (first !== undefined) return first;
    }
    const next = await (this.#merge as unknown as BatchMerge).next();
    return next === undefined ? undefined : { ...next, position: this.#bounded(next.position) };
  }

  async close(): Promise<void> {
    await this.#options.range.close();
  }

  async #open(): Promise<ReadBatch | undefined> {
    const { range, known, onPlace, onNotice, decode, name } = this.#options;
    const begun = known.flatMap(({ partition, position }) =>
      partition?.source !== name
        ? []
        : [{ ...partition, offset: partition.replayFrom ?? position.offset, end: partition.end ?? position.offset }],
    );
    const stretches = await range.open(begun, onNotice);
    for (const stretch of stretches) this.#ends.set(messagePlace(stretch), stretch.end);
    const readers = stretches.map(
      (stretch) =>
        new MessageReader({
          ...this.#options,
          log: partitionLog(range, stretch),
          // Partitions of a topic say the same of it.
          onPlace: (notice) => this.#once(notice.place, () => onPlace(notice)),
          onNotice: (notice) => this.#once(`${notice.place} ${notice.code}`, () => onNotice(notice)),
        }),
    );
    const opened: ReadBatch[] = [];
    for (const reader of readers) {
      const read = await reader.next();
      if (read !== undefined) opened.push(read);
    }
    this.#merge = new BatchMerge(readers);
    const [position, ...also] = opened.map((read) => this.#bounded(read.position));
    if (position === undefined) return undefined;
    const holes = [...opened.flatMap((read) => read.holes ?? []), ...stretches.flatMap(expiredBefore)];
    return { batch: blankBatch(name, name, decode), position, also, holes };
  }

  #bounded(position: PlacePosition): PlacePosition {
    const partition = position.partition as PartitionPosition;
    return { ...position, partition: { ...partition, end: this.#ends.get(position.place) as number } };
  }

  #once(what: string, tell: () => void): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    tell();
  }
}

/** One partition of a range as a log that ends. */
function partitionLog(range: MessageRange, stretch: PartitionStretch): MessageLog {
  const { topic, partition, cluster, offset, lostFrom } = stretch;
  const start: LogPosition = { topic, partition, cluster, offset, ...(lostFrom === undefined ? {} : { lostFrom }) };
  return {
    open: () => Promise.resolve([start]),
    next: () => range.next(topic, partition),
    committed: () => {},
    close: () => Promise.resolve(),
  };
}

function expiredBefore({ topic, partition, expiredFromMs: fromMs }: PartitionStretch): SourceHole[] {
  return fromMs === undefined ? [] : [{ cause: 'expired', place: messagePlace({ topic, partition }), fromMs }];
}
