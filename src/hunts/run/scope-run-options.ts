import type { RetentionOptions } from '../../dataflow/retention.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import type { Demand } from '../../telemetry/demand.ts';
import type { AvroType } from '../../telemetry/avro/avro-type.ts';
import type { DocumentHistory, HistoryRange } from '../../telemetry/document-history.ts';
import type { LivePlaces } from '../../telemetry/live-places.ts';
import type { MessageLog } from '../../telemetry/message-log.ts';
import type { MessageRange } from '../../telemetry/message-range.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { DiskGuard } from '../limits/disk-guard.ts';
import type { SaveOptions } from './hunt-saves.ts';
import type { RunLimits } from '../limits/run-limits.ts';
import type { RunMeter } from './run-meter.ts';
import type { RunObserver } from './run-observer.ts';
import type { ScopeInput } from '../input/scope-input.ts';
import type { RunNotes } from '../state/run-notes.ts';
import type { ScopeState } from '../state/scope-state.ts';
import type { TimeBounds } from '../input/time-bounds.ts';

export interface ScopeSource {
  readonly name: string;
  /** Read one after the other to their end. */
  readonly places: readonly ByteSource[];
  /** Instead: merged by event time. Beside a state only where they stay as they are. */
  readonly byTime?: boolean;
  /** Instead of `places`: files that grow, come and go. */
  readonly follow?: LivePlaces;
  /** Instead of `places`: topics of messages. */
  readonly log?: ScopeLog;
  /** Instead of `places`: a stretch of topics that has an end. */
  readonly range?: ScopeRange;
  /** Instead of `places`: documents that a store keeps. */
  readonly history?: ScopeHistory;
  /** Beside `log`: history that is read before it. */
  readonly backfill?: ScopeBackfill;
}

/** History of a source that goes on live (decision 26). */
export interface ScopeBackfill {
  /** How far back history is read, ms. */
  readonly lengthMs: number;
  /** How much of the end of history is read again from the log, ms. */
  readonly overlapMs: number;
  /** Opens history from an event time on, ms. */
  readonly open: (fromMs: number) => Promise<Pick<ScopeSource, 'places' | 'byTime' | 'history'>>;
  /** The log once more, after the first was closed. */
  readonly reopenLog: () => Promise<ScopeLog>;
}

export interface ScopeHistory {
  readonly history: DocumentHistory;
  /** Records that no hunt can use may be left out: nobody else looks at them. Absent: all are read. */
  readonly forHuntsOnly?: boolean;
  /** Of event times. */
  readonly range: HistoryRange;
}

export interface ScopeLog {
  readonly log: MessageLog;
  /** Schema of messages that are bare Avro datums. */
  readonly schema?: AvroType | undefined;
}

export interface ScopeRange {
  readonly range: MessageRange;
  /** Schema of messages that are bare Avro datums. */
  readonly schema?: AvroType | undefined;
}

/** Input that does not end by itself. */
export interface LiveRun {
  readonly timer: Timer;
  /** Wall time between two tellings of what changed in the displays, ms; absent: they are shown at the end only. */
  readonly displayMs?: number | undefined;
}

export interface ScopeRunOptions extends RetentionOptions {
  /** Hunts with a plan, all reading exactly these sources. */
  readonly hunts: readonly CompiledHunt[];
  readonly sources: readonly ScopeSource[];
  /** From a URI after FROM to the name of its source. */
  readonly resolveSource: (uri: string) => string;
  readonly demand: Demand;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly maxLineBytes: number;
  /** Default: `DEFAULT_RUN_LIMITS`. */
  readonly limits?: RunLimits | undefined;
  /** Absent: the disk is not looked at. */
  readonly disk?: DiskGuard | undefined;
  /** Seed of the text hashes; part of the state. */
  readonly seed: number;
  readonly snapshots: boolean;
  readonly countRecords: boolean;
  readonly observer: RunObserver;
  /** Absent: nothing is measured. */
  readonly meter?: RunMeter | undefined;
  /** Absent: nothing survives the run. */
  readonly state: ScopeState | undefined;
  /** What is kept beside the state; it goes into each commit. */
  readonly notes?: RunNotes | undefined;
  /** Records outside are not taken in, nor counted. Absent: all are. */
  readonly bounds?: TimeBounds | undefined;
  /** Alerts leave here after the commit they belong to. */
  readonly emit: (alerts: readonly AlertDocument[]) => Promise<void>;
  /** Resolves when more alerts may come, or the signal is given; absent: always. */
  readonly room?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Absent: SAVE writes nothing (tests of hunts, the demo). */
  readonly saves?: SaveOptions | undefined;
  /** How far the sink has come: part of the commit (decision 27). A promise where that has to be brought to the disk first. */
  readonly sinkMark: () => unknown;
  /** Wall clock, ms: commit pacing and the times written into alerts. */
  readonly wallClock: () => number;
  /** What LAST, settling and waiting records are measured by (decision 8). Default: event. */
  readonly clock?: 'event' | 'wall';
  /** Instead of the sources: what a journal says was read. `backfilling`: it begins with history. */
  readonly script?: { readonly input: ScopeInput; readonly backfilling: boolean } | undefined;
  /** Absent: all sources are read to their end, merged by time. */
  readonly live?: LiveRun | undefined;
  /** Scopes that run side by side commit, and deliver what they committed, one after the other. */
  readonly exclusive?: (action: () => Promise<void>) => Promise<void>;
}
