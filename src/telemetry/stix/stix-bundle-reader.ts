import { BatchBuilder } from '../batch-builder.ts';
import type { BatchReader, ByteSource, DecodeOptions, DecodePosition } from '../decoder.ts';
import { isJsonObject } from '../document-shape.ts';
import { EventSpan } from '../event-span.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../record-batch.ts';
import { BundleSchema } from './bundle-schema.ts';
import { BundleWarnings } from './bundle-warnings.ts';
import { loadBundle, type LoadedBundle } from './load-bundle.ts';
import { readObservation, type Observation } from './observation.ts';
import { StixLayout, type Placement } from './stix-layout.ts';
import { StixRowWriter } from './stix-row-writer.ts';

export interface BundleLimits {
  /** Largest bundle that is read, uncompressed bytes. Default 256 MiB. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;
/** A batch also ends after this many objects of the bundle. */
const OBJECTS_A_BATCH = 8192;
const SAMPLED_REJECTS = 16;

/**
 * Opens a STIX bundle (2.0 or 2.1). The whole bundle is read at once; its observed-data objects are the records, in the
 * order of the bundle. Offsets are indexes of its objects, both in positions and in locators.
 * Throws `SourceError`: `bundle-too-large`, `source-format` (a list of bundles), and whatever the source throws.
 */
export async function openStixBundle(
  source: ByteSource,
  options: DecodeOptions,
  limits: BundleLimits = {},
): Promise<StixBundleReader> {
  return new StixBundleReader(source, options, await loadBundle(source, limits.maxBytes ?? MAX_BYTES));
}

interface Ready {
  readonly record: Observation;
  readonly placement: Placement;
}

/** The records of a loaded bundle, in batches. */
export class StixBundleReader implements BatchReader {
  readonly format = 'stix-bundle';
  readonly #options: DecodeOptions;
  readonly #loaded: LoadedBundle;
  readonly #builder: BatchBuilder;
  readonly #layout: StixLayout;
  readonly #writer: StixRowWriter;
  readonly #warnings = new BundleWarnings();
  readonly #ids: string[] = [];
  #position: DecodePosition;

  constructor(source: ByteSource, options: DecodeOptions, loaded: LoadedBundle) {
    this.#options = options;
    this.#loaded = loaded;
    this.#position = options.from ?? { offset: 0, records: 0 };
    this.#builder = new BatchBuilder({
      source: source.source,
      place: source.place,
      seed: options.seed ?? 0,
      hostAliases: options.hostAliases,
    });
    this.#builder.setRecordIds((row) => this.#recordIdOf(row));
    this.#layout = new StixLayout(this.#builder, new BundleSchema(loaded.bundle, options.demand, this.#warnings));
    this.#writer = new StixRowWriter(this.#builder, this.#layout);
  }

  get position(): DecodePosition {
    return this.#position;
  }

  /** What was odd in the part read so far (references that lead nowhere …): the first hundred messages. */
  get warnings(): readonly string[] {
    return this.#warnings.messages;
  }

  /** How many such oddities there were. */
  get warningCount(): number {
    return this.#warnings.count;
  }

  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    const { bundle, fault } = this.#loaded;
    const builder = this.#builder;
    const limit = Math.max(1, Math.min(this.#options.batchSize, BATCH_CAPACITY));
    const span = new EventSpan();
    let looked = 0;
    const begin = (): void => {
      builder.begin(this.#position.records);
      this.#ids.length = 0;
      span.reset();
      looked = 0;
    };
    begin();
    if (fault !== undefined && this.#position.offset === 0) {
      builder.addReject(0, fault.length, fault.reason, fault.sample);
    }
    for (let index = this.#position.offset; index < bundle.objects.length; index++) {
      const object = bundle.objects[index];
      looked++;
      const observation = this.#look(object);
      if (typeof observation === 'string') this.#reject(index, object, observation);
      else if (observation !== undefined) {
        const { placement, record } = observation;
        if (span.wouldExceed(this.#options.maxSpanMs, record.lastMs)) {
          yield this.#finish(index);
          begin();
        }
        span.add(record.lastMs);
        this.#writer.write(record, placement, index);
        this.#ids.push(record.id);
      }
      if (builder.size >= limit || looked >= OBJECTS_A_BATCH) {
        yield this.#finish(index + 1);
        begin();
      }
    }
    yield this.#finish(fault === undefined ? bundle.objects.length : 1);
  }

  /** `undefined` for what is no record, a reason for what should be one. */
  #look(object: unknown): Ready | string | undefined {
    if (!isJsonObject(object)) return 'not-an-object';
    if (object['type'] !== 'observed-data') return typeof object['type'] === 'string' ? undefined : 'no-type';
    const record = readObservation(object, this.#loaded.bundle, this.#warnings);
    if (typeof record === 'string') return record;
    const placement = this.#layout.place(record);
    return placement === undefined ? 'too-many-entities' : { record, placement };
  }

  #reject(index: number, object: unknown, reason: string): void {
    const sampled = this.#builder.rejects.length < SAMPLED_REJECTS;
    this.#builder.addReject(index, 1, reason, sampled ? Buffer.from(JSON.stringify(object)) : new Uint8Array());
  }

  #finish(offset: number): RecordBatch {
    this.#position = { offset, records: this.#position.records + this.#builder.size };
    return this.#builder;
  }

  #recordIdOf(row: number): string {
    const id = this.#ids[row];
    if (id === undefined) throw new RangeError(`the batch has no row ${String(row)}`);
    return id;
  }
}
