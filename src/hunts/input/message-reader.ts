import type { AvroType } from '../../telemetry/avro/avro-type.ts';
import type { DecodeOptions } from '../../telemetry/decoder.ts';
import { NO_PARTITION, type LogPosition, type MessageLog, type MessageRun } from '../../telemetry/message-log.ts';
import { blankBatch } from '../../telemetry/messages/blank-batch.ts';
import { messagePlace } from '../../telemetry/messages/message-place.ts';
import { TopicDecoder, type DecodedMessages, type MessageProgress } from '../../telemetry/messages/topic-decoder.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { SourceHole } from '../coverage/coverage-hole.ts';
import type { SourceNotice } from './source-notice.ts';
import type { BatchSupply, PartitionPosition, PlaceNotice, PlacePosition, ReadBatch } from './source-reader.ts';
import { TopicNotices } from './topic-notices.ts';

export interface MessageReaderOptions {
  readonly name: string;
  readonly log: MessageLog;
  readonly schema?: AvroType | undefined;
  readonly decode: Omit<DecodeOptions, 'from'>;
  readonly known: readonly PlacePosition[];
  /** What is not known begins with the last message before this time, ms; absent: as the source wants it. */
  readonly fromMs?: number | undefined;
  readonly onPlace: (notice: PlaceNotice) => void;
  readonly onNotice: (notice: SourceNotice) => void;
}

interface PartitionProgress extends MessageProgress {
  readonly cluster: string;
  readonly records: number;
}

/**
 * One source of a scope whose records are messages of a log. The first batch is empty and says where every partition
 * begins, so that a restart knows, whether or not a message has come by then.
 */
export class MessageReader implements BatchSupply {
  readonly name: string;
  readonly #options: MessageReaderOptions;
  readonly #decoders = new Map<string, TopicDecoder>();
  readonly #partitions = new Map<string, PartitionProgress>();
  readonly #notices: TopicNotices;
  #cluster = '';
  #run: MessageRun | undefined;
  #batches: AsyncIterator<DecodedMessages> | undefined;
  #opened = false;

  constructor(options: MessageReaderOptions) {
    this.name = options.name;
    this.#options = options;
    this.#notices = new TopicNotices(options.onPlace, options.onNotice);
  }

  async next(): Promise<ReadBatch | undefined> {
    if (!this.#opened) {
      this.#opened = true;
      const first = await this.#open();
      if (first !== undefined) return first;
    }
    for (;;) {
      if (this.#batches === undefined) {
        const run = await this.#options.log.next();
        if (run === undefined) return undefined;
        const hole = this.#begin(run);
        if (hole !== undefined) return hole;
      }
      const run = this.#run as MessageRun;
      const next = await (this.#batches as AsyncIterator<DecodedMessages>).next();
      if (next.done === true) {
        this.#batches = undefined;
        continue;
      }
      const { batch, progress } = next.value;
      this.#notices.batch(run.topic, batch, this.#decoderOf(run.topic).format);
      return { batch, position: this.#advance(run, batch, progress), end: run.end };
    }
  }

  committed(positions: readonly PlacePosition[]): void {
    const own = positions.flatMap(({ partition, position }): LogPosition[] =>
      partition?.source !== this.name || partition.partition === NO_PARTITION
        ? []
        : [{ ...partition, offset: position.offset }],
    );
    if (own.length > 0) this.#options.log.committed(own);
  }

  async close(): Promise<void> {
    await this.#options.log.close();
    this.#batches = undefined;
  }

  async #open(): Promise<ReadBatch | undefined> {
    const { log, known, onNotice, fromMs } = this.#options;
    const before = known.filter(({ partition }) => partition?.source === this.name);
    const starts = await log.open(
      before.map(({ partition, position }) => ({
        topic: partition?.topic as string,
        partition: partition?.partition as number,
        cluster: partition?.cluster as string,
        offset: partition?.replayFrom ?? position.offset,
      })),
      onNotice,
      fromMs,
    );
    const holes: SourceHole[] = [];
    const positions = starts.map((start): PlacePosition => {
      this.#cluster = start.cluster;
      const place = messagePlace(start);
      const stored = before.find((each) => each.place === place && each.partition?.cluster === start.cluster);
      const replaced = stored === undefined && before.some((each) => each.place === place);
      this.#notices.start(start.topic, stored !== undefined, replaced);
      // What is read again for the sake of later messages has been seen.
      const lostFrom = Math.max(start.lostFrom ?? Infinity, stored?.position.offset ?? 0);
      holes.push(...expired(place, lostFrom, start.offset));
      if (stored !== undefined && isAnew(start, stored)) holes.push({ cause: 'expired', place });
      this.#partitions.set(place, resumed(start, stored));
      const opened = this.#position(start.topic, start.partition);
      const partition = opened.partition as PartitionPosition;
      return start.end === undefined ? opened : { ...opened, partition: { ...partition, end: start.end } };
    });
    const [position, ...also] = positions;
    return position === undefined
      ? undefined
      : { batch: blankBatch(this.name, this.name, this.#options.decode), position, also, holes };
  }

  /** Goes on with a run; gives the hole that it stands for. */
  #begin(run: MessageRun): ReadBatch | undefined {
    const place = messagePlace(run);
    let from = this.#partitions.get(place);
    const { lostFrom, next, messages } = run;
    const holes = lostFrom === undefined ? [] : expired(place, Math.max(lostFrom, from?.offset ?? 0), next);
    // What the old one held beyond what was read of it nobody knows.
    if (from !== undefined && run.anew === true) holes.push({ cause: 'expired', place });
    if (from === undefined || run.anew === true) {
      this.#decoders.get(run.topic)?.forget(run.partition);
      const offset = run.messages[0]?.offset ?? run.next;
      from = { cluster: this.#cluster, records: from?.records ?? 0, offset, within: 0 };
      this.#partitions.set(place, from);
    }
    // At once, as it may be long until something comes behind it.
    if (holes.length > 0 && messages.length === 0) {
      const batch = blankBatch(this.name, this.name, this.#options.decode);
      const position = this.#advance(run, batch, { offset: next, within: 0 });
      return { batch, position, end: run.end, holes };
    }
    this.#run = run;
    this.#batches = this.#decoderOf(run.topic).batches(run, from)[Symbol.asyncIterator]();
    return undefined;
  }

  #advance(run: MessageRun, batch: RecordBatch, progress: MessageProgress): PlacePosition {
    const place = messagePlace(run);
    const { cluster, records } = this.#partitions.get(place) as PartitionProgress;
    this.#partitions.set(place, { ...progress, cluster, records: records + batch.size });
    return this.#position(run.topic, run.partition);
  }

  #position(topic: string, partition: number): PlacePosition {
    const place = messagePlace({ topic, partition });
    const { offset, records, cluster, within, replayFrom } = this.#partitions.get(place) as PartitionProgress;
    return {
      place,
      position: { offset, records },
      head: '',
      headLength: 0,
      partition: {
        source: this.name,
        topic,
        partition,
        cluster,
        within,
        ...(replayFrom === undefined ? {} : { replayFrom }),
      },
    };
  }

  #decoderOf(topic: string): TopicDecoder {
    let decoder = this.#decoders.get(topic);
    if (decoder === undefined) {
      const { name, decode, schema } = this.#options;
      decoder = new TopicDecoder({ source: name, topic, decode, schema });
      this.#decoders.set(topic, decoder);
    }
    return decoder;
  }
}

/** The log has less of the partition than was read of it. */
function isAnew({ offset }: Pick<LogPosition, 'offset'>, { partition, position }: PlacePosition): boolean {
  return offset < (partition?.replayFrom ?? position.offset);
}

/** Messages from `from` up to and without `to` were gone before they were read. */
function expired(place: string, from: number, to: number): SourceHole[] {
  return from < to ? [{ cause: 'expired', place, count: to - from, offsets: [from, to - 1] }] : [];
}

/** Where a partition goes on. The log may begin later than what is known of it, or anew at a lower offset. */
function resumed({ cluster, offset }: LogPosition, stored: PlacePosition | undefined): PartitionProgress {
  if (stored?.partition === undefined) return { cluster, offset, within: 0, records: 0 };
  const { position, partition } = stored;
  if (isAnew({ offset }, stored) || offset > position.offset)
    return { cluster, offset, within: 0, records: position.records };
  const replay = partition.replayFrom === undefined ? {} : { replayFrom: offset };
  return { cluster, offset: position.offset, within: partition.within, records: position.records, ...replay };
}
