import { SourceError } from '../../errors/windhover-error.ts';
import { AvroCursor, AvroDatumError } from './avro-cursor.ts';

export type AvroCodec = 'null' | 'deflate';

/** The head of an Avro object container. */
export interface AvroHead {
  /** Text of the writer schema. */
  readonly schema: string;
  readonly codec: AvroCodec;
  /** Stands behind every block. */
  readonly sync: Buffer;
  /** Bytes of the head. */
  readonly length: number;
}

export const SYNC_BYTES = 16;
const MAGIC_BYTES = 4;
/** Longest head that is looked at; the schema is most of it. */
const MAX_HEAD_BYTES = 4 * 1024 * 1024;
const MAX_ENTRIES = 1000;

/**
 * Reads the head at the beginning of `bytes`; `undefined` if it is not all there yet. Throws `SourceError`
 * (`source-format`, `source-codec`) for a head that can never be read.
 */
export function readAvroHead(bytes: Buffer): AvroHead | undefined {
  const cursor = new AvroCursor();
  cursor.reset(bytes, MAGIC_BYTES);
  const metadata = new Map<string, string>();
  try {
    for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
      if (metadata.size + count > MAX_ENTRIES) throw damaged('it has more than 1,000 entries');
      for (let i = 0; i < count; i++) {
        const key = cursor.text();
        metadata.set(key, cursor.text());
      }
    }
    const sync = cursor.copy(SYNC_BYTES);
    return { schema: schemaOf(metadata), codec: codecOf(metadata), sync, length: cursor.at };
  } catch (error) {
    if (!(error instanceof AvroDatumError)) throw error;
    if (error.reason === 'datum-malformed') throw damaged(error.message);
    if (bytes.length > MAX_HEAD_BYTES) throw damaged('it is longer than 4 MiB');
    return undefined;
  }
}

function schemaOf(metadata: ReadonlyMap<string, string>): string {
  const schema = metadata.get('avro.schema');
  if (schema === undefined) throw damaged('it holds no schema');
  return schema;
}

function codecOf(metadata: ReadonlyMap<string, string>): AvroCodec {
  const codec = metadata.get('avro.codec') ?? 'null';
  if (codec === 'null' || codec === 'deflate') return codec;
  throw new SourceError(
    'source-codec',
    `the blocks of the Avro file are packed with ${JSON.stringify(codec.slice(0, 40))}`,
    {
      hint: 'Windhover reads the codecs null and deflate. Write the file anew with one of them.',
    },
  );
}

function damaged(why: string): SourceError {
  return new SourceError('source-format', `the head of the Avro file cannot be read: ${why}`, {
    hint: 'The beginning of the file is damaged. Take the file from its origin again.',
  });
}
