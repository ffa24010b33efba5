import type { ByteSource } from '../decoder.ts';
import { isBrokenOff } from '../is-broken-off.ts';
import { AvroBlockSplitter, type DatumBlock } from './avro-block-splitter.ts';
import type { AvroType } from './avro-type.ts';
import { parseAvroSchema } from './parse-avro-schema.ts';

/** Datums of one schema in blocks, from the first of a place on. */
export interface DatumBlocks {
  /** Known when the first block with data has been given. */
  readonly schema: AvroType | undefined;
  /** Throws `SourceError`. */
  blocks(): AsyncIterable<DatumBlock>;
}

const NOTHING = { length: 0, count: 0, data: Buffer.alloc(0), damage: undefined } as const;

export function pauseAt(offset: number): DatumBlock {
  return { ...NOTHING, offset, pause: true };
}

/**
 * The blocks of an Avro object container. Damaged blocks are given as such, and so is the rest of a container that breaks
 * off. Throws `SourceError` where head, codec or schema cannot be used (`source-format`, `source-codec`, `source-schema`).
 */
export class AvroContainer implements DatumBlocks {
  readonly #source: ByteSource;
  #schema: AvroType | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get schema(): AvroType | undefined {
    return this.#schema;
  }

  async *blocks(): AsyncGenerator<DatumBlock, void, undefined> {
    const splitter = new AvroBlockSplitter();
    const take = (): DatumBlock | undefined => {
      const block = splitter.next();
      if (this.#schema === undefined && splitter.head !== undefined)
        this.#schema = parseAvroSchema(splitter.head.schema);
      return block;
    };
    try {
      for await (const chunk of this.#source.open(0)) {
        splitter.push(chunk);
        for (let block = take(); block !== undefined; block = take()) yield block;
        if (chunk.pause === true) yield pauseAt(splitter.offset);
      }
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      yield splitter.finish() ?? { ...NOTHING, offset: splitter.offset, damage: error.code };
      return;
    }
    const rest = splitter.finish();
    if (rest !== undefined) yield { ...rest, last: true };
  }
}
