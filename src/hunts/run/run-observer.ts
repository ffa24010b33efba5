import type { ListingTable } from '../../dataflow/listing-rows.ts';
import type { RecordBatch, Reject } from '../../telemetry/record-batch.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { CompleteVariable } from './complete-variables.ts';
import type { DisplayChange } from './live-displays.ts';
import type { SourceNotice } from '../input/source-notice.ts';
import type { PlaceNotice } from '../input/source-reader.ts';

/** Content of the displays and sizes of the variables of one hunt after one record (`--snapshots`). */
export interface Snapshot {
  readonly hunt: string;
  readonly file: string;
  /** Counts the records of the hunt's own sources from 1. */
  readonly record: number;
  readonly variables: Readonly<Record<string, number>>;
  readonly tables: readonly ListingTable[];
}

/** How many members the variables of one hunt have. */
export interface HuntSizes {
  readonly hunt: string;
  /** In order of first assignment. */
  readonly variables: readonly { readonly name: string; readonly type: string; readonly entities: number }[];
}

/** What a run tells while it goes on. Calls are made between epochs, never in the middle of one. */
export interface RunObserver {
  /** Once per place: what was recognised, and whether reading goes on where it stopped. */
  place(source: string, notice: PlaceNotice): void;
  rejects(source: string, rejects: readonly Reject[]): void;
  snapshot(snapshot: Snapshot): void;
  /** What happens to the places of a source that is followed, and what its owner should know of the source. */
  notice?(source: string, notice: SourceNotice): void;
  /** A DISP of a live run shows something else. */
  displayChanged?(change: DisplayChange): void;
  /** Live: the range of a variable has ended; what it holds now stays. Told again after a restart. */
  completed?(variable: CompleteVariable): void;
  /** A hunt's operator failed; the hunt is stopped, the others go on. */
  huntFailed(hunt: string, error: unknown): void;
  /** A batch whose epoch is done; valid during the call only. `outside`: 1 for records that were none for the run. */
  batch?(source: string, batch: RecordBatch, outside?: Uint8Array): void;
  /** Alerts, or new revisions of them, that leave after the commit of the present epoch, whose batch is told next. */
  left?(alerts: readonly AlertDocument[]): void;
  /** A record was older than the retention: its host ('' for none), and how far it was behind the newest one, ms. */
  refused?(host: string, behindMs: number): void;
  /** After each epoch. `sizes` reads the variables of all hunts of the scope as they stand. */
  progress(counts: InputCounts, sizes: () => readonly HuntSizes[]): void;
}

/** `input` of the result (decision 33). Times are ms since 1970 and the ns beyond. */
export interface InputCounts {
  records: number;
  ignored: number;
  duplicates: number;
  undecodable: number;
  late: number;
  refused: number;
  from: { ms: number; ns: number } | undefined;
  to: { ms: number; ns: number } | undefined;
}

export function emptyCounts(): InputCounts {
  return {
    records: 0,
    ignored: 0,
    duplicates: 0,
    undecodable: 0,
    late: 0,
    refused: 0,
    from: undefined,
    to: undefined,
  };
}
