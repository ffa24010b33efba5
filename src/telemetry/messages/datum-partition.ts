import type { DatumBlock } from '../avro/avro-block-splitter.ts';
import { pauseAt, type DatumBlocks } from '../avro/avro-container.ts';
import type { AvroType } from '../avro/avro-type.ts';
import type { DecodeOptions } from '../decoder.ts';
import type { LogMessage } from '../message-log.ts';
import type { RecordBatch } from '../record-batch.ts';
import { SysflowTraceReader } from '../sysflow/sysflow-trace-reader.ts';
import { asBuffer } from './message-texts.ts';

export interface DatumPartitionOptions {
  readonly source: string;
  readonly place: string;
  readonly decode: Omit<DecodeOptions, 'from'>;
  readonly schema: AvroType;
  /** Nothing is given out of messages before this offset. */
  readonly from: number;
}

/**
 * A partition whose messages are datums of SysFlow's schema: events refer to entities that came before them. A header
 * makes forget those, so whoever goes on later has to begin at the last header.
 */
export class DatumPartition implements DatumBlocks {
  readonly schema: AvroType;
  readonly #reader: SysflowTraceReader;
  readonly #batches: AsyncIterator<RecordBatch>;
  #pushed: LogMessage[] = [];
  #taken: Iterator<LogMessage> | undefined;
  #end = 0;
  /** Headers, the first message pushed among them, from the one that counts at `offset` on. */
  #headers: number[] = [];

  constructor({ source, place, decode, schema, from }: DatumPartitionOptions) {
    this.schema = schema;
    const input = { source, place, open: (): never => noBytes() };
    this.#reader = new SysflowTraceReader(input, { ...decode, from: { offset: from, records: 0 } }, this);
    this.#batches = this.#reader.batches()[Symbol.asyncIterator]();
  }

  /** Where to go on once the last batch has been processed, and where to begin reading for that. */
  get offset(): number {
    return this.#reader.position.offset;
  }

  get replayFrom(): number {
    while ((this.#headers[1] ?? Infinity) <= this.offset) this.#headers.shift();
    return Math.min(this.#headers[0] ?? this.offset, this.offset);
  }

  /** Offset of the first message that has been pushed and not decoded. */
  get first(): number {
    return this.#pushed[0]?.offset ?? this.#end;
  }

  push(message: LogMessage): void {
    // The header is the first branch of SysFlow's union.
    if (this.#headers.length === 0 || message.value?.[0] === 0) this.#headers.push(message.offset);
    this.#pushed.push(message);
    this.#end = message.offset + 1;
  }

  /** Batches of all that has been pushed. */
  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    this.#taken = this.#pushed[Symbol.iterator]();
    const end = this.#end;
    while (this.#pushed.length > 0) {
      const next = await this.#batches.next();
      if (next.done === true) return;
      if (this.offset >= end) this.#pushed = [];
      yield next.value;
    }
  }

  /** Never ends: it pauses behind what has been pushed. */
  async *blocks(): AsyncGenerator<DatumBlock, void, undefined> {
    for (;;) {
      const next = this.#taken?.next();
      if (next === undefined || next.done === true) {
        yield pauseAt(this.#end);
        continue;
      }
      const { offset, value } = next.value;
      const data = asBuffer(value as Uint8Array);
      yield { offset, length: data.length, count: 1, data, damage: undefined, end: offset + 1 };
    }
  }
}

function noBytes(): never {
  throw new Error('a partition of datums has no bytes');
}
