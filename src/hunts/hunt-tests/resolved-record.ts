import type { Instant } from '../../catalogue/instant.ts';
import type { Endpoint } from './typed-endpoint.ts';
import type { KnownProcess } from './typed-process-book.ts';
import type { TypedRecord } from './typed-record-schema.ts';

/** A typed record with its defaults filled in. */
export interface ResolvedRecord {
  readonly typed: TypedRecord;
  /** Counts the records of the test from 0. */
  readonly index: number;
  readonly time: Instant;
  readonly end: Instant;
  readonly host: string;
  readonly process: KnownProcess;
  /** Of `access` and `remote_thread`. */
  readonly target?: KnownProcess;
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
}
