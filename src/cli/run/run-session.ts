import { randomBytes, randomInt } from 'node:crypto';
import { StateError, WindhoverError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { AlertOutbox, type OutboxLimits, type OutboxObserver } from '../../hunts/alerts/alert-outbox.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { HuntResult } from '../../hunts/run/hunt-result.ts';
import type { SaveOptions } from '../../hunts/run/hunt-saves.ts';
import { DiskGuard, type DiskObserver } from '../../hunts/limits/disk-guard.ts';
import { DEFAULT_RUN_LIMITS, type RunLimits } from '../../hunts/limits/run-limits.ts';
import type { RunMeter } from '../../hunts/run/run-meter.ts';
import type { PartitionCoverage } from '../../hunts/coverage/partition-coverage.ts';
import { emptyCounts, type InputCounts, type RunObserver } from '../../hunts/run/run-observer.ts';
import { ScopeRun } from '../../hunts/run/scope-run.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { RunNotes } from '../../hunts/state/run-notes.ts';
import type { ScopeState } from '../../hunts/state/scope-state.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import { StateFolder } from '../../hunts/state/state-folder.ts';
import { sumCounts } from '../../hunts/input/sum-counts.ts';
import { huntIdentity, type HuntIdentity } from '../../hunts/upgrade/hunt-identity.ts';
import type { HuntChange } from '../../hunts/upgrade/hunt-change.ts';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';
import type { StateStore } from '../../store/state-store.ts';
import type { Demand } from '../../telemetry/demand.ts';
import { demandOf } from '../../hunts/demand-of.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { OpenHistory } from '../sources/elastic-histories.ts';
import type { OpenLog } from '../sources/kafka-logs.ts';
import type { OpenRange } from '../sources/kafka-ranges.ts';
import { openScopeSources } from '../sources/open-scope-sources.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { settleAll } from './settle-all.ts';
import { DEFAULT_LIVE_RETENTION_MS } from './run-options.ts';
import { scopesOf, type ScopePlan } from './scope-plan.ts';
import type { RetentionByName } from '../../dataflow/retention.ts';
import type { ResolvedSource } from '../sources/source-resolver.ts';
import { diskSpace } from '../disk-space.ts';
import { systemTimer } from '../system-timer.ts';

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

export interface SessionResult {
  readonly results: ReadonlyMap<string, HuntResult>;
  readonly input: InputCounts;
  /** What each scope has seen of its sources, earlier runs of the state included. */
  readonly coverage: readonly SessionCoverage[];
  /** What stopped a scope: its hunts have no result, or one up to the failure. */
  readonly failures: readonly ScopeFailure[];
}

export interface SessionCoverage {
  readonly hunts: readonly string[];
  readonly partitions: readonly PartitionCoverage[];
}

export interface ScopeFailure {
  readonly hunts: readonly string[];
  readonly error: WindhoverError;
}

/**
 * Runs hunts in scopes: those that read the same set of sources share one graph and one pass (decision 1). Scopes run one
 * after the other, or side by side where a source is live, as that may never end. Where other hunts are due, the scopes
 * end after a commit, and a round of its own begins over the same state.
 */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { exchange } = options;
  const folder = await openFolder(options);
  let past: InputCounts = emptyCounts();
  try {
    const outbox = await openOutbox(folder, options);
    const disk = diskGuard(options);
    for (let round = 0, hunts = options.hunts; ; round++, hunts = exchange?.take() ?? []) {
      const due = exchange?.due;
      const signal = due === undefined ? options.signal : AbortSignal.any([options.signal, due]);
      const session = newSession({ ...options, hunts, signal }, { outbox, disk }, past);
      await runRound(session, folder);
      const waits = round > 0 && session.failures.length === 0 && !isStanding(session.options);
      if (waits) await aborted(signal);
      // A state that could not be written takes no more commits: the next call goes on from the last one.
      const isBroken = session.failures.some(({ error }) => error instanceof StateError);
      if (due?.aborted !== true || options.signal.aborted || isBroken) {
        return sessionResult(session);
      }
      past = inputOf(session);
    }
  } finally {
    await options.delivery?.end();
    await folder?.close();
  }
}

function sessionResult(session: Session): SessionResult {
  const { results, scopes, failures } = session;
  const coverage = scopes.map(({ view, coverage: { partitions } }) => ({
    hunts: view.hunts.map(({ hunt }) => hunt.id),
    partitions,
  }));
  return { results, input: inputOf(session), coverage, failures };
}

/** Of all rounds so far. */
function inputOf({ past, scopes }: Session): InputCounts {
  return sumCounts([past, ...scopes.map(({ counts }) => counts)]);
}

function newSession(options: SessionOptions, waited: Pick<Session, 'outbox' | 'disk'>, past: InputCounts): Session {
  return {
    options,
    ...waited,
    commits: new OneAtATime(),
    results: new Map(),
    past,
    scopes: [],
    failures: [],
    stop: new AbortController(),
    isLive: isLive(options),
  };
}

async function runRound(session: Session, folder: StateFolder | undefined): Promise<void> {
  const { options } = session;
  if (folder !== undefined) await recover(folder, options);
  const planned: (() => Promise<void>)[] = [];
  for (const scope of scopesOf(options.hunts)) {
    for (const cohort of await cohortsOf(scope, folder, options)) {
      planned.push(() => runCohort(scope, cohort, folder, session));
    }
  }
  await folder?.releaseOthers((change) => options.huntChanged?.(change));
  options.meter?.expect(session.isLive ? planned.length : Math.min(1, planned.length));
  if (session.isLive) await settleAll(planned.map((run) => run()));
  else {
    for (const run of planned) {
      if (options.signal.aborted) break;
      await run();
    }
  }
  // After a failure the outbox keeps what a sink may not have taken.
  if (folder !== undefined && session.failures.length === 0) await folder.delivered(await options.sink.mark());
}

/** The hunts do not come to an end by themselves. */
function isStanding({ hunts, follow }: SessionOptions): boolean {
  return hunts.length > 0 && (follow === true || hunts.some(isEndless));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

interface Session {
  readonly options: SessionOptions;
  readonly commits: OneAtATime;
  readonly results: Map<string, HuntResult>;
  /** Input of earlier rounds. */
  readonly past: InputCounts;
  /** Those of this round. */
  readonly scopes: ScopeRun[];
  readonly failures: ScopeFailure[];
  /** A defect was met: scopes that run beside it end. */
  readonly stop: AbortController;
  /** Some source may never end. */
  readonly isLive: boolean;
  readonly outbox: AlertOutbox | undefined;
  readonly disk: DiskGuard | undefined;
}

/** Some source of the hunt has no end. */
export function isEndless({ sources }: SessionHunt): boolean {
  return [...sources.values()].some(({ endless }) => endless);
}

function isLive({ follow, hunts }: SessionOptions): boolean {
  return follow === true || hunts.some(({ sources }) => [...sources.values()].some(isLiveSource));
}

function isLiveSource(source: ResolvedSource): boolean {
  return source.endless === true || isStdin(source);
}

function isStdin({ id }: ResolvedSource): boolean {
  return id === '-';
}

async function runCohort(
  scope: ScopePlan,
  cohort: ScopeCohort,
  folder: StateFolder | undefined,
  session: Session,
): Promise<void> {
  const { options, results, scopes, failures, stop } = session;
  const interrupted = AbortSignal.any([options.signal, stop.signal]);
  const ended = new AbortController();
  const inputEnds = AbortSignal.any([interrupted, ended.signal]);
  try {
    const run = await ScopeRun.open(await scopeRunOptions(scope, cohort, folder, session, inputEnds));
    scopes.push(run);
    options.opened?.(run.view);
    try {
      await run.run(interrupted);
    } finally {
      for (const result of await run.results(options.rowsOf)) results.set(result.file, result);
      await options.inspect?.(run.view);
      run.close();
    }
  } catch (error) {
    if (!(error instanceof WindhoverError)) {
      stop.abort();
      throw error;
    }
    const failure = { hunts: cohort.hunts.map(({ hunt }) => hunt.file), error };
    failures.push(failure);
    options.scopeFailed?.(failure);
  } finally {
    // Standard input that nobody reads any more must not keep the process.
    ended.abort();
  }
}

async function openFolder(options: SessionOptions): Promise<StateFolder | undefined> {
  if (options.stateFolder === undefined) return undefined;
  const { openStore = RocksStateStore.open } = options;
  const store = await openStore(options.stateFolder);
  try {
    return await StateFolder.open(store, options.now());
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Watches the disk of the state folder, where there is one. */
function diskGuard(options: SessionOptions): DiskGuard | undefined {
  const { stateFolder, disk, limits = DEFAULT_RUN_LIMITS, now, timer = systemTimer(now) } = options;
  if (stateFolder === undefined || disk === undefined) return undefined;
  const measure = diskSpace(stateFolder, now, limits.stateMaxBytes !== Infinity);
  return new DiskGuard({ limits, measure, timer, waits: isLive(options), observer: disk });
}

/** Opens the outbox and starts what empties it: in the state folder, else in memory. */
async function openOutbox(
  folder: StateFolder | undefined,
  { delivery, now }: SessionOptions,
): Promise<AlertOutbox | undefined> {
  if (delivery === undefined) return undefined;
  const { sinks, limits, observer } = delivery;
  const outbox =
    folder === undefined
      ? await AlertOutbox.open(new MemoryStateStore(), sinks, limits, observer)
      : await folder.openOutbox(sinks, limits, observer);
  await delivery.start(outbox, folder?.created ?? Math.floor(now() / 1000));
  return outbox;
}

/** What was committed and perhaps not delivered leaves first. */
async function recover(folder: StateFolder, { sink }: SessionOptions): Promise<void> {
  const mark = await folder.sinkMark();
  if (mark !== undefined) await sink.rewind(mark);
  const alerts = await folder.undelivered();
  if (alerts.length > 0) await sink.write(alerts);
  await folder.delivered(await sink.mark());
}

interface ScopeCohort {
  readonly hunts: readonly SessionHunt[];
  readonly demand: Demand;
  readonly state: ScopeState | undefined;
  /** Names it among all readers of its sources. */
  readonly group: string;
}

async function cohortsOf(
  scope: ScopePlan,
  folder: StateFolder | undefined,
  options: SessionOptions,
): Promise<ScopeCohort[]> {
  const pick = (ids: readonly HuntIdentity[]): SessionHunt[] =>
    ids.flatMap(({ id }) => scope.hunts.filter(({ hunt }) => hunt.id === id));
  if (folder === undefined) {
    return [
      {
        hunts: scope.hunts,
        demand: demandOf(
          scope.hunts.map(({ hunt }) => hunt),
          options,
        ),
        state: undefined,
        group: `run-${randomBytes(5).toString('hex')}`,
      },
    ];
  }
  const cohorts = await folder.cohorts(
    scope.sources.map((source) => source.id),
    scope.hunts.map(({ hunt }) => huntIdentity(hunt)),
    (ids) =>
      demandOf(
        pick(ids).map(({ hunt }) => hunt),
        options,
      ),
    (change) => options.huntChanged?.(change),
  );
  return cohorts.map(({ hunts, demand, state, group }) => ({ hunts: pick(hunts), demand, state, group }));
}

async function scopeRunOptions(
  scope: ScopePlan,
  { hunts, demand, state, group }: ScopeCohort,
  folder: StateFolder | undefined,
  session: Session,
  signal: AbortSignal,
): Promise<Parameters<typeof ScopeRun.open>[0]> {
  const { options, commits, isLive, outbox, disk } = session;
  const hasNoEnd = options.follow === true || scope.sources.some(({ endless }) => endless);
  const endsBesideEndless = !hasNoEnd && options.hunts.some(isEndless);
  const { latenessMs, hostAliases, maxLineBytes, snapshots, countRecords, observer, sink, now } = options;
  const timer = options.timer ?? systemTimer(now);
  const sources = await openScopeSources(scope.sources, { session: options, group, timer, signal });
  // Standard input beside files that end is merged with them by time, as these are.
  const takesAsItComes = hasNoEnd || (isLive && scope.sources.every(isStdin));
  const bySource = new Map(hunts.flatMap((hunt) => [...hunt.sources].map(([uri, source]) => [uri, source.id])));
  return {
    hunts: hunts.map(({ hunt }) => hunt),
    sources,
    resolveSource: (uri) => bySource.get(uri) ?? uri,
    demand,
    retentionMs: options.retentionMs ?? (hasNoEnd ? DEFAULT_LIVE_RETENTION_MS : Infinity),
    sourceRetentionMs: options.sourceRetentionMs,
    typeRetentionMs: options.typeRetentionMs,
    latenessMs,
    hostAliases,
    maxLineBytes,
    limits: options.limits,
    disk,
    seed: folder?.seed ?? randomInt(1, 2 ** 31),
    snapshots,
    countRecords,
    meter: options.meter,
    observer: { ...observer, progress: (_counts, sizes) => observer.progress(inputOf(session), sizes) },
    state,
    bounds: options.bounds,
    notes: options.notes,
    emit: async (alerts) => {
      await sink.write(alerts);
      // With a state the commit has put them there.
      if (state === undefined) await outbox?.add(alerts);
    },
    room: outbox === undefined ? undefined : (signal) => outbox.room(signal),
    saves: endsBesideEndless && options.saves !== undefined ? { ...options.saves, everyMs: null } : options.saves,
    sinkMark: () => sink.mark(),
    wallClock: now,
    clock: options.clock ?? (hasNoEnd ? 'wall' : 'event'),
    live: takesAsItComes ? { timer, displayMs: hasNoEnd ? options.displayMs : undefined } : undefined,
    exclusive: (action) => commits.run(action),
  };
}
