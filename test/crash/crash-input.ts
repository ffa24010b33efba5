import type { CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { SessionOptions } from '../../src/cli/run/session-options.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import type { DoomedProcess } from './doomed-process.ts';

/** What the hunts of a run read, and how they do: it is outside of the process, and goes on without it. */
export interface CrashInput {
  readonly hunts: readonly CompiledHunt[];
  /** Of a URI after FROM. */
  source(uri: string): ResolvedSource;
  /** For one life of the process. `known`: positions that the state has. */
  session(
    process: DoomedProcess,
    known: readonly PlacePosition[],
  ): Pick<SessionOptions, 'follow' | 'openLog' | 'openHistory' | 'clock' | 'retentionMs'>;
  /** Between two turns of the process: more may be written. Answers true once all there is was read: the run may end. */
  turn(): boolean;
  /** A batch of this life was taken in. */
  taken(source: string, batch: RecordBatch): void;
  /** The process is gone. */
  died(): void;
}
