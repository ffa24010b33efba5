import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { CoverageTotal } from '../coverage/coverage-total.ts';
import type { AlertCounts } from './hunt-result.ts';

/** What one epoch took and counted. */
export interface EpochMeasure {
  readonly source: string;
  /** Valid during the call only. */
  readonly batch: RecordBatch;
  /** From the batch at hand to the alerts collected, commit not included, ms. */
  readonly ms: number;
  /** Counts of this epoch alone. */
  readonly late: number;
  readonly refused: number;
  readonly duplicates: number;
  /** Bytes read of a file since the last epoch of it, uncompressed; 0 of topics. */
  readonly bytes: number;
  /** Of topics, where the log told its end: messages between what was read and that end. */
  readonly lag: { readonly topic: string; readonly partition: number; readonly messages: number } | undefined;
}

/** What one hunt holds and did, as it stands. */
export interface HuntGauges {
  readonly hunt: string;
  readonly alerts: AlertCounts;
  /** Rows that GROUP, JOIN and NEW of the hunt made. */
  readonly rows: number;
  /** Rows that count against its budget. */
  readonly held: number;
  /** Members of its variables, one behind the other. */
  readonly members: number;
  /** Time its operators took since the start, ms. */
  readonly spentMs: number;
  readonly failed: boolean;
}

/** A scope that runs, to be read between epochs. */
export interface MeteredScope {
  /** Sources that have to give a first batch before they count as open. */
  readonly awaited: readonly string[];
  /** Holes of the sources that the hunts of the scope read. */
  coverage(): readonly CoverageTotal[];
  /** The graph that the hunts of the scope share: its entities, and how often content was wanted that was in memory. */
  readonly graph: { readonly size: number; readonly contentHits: number };
  hunts(): readonly HuntGauges[];
}

/** Counts and clocks a run, once per batch and never per record. Absent: nothing is measured. */
export interface RunMeter {
  /** Monotonic, ms. */
  now(): number;
  /** How many scopes are to be open before the run counts as ready. */
  expect(scopes: number): void;
  /** The state of the scope has been restored. */
  opened(scope: MeteredScope): void;
  closed(scope: MeteredScope): void;
  /** The pull loop has turned, with or without input. */
  turned(scope: MeteredScope): void;
  epoch(measure: EpochMeasure): void;
  committed(ms: number): void;
  /** Contents of entities that were fetched from the state, as they were not in memory. */
  loaded(contents: number): void;
}
