import { SourceError } from '../../errors/windhover-error.ts';
import type { ByteChunk, ByteSource, DecodeOptions } from '../decoder.ts';
import type { RecordBatch } from '../record-batch.ts';
import { blankBatch } from './blank-batch.ts';
import { openSysflowTrace } from '../sysflow/open-sysflow-trace.ts';

export interface ContainerMessage {
  readonly source: string;
  readonly place: string;
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** Records of it that have been given out before. */
  readonly given: number;
}

export interface ContainerBatch {
  readonly batch: RecordBatch;
  /** Records of the container that have been given out with this batch. */
  readonly records: number;
  readonly ended: boolean;
}

/** Batches of a message that is a whole trace in an Avro container. What cannot be read of it is counted. */
export async function* containerBatches(
  bytes: Buffer,
  { source, place, decode, given }: ContainerMessage,
): AsyncGenerator<ContainerBatch, void, undefined> {
  const input: ByteSource = {
    source,
    place,
    async *open(offset: number): AsyncGenerator<ByteChunk> {
      yield { bytes: bytes.subarray(offset), offset };
    },
  };
  const reader = openSysflowTrace(input, {
    ...decode,
    ...(given === 0 ? {} : { from: { offset: 0, records: given } }),
  });
  try {
    // Only the end tells which batch is the last: it comes with one of its own.
    for await (const batch of reader.batches()) {
      yield { batch, records: reader.position.records, ended: false };
    }
    yield { batch: blankBatch(source, place, decode), records: reader.position.records, ended: true };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const builder = blankBatch(source, place, decode);
    builder.addReject(0, bytes.length, error.code, bytes);
    yield { batch: builder, records: reader.position.records, ended: true };
  }
}
