import type { SourceError } from '../../errors/windhover-error.ts';
import type { DatumBlock } from '../avro/avro-block-splitter.ts';
import type { DatumBlocks } from '../avro/avro-container.ts';
import { AvroCursor, AvroDatumError } from '../avro/avro-cursor.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from '../decoder.ts';
import { EventSpan } from '../event-span.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../record-batch.ts';
import { TraceDamage } from './trace-damage.ts';
import { TraceEntities } from './trace-entities.ts';
import { TraceEvent } from './trace-event.ts';
import { TraceRowWriter } from './trace-row-writer.ts';
import { traceBranches, type TraceBranch, type TraceRecordKind } from './trace-schema.ts';

/** A batch also ends at the end of a block after this many datums, so that a trace of entities alone shows progress. */
const DATUMS_A_BATCH = 8192;

/**
 * Reads a SysFlow trace: entity records are kept, events and flows joined with them become the records, K8s events and
 * flows of processes are ignored.
 *
 * A record's locator is the block that it lies in. Going on in the middle reads the trace from its beginning again without
 * giving anything out, since what was said of entities there is needed: `position.offset` is the beginning of the block to
 * go on in, or the end of what there is, and `position.records` how many records come before.
 */
export class SysflowTraceReader implements BatchReader {
  readonly format = 'sysflow-avro';
  readonly #input: DatumBlocks;
  readonly #options: DecodeOptions;
  readonly #builder: BatchBuilder;
  readonly #entities = new TraceEntities();
  readonly #writer: TraceRowWriter;
  readonly #cursor = new AvroCursor();
  readonly #event = new TraceEvent();
  readonly #limit: number;
  #entity: unknown;
  #branches: readonly TraceBranch[] | undefined;
  #position: DecodePosition;
  /** Records met since the beginning of the trace, those passed over included. */
  #met = 0;
  /** Ignored datums since the last record: they count with the next one or at the end of the block, so that going on counts each once. */
  readonly #ignored = new Map<string, number>();
  #datums = 0;
  readonly #span = new EventSpan();
  readonly #damage: TraceDamage;

  constructor(source: ByteSource, options: DecodeOptions, input: DatumBlocks) {
    this.#input = input;
    this.#options = options;
    this.#damage = new TraceDamage(source.place);
    this.#position = options.from ?? { offset: 0, records: 0 };
    this.#limit = Math.max(1, Math.min(options.batchSize, BATCH_CAPACITY));
    this.#builder = new BatchBuilder({
      source: source.source,
      place: source.place,
      seed: options.seed ?? 0,
      hostAliases: options.hostAliases,
    });
    this.#writer = new TraceRowWriter(this.#builder, options.demand, this.#entities);
    this.#builder.setRecordIds((row) => this.#writer.recordId(row));
  }

  get position(): DecodePosition {
    return this.#position;
  }

  get damage(): SourceError | undefined {
    return this.#damage.error;
  }

  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    const { offset: from, records: before } = this.#position;
    let end = from;
    this.#begin();
    for await (const block of this.#input.blocks()) {
      if (block.pause === true) {
        yield this.#finish(Math.max(end, from));
        this.#begin();
        continue;
      }
      end = block.end ?? block.offset + block.length;
      const passed = end <= from;
      this.#cursor.reset(block.data);
      let left = block.count;
      let damage = block.damage;
      let good = 0;
      for (; left > 0 && this.#cursor.at < block.data.length; left--) {
        good = this.#cursor.at;
        const branch = this.#readDatum();
        if (branch === undefined || typeof branch === 'string') {
          damage ??= branch ?? 'datum-truncated';
          break;
        }
        if (branch.what === 'ignored') this.#ignored.set(branch.kind, (this.#ignored.get(branch.kind) ?? 0) + 1);
        if (branch.what === 'entity') {
          // A header makes forget what was said before, and record ids may still be asked for that need it.
          if (branch.entity === 'SFHeader' && this.#builder.size > 0) {
            yield this.#finish(block.offset);
            this.#begin();
          }
          this.#entities.apply(branch.entity, this.#entity);
        }
        if (branch.what !== 'record') continue;
        this.#met++;
        if (passed || this.#met <= before) {
          this.#ignored.clear();
          continue;
        }
        if (this.#span.wouldExceed(this.#options.maxSpanMs, this.#lastMs())) {
          yield this.#finish(block.offset);
          this.#begin();
        }
        this.#take(branch.kind, block);
        if (this.#builder.size >= this.#limit) {
          yield this.#finish(left === 1 && damage === undefined ? end : block.offset);
          this.#begin();
        }
      }
      if (damage === undefined && (left > 0 || this.#cursor.at < block.data.length)) damage = 'block-miscounted';
      if (damage !== undefined) this.#damage.add(block.offset, damage, block.last === true);
      if (passed) {
        this.#ignored.clear();
        continue;
      }
      this.#flushIgnored();
      if (damage !== undefined) this.#builder.addReject(block.offset, block.length, damage, block.data.subarray(good));
      if (this.#datums >= DATUMS_A_BATCH) {
        yield this.#finish(end);
        this.#begin();
      }
    }
    yield this.#finish(end);
  }

  /** Reads the next datum, into the registers or as an entity record; a reason if it cannot be read. */
  #readDatum(): TraceBranch | string | undefined {
    this.#branches ??= traceBranches(this.#input.schema ?? { kind: 'null' });
    const cursor = this.#cursor;
    const branches = this.#branches;
    this.#datums++;
    try {
      cursor.startDatum();
      const branch = branches[cursor.index(branches.length)] as TraceBranch;
      if (branch.what === 'record') {
        branch.read(cursor, this.#event);
        cursor.finishDatum();
      } else {
        this.#entity = branch.read(cursor);
        cursor.finishDatum();
      }
      return branch;
    } catch (error) {
      if (error instanceof AvroDatumError) return error.reason;
      throw error;
    }
  }

  #lastMs(): number {
    return Math.max(this.#event.startMs, this.#event.endMs);
  }

  #take(kind: TraceRecordKind, block: DatumBlock): void {
    this.#flushIgnored();
    this.#writer.write(kind, this.#event, this.#cursor.bytes, block.offset, block.length);
    this.#span.add(this.#lastMs());
  }

  #flushIgnored(): void {
    if (this.#ignored.size === 0) return;
    for (const [kind, count] of this.#ignored) this.#builder.addIgnored(kind, count);
    this.#ignored.clear();
  }

  #begin(): void {
    this.#builder.begin(this.#position.records);
    this.#writer.begin();
    this.#datums = 0;
    this.#span.reset();
  }

  #finish(offset: number): RecordBatch {
    this.#position = { offset, records: this.#position.records + this.#builder.size };
    return this.#builder;
  }
}
