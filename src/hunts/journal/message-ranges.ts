import type { DecodeOptions } from '../../telemetry/decoder.ts';
import type { LogMessage } from '../../telemetry/message-log.ts';
import { messagePlace } from '../../telemetry/messages/message-place.ts';
import { TopicDecoder } from '../../telemetry/messages/topic-decoder.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { ScopeLog } from '../run/scope-run-options.ts';
import type { JournalMark, JournalRead } from './journal-step.ts';
import { rangeDiffers, rangeGone, type RangeReader } from './range-reader.ts';

/** Messages of partitions that are not wanted yet are kept up to this many bytes; beyond it they are fetched again. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export interface MessageRangesOptions {
  readonly source: string;
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** Opens the topics for a reader that nobody else shares. */
  readonly open: () => Promise<ScopeLog>;
  /** Where each partition of the source is first wanted, by its place. */
  readonly firsts: ReadonlyMap<string, JournalRead>;
}

interface Partition {
  readonly waiting: LogMessage[];
  /** What lies before has gone by. */
  first: number;
  /** Offset behind what has been fetched. */
  next: number;
}

/** Ranges of partitions, in whatever order they were taken: what comes of others meanwhile waits. */
export class MessageRanges implements RangeReader {
  readonly #options: MessageRangesOptions;
  readonly #decoders = new Map<string, TopicDecoder>();
  /** By place: how far it has been given. */
  readonly #given = new Map<string, JournalMark>();
  readonly #partitions = new Map<string, Partition>();
  #scopeLog: ScopeLog | undefined;
  #waitingBytes = 0;

  constructor(options: MessageRangesOptions) {
    this.#options = options;
  }

  async read(range: JournalRead): Promise<RecordBatch> {
    const { place, from, to } = range;
    const { topic, partition } = place.partition as NonNullable<typeof place.partition>;
    const given = this.#given.get(place.place);
    // What lies before the records may say what they refer to.
    const start = given === undefined || given.offset > from.offset ? beginOf(from) : given.offset;
    const end = (to.within ?? 0) > 0 ? to.offset + 1 : to.offset;
    const messages = await this.#fetch(range, start, end);
    const decoder = this.#decoderOf(topic);
    if (given === undefined || given.offset > from.offset) decoder.forget(partition);
    const run = { topic, partition, messages, next: to.offset };
    const { offset, within = 0, replayFrom } = from;
    const progress = { offset, within, ...(replayFrom === undefined ? {} : { replayFrom }) };
    for await (const { batch, progress: reached } of decoder.batches(run, progress)) {
      if (batch.size === 0 && reached.offset <= from.offset) continue;
      const isThere = reached.offset === to.offset && reached.within === (to.within ?? 0);
      if (batch.size !== range.size || !isThere) break;
      this.#given.set(place.place, to);
      return batch;
    }
    throw rangeDiffers(range, `there are not the ${range.size} records that there were`);
  }

  async close(): Promise<void> {
    await this.#scopeLog?.log.close();
    this.#scopeLog = undefined;
    this.#partitions.clear();
  }

  /** Messages from `start` to before `end`; the one at `end - 1` stays, as a range may end within it. */
  async #fetch(range: JournalRead, start: number, end: number): Promise<LogMessage[]> {
    const { place } = range.place;
    if (this.#isBehind(place, start)) await this.#reopen(range, start, end);
    for (;;) {
      const partition = this.#partitions.get(place) as Partition;
      if (partition.next >= end) {
        while ((partition.waiting[0]?.offset ?? Infinity) < start) this.#drop(partition);
        const count = partition.waiting.findIndex(({ offset }) => offset >= end);
        const taken = partition.waiting.slice(0, count < 0 ? partition.waiting.length : count);
        while ((partition.waiting[0]?.offset ?? Infinity) < end - 1) this.#drop(partition);
        return taken;
      }
      const run = await (this.#scopeLog as ScopeLog).log.next();
      if (run === undefined) throw rangeGone(range, 'the topics were closed');
      const other = this.#partitions.get(messagePlace(run));
      if (run.anew === true && other === partition) throw rangeGone(range, 'its partition counts its offsets anew');
      if (other === undefined) continue;
      for (const { offset, value } of run.messages) {
        // What is given is valid until the next run only.
        other.waiting.push({ offset, value: value === null ? null : Uint8Array.from(value) });
        this.#waitingBytes += value?.length ?? 0;
      }
      other.next = run.next;
      if (this.#waitingBytes > MAX_WAITING_BYTES) this.#forgetOthers(partition);
    }
  }

  /** What is wanted has gone by, or has never been asked for. */
  #isBehind(place: string, start: number): boolean {
    const partition = this.#partitions.get(place);
    return this.#scopeLog === undefined || partition === undefined || start < partition.first;
  }

  async #reopen(range: JournalRead, start: number, end: number): Promise<void> {
    await this.close();
    this.#waitingBytes = 0;
    this.#scopeLog = await this.#options.open();
    const { log } = this.#scopeLog;
    const known = [...this.#options.firsts.values()].map((first) => {
      const { topic, partition, cluster } = first.place.partition as NonNullable<typeof first.place.partition>;
      const given = this.#given.get(first.place.place);
      const offset = first.place.place === range.place.place ? start : (given?.offset ?? beginOf(first.from));
      return { topic, partition, cluster, offset };
    });
    const starts = await log.open(known, () => {});
    for (const { topic, partition, offset, cluster, end: logEnd } of starts) {
      const first = [...this.#options.firsts.values()].find(
        ({ place }) => place.partition?.topic === topic && place.partition.partition === partition,
      );
      if (first === undefined) continue;
      const { place } = first.place;
      this.#partitions.set(place, { waiting: [], first: offset, next: offset });
      if (place !== range.place.place) continue;
      if (cluster !== first.place.partition?.cluster) throw rangeGone(range, 'it is another cluster by now');
      if (offset > start) throw rangeGone(range, `the partition begins at offset ${offset} by now`);
      if (logEnd !== undefined && logEnd < end) throw rangeGone(range, `the partition ends at offset ${logEnd}`);
    }
    if (!this.#partitions.has(range.place.place)) throw rangeGone(range, 'its partition is not there any more');
  }

  #forgetOthers(wanted: Partition): void {
    for (const [place, partition] of this.#partitions) {
      if (partition === wanted) continue;
      this.#partitions.delete(place);
      for (const { value } of partition.waiting) this.#waitingBytes -= value?.length ?? 0;
    }
  }

  #drop(partition: Partition): void {
    const dropped = partition.waiting.shift();
    if (dropped === undefined) return;
    partition.first = dropped.offset + 1;
    this.#waitingBytes -= dropped.value?.length ?? 0;
  }

  #decoderOf(topic: string): TopicDecoder {
    let decoder = this.#decoders.get(topic);
    if (decoder === undefined) {
      const { source, decode } = this.#options;
      decoder = new TopicDecoder({ source, topic, decode, schema: this.#scopeLog?.schema });
      this.#decoders.set(topic, decoder);
    }
    return decoder;
  }
}

function beginOf({ offset, replayFrom }: JournalMark): number {
  return Math.min(offset, replayFrom ?? offset);
}
