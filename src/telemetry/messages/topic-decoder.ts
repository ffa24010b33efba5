import type { AvroType } from '../avro/avro-type.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { DecodeOptions } from '../decoder.ts';
import { DocumentDecoder, type DocumentVerdict } from '../document-decoder.ts';
import { EventSpan } from '../event-span.ts';
import { LINE_SHAPES } from '../line-shapes.ts';
import type { LogMessage, MessageRun } from '../message-log.ts';
import { nestsTooDeep } from '../nesting-depth.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../record-batch.ts';
import { containerBatches } from './container-batches.ts';
import { DatumPartition } from './datum-partition.ts';
import { messagePlace } from './message-place.ts';
import { asBuffer, isEmptyArray, messageParts, partText, wholeMessage, type MessagePart } from './message-texts.ts';
import { recogniseMessage } from './recognise-message.ts';

/** Where decoding of a partition goes on. Serialisable. */
export interface MessageProgress {
  /** Of the message to go on with. */
  readonly offset: number;
  /** Parts of that message (documents, or records of a container) that have been given out. */
  readonly within: number;
  /** Datums from here on have to be read again, as they say what later ones refer to. Default: `offset`. */
  readonly replayFrom?: number;
}

export interface DecodedMessages {
  readonly batch: RecordBatch;
  /** Once the batch has been processed. */
  readonly progress: MessageProgress;
}

export interface TopicDecoderOptions {
  /** Name used after FROM. */
  readonly source: string;
  readonly topic: string;
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** Schema of messages that are bare Avro datums. */
  readonly schema?: AvroType | undefined;
}

/** A batch also ends after this many messages, so that a topic of nothing but ignored ones shows progress. */
const MESSAGES_A_BATCH = 8192;
const NEW_LINE = 10;

/**
 * Decodes the messages of one topic, each recognised by content: a JSON document in any shape that a line of a file may
 * have, several of them, an Avro container, or a bare datum where the schema is known. A batch holds records of one
 * partition, in their order, and is valid until the next is asked for.
 */
export class TopicDecoder {
  readonly #options: TopicDecoderOptions;
  readonly #builder: BatchBuilder;
  readonly #decoder: DocumentDecoder;
  readonly #limit: number;
  readonly #datums = new Map<number, DatumPartition>();
  /** Text of each row, for what is read again on request. */
  readonly #rows: MessagePart[] = [];
  #otherFormat: string | undefined;
  #taken = 0;
  readonly #span = new EventSpan();

  constructor(options: TopicDecoderOptions) {
    this.#options = options;
    const { seed = 0, hostAliases, demand, batchSize } = options.decode;
    this.#limit = Math.max(1, Math.min(batchSize, BATCH_CAPACITY));
    this.#builder = new BatchBuilder({ source: options.source, place: options.topic, seed, hostAliases });
    this.#decoder = new DocumentDecoder(this.#builder, demand, LINE_SHAPES);
    this.#builder.setRecordIds((row) => this.#recordIdOf(row));
  }

  /** Of the first record that was recognised. */
  get format(): string {
    return this.#decoder.format === 'unknown' ? (this.#otherFormat ?? 'unknown') : this.#decoder.format;
  }

  /** Nothing that was said in the partition before counts any more. */
  forget(partition: number): void {
    this.#datums.delete(partition);
  }

  /**
   * Batches of a run. `from`: where the partition goes on; messages before it only say what datums refer to. The last
   * batch of the run ends with it, and may be blank.
   */
  async *batches(run: MessageRun, from: MessageProgress): AsyncGenerator<DecodedMessages, void, undefined> {
    const place = messagePlace(run);
    let progress: MessageProgress = { ...from, offset: Math.max(from.offset, run.messages[0]?.offset ?? run.next) };
    const finish = (offset: number, within = 0): DecodedMessages => {
      const replay = this.#datums.get(run.partition)?.replayFrom;
      progress = { offset, within, ...(replay === undefined ? {} : { replayFrom: replay }) };
      return { batch: this.#builder, progress };
    };
    this.#begin(place);
    let at = 0;
    for (const message of run.messages) {
      at++;
      const { offset, value } = message;
      const content = recogniseMessage(value, this.#options.schema !== undefined);
      if (content === 'datum') {
        const stream = this.#datums.get(run.partition) ?? this.#newDatums(run.partition, place, from.offset);
        stream.push(message);
        // Neighbours are decoded together.
        const next = run.messages[at];
        if (next !== undefined && recogniseMessage(next.value, true) === 'datum') continue;
        if (!this.#builder.blank) yield finish(stream.first);
        for await (const batch of stream.batches()) {
          this.#otherFormat ??= 'sysflow-avro';
          yield { batch, progress: { offset: stream.offset, within: 0, replayFrom: stream.replayFrom } };
        }
        this.#begin(place);
        continue;
      }
      if (offset < from.offset) continue;
      const given = offset === from.offset ? from.within : 0;
      if (content === 'avro-container') {
        if (!this.#builder.blank) yield finish(offset);
        const bytes = asBuffer(value as Uint8Array);
        for await (const { batch, records, ended } of containerBatches(bytes, {
          ...this.#options,
          place: `${place}@${offset}`,
          given,
        })) {
          this.#otherFormat ??= 'sysflow-avro';
          yield { batch, progress: ended ? { offset: offset + 1, within: 0 } : { offset, within: records } };
        }
        this.#begin(place);
        continue;
      }
      const isText = content === 'document' || content === 'documents';
      const parts = isText ? this.#partsOf(message, content) : [];
      if (!isText) this.#countOther(message, content);
      for (let part = given; part < parts.length; part++) {
        const text = parts[part] as MessagePart;
        let verdict = this.#look(text);
        const { maxSpanMs } = this.#options.decode;
        if (verdict === 'record' && this.#span.wouldExceed(maxSpanMs, this.#decoder.times.lastMs)) {
          yield finish(offset, part);
          this.#begin(place);
          verdict = this.#look(text);
        }
        this.#take(text, offset, verdict);
        if (this.#builder.size < this.#limit) continue;
        yield part + 1 === parts.length ? finish(offset + 1) : finish(offset, part + 1);
        this.#begin(place);
      }
      if (++this.#taken >= MESSAGES_A_BATCH) {
        yield finish(offset + 1);
        this.#begin(place);
      }
    }
    if (!this.#builder.blank || run.next > progress.offset) yield finish(Math.max(run.next, from.offset));
  }

  /** Documents of a message: itself, or the lines or elements in it. */
  #partsOf({ value }: LogMessage, content: 'document' | 'documents'): MessagePart[] {
    const whole = wholeMessage(value as Uint8Array);
    if (whole.bytes.length > this.#options.decode.maxLineBytes) return [whole];
    if (content === 'documents') {
      const parts = messageParts(whole, 'elements');
      // Brackets around nothing hold no document, unless they are an empty array.
      return parts.length > 0 || isEmptyArray(whole) ? parts : [whole];
    }
    if (!whole.bytes.includes(NEW_LINE) || this.#look(whole) !== 'not-json') return [whole];
    return messageParts(whole, 'lines');
  }

  #countOther({ offset, value }: LogMessage, content: string): void {
    const builder = this.#builder;
    if (content === 'tombstone') builder.addIgnored('tombstones');
    else {
      const bytes = value ?? new Uint8Array();
      builder.addReject(offset, bytes.length, REASONS[content] ?? content, bytes);
    }
  }

  #take(part: MessagePart, offset: number, verdict: string): void {
    const { bytes } = part;
    if (verdict === 'record') {
      this.#span.add(this.#decoder.times.lastMs);
      this.#rows.push(part);
      this.#decoder.write(offset, bytes.length);
    } else if (verdict === 'ignored') this.#builder.addIgnored(this.#decoder.ignoredAs);
    else this.#builder.addReject(offset, bytes.length, verdict, bytes);
  }

  #look(part: MessagePart): DocumentVerdict | 'message-too-long' | 'nested-too-deep' {
    const { bytes } = part;
    if (bytes.length > this.#options.decode.maxLineBytes) return 'message-too-long';
    if (nestsTooDeep(bytes, 0, bytes.length)) return 'nested-too-deep';
    return this.#decoder.read(partText(part));
  }

  #begin(place: string): void {
    this.#builder.begin(0, place);
    this.#decoder.begin();
    this.#rows.length = 0;
    this.#taken = 0;
    this.#span.reset();
  }

  #newDatums(partition: number, place: string, from: number): DatumPartition {
    const { decode, source, schema } = this.#options;
    const stream = new DatumPartition({ decode, source, place, schema: schema as AvroType, from });
    this.#datums.set(partition, stream);
    return stream;
  }

  #recordIdOf(row: number): string {
    const part = this.#rows[row];
    if (part === undefined || row >= this.#builder.size) throw new RangeError(`the batch has no row ${String(row)}`);
    return this.#decoder.recordIdOf(row, () => partText(part));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  empty: 'empty-message',
  confluent: 'confluent-wire-format',
  'foreign-datum': 'datum-without-schema',
};
