import { randomBytes, randomInt } from 'node:crypto';
import { compareInstants } from '../catalogue/instant.ts';
import { WindhoverError } from '../errors/windhover-error.ts';
import type { AlertDocument } from '../hunts/alert-document.ts';
import { AlertOutbox, type OutboxLimits, type OutboxObserver } from '../hunts/alert-outbox.ts';
import type { CompiledHunt } from '../hunts/compile-hunt.ts';
import type { HuntResult } from '../hunts/hunt-result.ts';
import type { SaveOptions } from '../hunts/hunt-saves.ts';
import type { RunMeter } from '../hunts/run-meter.ts';
import { emptyCounts, type InputCounts, type RunObserver } from '../hunts/run-observer.ts';
import { ScopeRun, type ScopeView } from '../hunts/scope-run.ts';
import type { ScopeState } from '../hunts/scope-state.ts';
import type { TimeBounds } from '../hunts/time-bounds.ts';
import { StateFolder } from '../hunts/state-folder.ts';
import { huntIdentity, type HuntIdentity } from '../hunts/upgrade/hunt-identity.ts';
import type { HuntChange } from '../hunts/upgrade/hunt-change.ts';
import { MemoryStateStore } from '../store/memory-state-store.ts';
import { RocksStateStore } from '../store/rocks-state-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Demand } from '../telemetry/demand.ts';
import { demandOf } from '../hunts/demand-of.ts';
import type { Timer } from '../telemetry/timer.ts';
import type { OpenHistory } from './elastic-histories.ts';
import type { OpenLog } from './kafka-logs.ts';
import { openScopeSources } from './open-scope-sources.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { DEFAULT_LIVE_RETENTION_MS } from './run-options.ts';
import type { ResolvedSource } from './source-resolver.ts';
import { systemTimer } from './system-timer.ts';

export interface SessionHunt {
  readonly hunt: CompiledHunt;
  /** URI after FROM → its source. */
  readonly sources: ReadonlyMap<string, ResolvedSource>;
}

export interface SessionOptions {
  readonly hunts: readonly SessionHunt[];
  readonly stateFolder: string | undefined;
  /** Opens the state in that folder. Default: RocksDB. */
  readonly openStore?: (folder: string) => Promise<StateStore>;
  /** Default: 24 h for scopes that have no end, else all. */
  readonly retentionMs: number | undefined;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly maxLineBytes: number;
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
  /** Files of one source are merged by event time; default: read one after the other. Not beside a state. */
  readonly filesByTime?: boolean;
  /** Bytes were read of a file, as they lie there. */
  readonly bytesRead?: ((bytes: number) => void) | undefined;
  /** A scope has come to its end: what its hunts hold can be looked at during the call. */
  readonly inspect?: ((view: ScopeView) => Promise<void>) | undefined;
  /** A hunt is not the one that its state was made with. Absent: there is no state, or nobody to tell. */
  readonly huntChanged?: (change: HuntChange) => void;
  /** A scope has failed while others go on. */
  readonly scopeFailed?: (failure: ScopeFailure) => void;
  readonly sink: {
    /** How far it has come. */
    mark: () => unknown;
    /** After a restart: back to where the last commit knew it. */
    rewind: (mark: unknown) => Promise<void>;
    write: (alerts: readonly AlertDocument[]) => Promise<void>;
  };
  /** Sinks beyond that one, which may be away. */
  readonly delivery?: SessionDelivery | undefined;
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
  /** What stopped a scope: its hunts have no result, or one up to the failure. */
  readonly failures: readonly ScopeFailure[];
}

export interface ScopeFailure {
  readonly hunts: readonly string[];
  readonly error: WindhoverError;
}

/**
 * Runs hunts in scopes: those that read the same set of sources share one graph and one pass (decision 1). Scopes run one
 * after the other, or side by side where a source is live, as that may never end.
 */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const session: Session = {
    options,
    commits: new OneAtATime(),
    results: new Map(),
    runs: [],
    failures: [],
    stop: new AbortController(),
    isLive: options.follow === true || options.hunts.some(({ sources }) => [...sources.values()].some(isLiveSource)),
  };
  const folder = await openFolder(options);
  try {
    session.outbox = await openOutbox(folder, options);
    if (folder !== undefined) await recover(folder, options);
    const planned: (() => Promise<void>)[] = [];
    for (const scope of scopesOf(options.hunts)) {
      for (const cohort of await cohortsOf(scope, folder, options)) {
        planned.push(() => runCohort(scope, cohort, folder, session));
      }
    }
    await folder?.releaseOthers((change) => options.huntChanged?.(change));
    options.meter?.expect(session.isLive ? planned.length : Math.min(1, planned.length));
    if (session.isLive) await all(planned.map((run) => run()));
    else {
      for (const run of planned) {
        if (options.signal.aborted) break;
        await run();
      }
    }
    // After a failure the outbox keeps what a sink may not have taken.
    if (folder !== undefined && session.failures.length === 0) await folder.delivered(options.sink.mark());
  } finally {
    await options.delivery?.end();
    await folder?.close();
  }
  return { results: session.results, input: sumCounts(session.runs), failures: session.failures };
}

interface Session {
  readonly options: SessionOptions;
  readonly commits: OneAtATime;
  readonly results: Map<string, HuntResult>;
  readonly runs: { readonly counts: InputCounts }[];
  readonly failures: ScopeFailure[];
  /** A defect was met: scopes that run beside it end. */
  readonly stop: AbortController;
  /** Some source may never end. */
  readonly isLive: boolean;
  outbox?: AlertOutbox | undefined;
}

/** Some source of the hunt has no end. */
export function isEndless({ sources }: SessionHunt): boolean {
  return [...sources.values()].some(({ endless }) => endless);
}

function isLiveSource(source: ResolvedSource): boolean {
  return source.endless === true || isStdin(source);
}

function isStdin({ id }: ResolvedSource): boolean {
  return id === '-';
}

/** Waits for all, also after one has failed; then throws what failed first. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function runCohort(
  scope: ScopePlan,
  cohort: ScopeCohort,
  folder: StateFolder | undefined,
  session: Session,
): Promise<void> {
  const { options, results, runs, failures, stop } = session;
  const interrupted = AbortSignal.any([options.signal, stop.signal]);
  const ended = new AbortController();
  const inputEnds = AbortSignal.any([interrupted, ended.signal]);
  try {
    const run = await ScopeRun.open(await scopeRunOptions(scope, cohort, folder, session, inputEnds));
    runs.push(run);
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

interface ScopePlan {
  readonly sources: readonly ResolvedSource[];
  readonly hunts: readonly SessionHunt[];
}

function scopesOf(hunts: readonly SessionHunt[]): ScopePlan[] {
  const scopes = new Map<string, { sources: readonly ResolvedSource[]; hunts: SessionHunt[] }>();
  for (const hunt of hunts) {
    const byId = new Map([...hunt.sources.values()].map((source) => [source.id, source]));
    const sources = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const key = sources.map((source) => source.id).join('\n');
    const known = scopes.get(key);
    if (known === undefined) scopes.set(key, { sources, hunts: [hunt] });
    else known.hunts.push(hunt);
  }
  return [...scopes.values()];
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
  await folder.delivered(sink.mark());
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
  { options, commits, runs, isLive, outbox }: Session,
  signal: AbortSignal,
): Promise<Parameters<typeof ScopeRun.open>[0]> {
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
    latenessMs,
    hostAliases,
    maxLineBytes,
    seed: folder?.seed ?? randomInt(1, 2 ** 31),
    snapshots,
    countRecords,
    meter: options.meter,
    observer: { ...observer, progress: (_counts, sizes) => observer.progress(sumCounts(runs), sizes) },
    state,
    bounds: options.bounds,
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

function sumCounts(runs: readonly { readonly counts: InputCounts }[]): InputCounts {
  const sum = emptyCounts();
  for (const { counts } of runs) addCounts(sum, counts);
  return sum;
}

function addCounts(sum: InputCounts, counts: InputCounts): void {
  sum.records += counts.records;
  sum.ignored += counts.ignored;
  sum.duplicates += counts.duplicates;
  sum.undecodable += counts.undecodable;
  sum.late += counts.late;
  sum.refused += counts.refused;
  const { from, to } = counts;
  if (from !== undefined && (sum.from === undefined || compareInstants(from, sum.from) < 0)) sum.from = from;
  if (to !== undefined && (sum.to === undefined || compareInstants(to, sum.to) > 0)) sum.to = to;
}
