import type { SourceError } from '../errors/windhover-error.ts';
import type { Demand } from './demand.ts';
import type { RecordBatch } from './record-batch.ts';

/** Bytes of one place (a file, stdin), in order. `offset` is the place of the first byte in the uncompressed stream. */
export interface ByteChunk {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** No bytes: live input has nothing more for now, and what has been read of it becomes a batch. */
  readonly pause?: true;
}

/** A place that bytes come from. Implemented by rooms of the sources; `open` may be called again after the end. */
export interface ByteSource {
  /** Name used after FROM. */
  readonly source: string;
  /** File path, `-` for stdin. */
  readonly place: string;
  /** Uncompressed bytes from `offset` on; gzip is already undone. Throws `SourceError`. */
  open(offset: number): AsyncIterable<ByteChunk>;
}

export interface DecodeOptions {
  readonly demand: Demand;
  /** Records a batch, 1…BATCH_CAPACITY; 1 for snapshots. */
  readonly batchSize: number;
  /** A batch ends before a record that would stretch it over more event time than this (ms); Infinity = no limit. */
  readonly maxSpanMs: number;
  /** Longest line that is looked at, bytes; a longer one is undecodable (`line-too-long`). Default 16 MiB. */
  readonly maxLineBytes: number;
  /** Start here: byte offset and number of records before it. */
  readonly from?: DecodePosition;
  /** Host names (lower case) to their canonical name (decision 3). */
  readonly hostAliases: ReadonlyMap<string, string>;
  /** Seed of the dictionaries' hashes, the same for every decoder of one state. Default 0. */
  readonly seed?: number;
}

/** Where decoding can go on: everything before has been delivered in batches. Serialisable. */
export interface DecodePosition {
  readonly offset: number;
  readonly records: number;
}

/**
 * Reads one place to its end in batches. Contract: batches are cut by position only, never by how the bytes arrived
 * (but for the pauses of live input, each of which ends a batch, also an empty one);
 * what cannot be decoded is counted, sampled and skipped, never fatal; a batch may hold 0 records (counts only).
 * The final batch may be empty. After each batch `position` tells where to resume.
 */
export interface BatchReader {
  /** E.g. `sysflow-ecs`, `sysmon-nxlog`, `stix-bundle`; 'unknown' until something was recognised. */
  readonly format: string;
  readonly position: DecodePosition;
  /** How the records lie in the bytes, in words, where the reader tells; of the first that was recognised. */
  readonly envelope?: string;
  /** After the end, where the reader tells: the place breaks off, or is damaged, though its bytes could be read to their end. */
  readonly damage?: SourceError | undefined;
  batches(): AsyncIterable<RecordBatch>;
}
