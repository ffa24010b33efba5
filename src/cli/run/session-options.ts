import type { RetentionByName } from '../../dataflow/retention.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AlertOutbox, OutboxLimits, OutboxObserver } from '../../hunts/alerts/alert-outbox.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { SaveOptions } from '../../hunts/run/hunt-saves.ts';
import type { DiskObserver } from '../../hunts/limits/disk-guard.ts';
import type { RunLimits } from '../../hunts/limits/run-limits.ts';
import type { RunMeter } from '../../hunts/run/run-meter.ts';
import type { RunObserver } from '../../hunts/run/run-observer.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { RunNotes } from '../../hunts/state/run-notes.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import type { HoldsHunt } from '../../hunts/state/state-folder.ts';
import type { HuntChange } from '../../hunts/upgrade/hunt-change.ts';
import type { StateStore } from '../../store/state-store.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { OpenHistory } from '../sources/elastic-histories.ts';
import type { OpenLog } from '../sources/kafka-logs.ts';
import type { OpenRange } from '../sources/kafka-ranges.ts';
import type { ResolvedSource } from '../sources/source-resolver.ts';
import type { ScopeFailure } from './session-result.ts';

export interface SessionHunt {
  readonly hunt: CompiledHunt;
  /** URI after FROM → its source. */
  readonly sources: ReadonlyMap<string, ResolvedSource>;
}

export interface SessionOptions extends RetentionByName {
  readonly hunts: readonly SessionHunt[];
  readonly stateFolder: string | undefined;
  /** Opens the state in that folder. Default: RocksDB. */
  readonly openStore?: (folder: string) => Promise<StateStore>;
  /** Default: 24 h for scopes that have no end, else all. */
  readonly retentionMs: number | undefined;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly maxLineBytes: number;
  /** Default: `DEFAULT_RUN_LIMITS`. */
  readonly limits?: RunLimits | undefined;
  /** Told when the input waits for the disk of the state, and when it goes on. Absent: the disk is not looked at. */
  readonly disk?: DiskObserver | undefined;
  readonly snapshots: boolean;
  readonly countRecords: boolean;
  readonly rowsOf: (variable: string) => boolean;
  readonly cwd: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Files are followed: they may grow, be rotated, come and go. Default: they are read to their end. */
  readonly follow?: boolean;
  /** Opens sources that are logs of messages. Absent: there are none. */
  readonly openLog?: OpenLog;
  /** Opens stretches of logs that have an end. Absent: there are none. */
  readonly openRange?: OpenRange;
  /** Opens sources that are histories of documents. Absent: there are none. */
  readonly openHistory?: OpenHistory;
  /** Default: wall where sources have no end, else event (decision 8). */
  readonly clock?: 'event' | 'wall' | undefined;
  /** Default: the timers of the process. */
  readonly timer?: Timer;
  /** Live: wall time between two tellings of what changed in the displays, ms; absent: they are shown at the end only. */
  readonly displayMs?: number | undefined;
  readonly observer: RunObserver;
  /** Absent: nothing is measured. */
  readonly meter?: RunMeter | undefined;
  /** Absent: SAVE writes nothing. Scopes that end beside one that does not write once, at their end. */
  readonly saves?: SaveOptions;
  /** Records outside are not taken in, nor counted. Absent: all are. */
  readonly bounds?: TimeBounds | undefined;
  /** Kept beside the state: what the range that is read comes to so far, over all calls. */
  readonly notes?: RunNotes | undefined;
  /** Files of one source are merged by event time; default: read one after the other. */
  readonly filesByTime?: boolean;
  /** Bytes were read of a file, as they lie there. */
  readonly bytesRead?: ((bytes: number) => void) | undefined;
  /** A scope has been opened: its hunts may be looked at between its epochs. */
  readonly opened?: ((view: ScopeView) => void) | undefined;
  /** A scope has come to its end: what its hunts hold can be looked at during the call. */
  readonly inspect?: ((view: ScopeView) => Promise<void>) | undefined;
  /** A hunt is not the one that its state was made with. Absent: there is no state, or nobody to tell. */
  readonly huntChanged?: (change: HuntChange) => void;
  /** A hunt that is called for and cannot run: the state keeps what it holds for it. Absent: there are none. */
  readonly holds?: HoldsHunt;
  /** A scope has failed while others go on. */
  readonly scopeFailed?: (failure: ScopeFailure) => void;
  readonly sink: {
    /** How far it has come; a promise where that has to be brought to the disk first. */
    mark: () => unknown;
    /** After a restart: back to where the last commit knew it. */
    rewind: (mark: unknown) => Promise<void>;
    write: (alerts: readonly AlertDocument[]) => Promise<void>;
  };
  /** Sinks beyond that one, which may be away. */
  readonly delivery?: SessionDelivery | undefined;
  /** Exchanges the hunts while the session goes on; needs a state folder. Absent: they stay. */
  readonly exchange?: HuntExchange | undefined;
}

/** Other hunts for a session that goes on. */
export interface HuntExchange {
  /** Given when they are due; another one for each round. */
  readonly due: AbortSignal;
  /** They run from now on. Called once after each `due`, when everything is committed. */
  take(): readonly SessionHunt[];
}

/** Takes alerts from the outbox to sinks that may be away. */
export interface SessionDelivery {
  readonly sinks: readonly string[];
  readonly limits: OutboxLimits;
  readonly observer: OutboxObserver;
  /** `generation`: second of the state folder's creation, or of the start. */
  start: (outbox: AlertOutbox, generation: number) => Promise<void>;
  /** After the last alert. Bounded in time. */
  end: () => Promise<void>;
}
