import { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { ListingRows } from '../../dataflow/listing-rows.ts';
import { loadMissing, type LoadContents } from '../../dataflow/load-missing.ts';
import { retains } from '../../dataflow/retention.ts';
import { Scope } from '../../dataflow/scope.ts';
import { BackfillClock } from '../../dataflow/backfill-clock.ts';
import { WallClock } from '../../dataflow/wall-clock.ts';
import { EntityGraph } from '../../graph/entity-graph.ts';
import { AlertFeed } from '../alerts/alert-feed.ts';
import { ScopeAlerts } from '../alerts/scope-alerts.ts';
import { isBackfilling } from '../backfill/is-backfilling.ts';
import type { SourcedBatch } from '../input/batch-merge.ts';
import type { CoverageLedger } from '../coverage/coverage-ledger.ts';
import { heardBy, scopeCoverage } from '../coverage/scope-coverage.ts';
import { CompleteVariables } from './complete-variables.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import { countInput } from '../input/count-input.ts';
import type { HuntResult } from './hunt-result.ts';
import { changedNotes, restoreNotes } from '../state/run-notes.ts';
import { bytesSince, huntGauges, lagOf } from './hunt-gauges.ts';
import { huntSizes } from './hunt-sizes.ts';
import { LiveDisplays } from './live-displays.ts';
import { ScopeJournal } from '../journal/scope-journal.ts';
import { readHuntResult } from './read-hunt-result.ts';
import { emptyCounts, type InputCounts } from './run-observer.ts';
import type { MeteredScope } from './run-meter.ts';
import { DEFAULT_RUN_LIMITS } from '../limits/run-limits.ts';
import { ScopeSaves } from './scope-saves.ts';
import { ScopePace } from './scope-pace.ts';
import type { ScopeView } from './scope-view.ts';
import { RunWatch } from '../limits/run-watch.ts';
import { openInput } from '../input/open-input.ts';
import type { LiveInput, OrderedInput } from '../input/scope-input.ts';
import type { ScopeRunOptions } from './scope-run-options.ts';
import { SnapshotTeller } from './snapshot-teller.ts';
import { rowsOutside } from '../input/time-bounds.ts';
import { unlessAborted } from '../input/unless-aborted.ts';
import { ScopePositions } from '../input/scope-positions.ts';
import type { BatchSupply } from '../input/source-reader.ts';

/**
 * Runs the hunts of one scope over its sources to their end, or until the signal is given: the pull loop. The next
 * batch is asked for after the epoch of the last one is done, so nothing queues up (decision 15). Live sources are taken
 * as they come, and time passes without them where the wall clock rules.
 */
export class ScopeRun {
  readonly counts: InputCounts = emptyCounts();
  readonly #options: ScopeRunOptions;
  readonly #scope: Scope;
  readonly #hunts: ScopeView['hunts'];
  readonly #alerts: ScopeAlerts;
  readonly #saves: ScopeSaves;
  /** Hunts that an operator's failure stopped: what they hold is no answer. */
  readonly #failedHunts = new Set<string>();
  readonly #listings: ListingRows;
  readonly #positions = new ScopePositions();
  readonly #snapshots: SnapshotTeller | undefined;
  readonly #wall: WallClock | BackfillClock | undefined;
  /** History is being read that live sources go on from. */
  #isBackfilling: boolean;
  readonly #displays: LiveDisplays | undefined;
  readonly #completion: CompleteVariables;
  readonly #watch: RunWatch;
  readonly #metered: MeteredScope;
  /** What has been seen of the sources, and what not. */
  readonly coverage: CoverageLedger;
  #inUse: readonly BatchSupply[] = [];
  /** The reading of the wall clock that goes for the present epoch or tick, ms. */
  #nowMs: number;
  #journal = ScopeJournal.none;
  readonly #pace: ScopePace;
  /** A commit failed: what it was to write is known nowhere else any more. */
  #commitFailed = false;

  private constructor(options: ScopeRunOptions, graph: EntityGraph, load: LoadContents) {
    this.#options = options;
    this.#nowMs = options.wallClock();
    this.#watch = new RunWatch(options, () => this.#nowMs);
    this.#listings = new ListingRows(load);
    this.#isBackfilling = options.script?.backfilling ?? isBackfilling(options.sources, options.state?.positions ?? []);
    if (options.clock === 'wall') {
      this.#wall = this.#isBackfilling ? new BackfillClock() : new WallClock();
    }
    this.#pace = ScopePace.of(options, this.#wall !== undefined, this.#nowMs);
    this.#scope = new Scope(
      graph,
      options.hunts.map(({ id, plan }) => new HuntDataflow(id, plan, graph, options)),
      {
        load,
        retentionMs: options.retentionMs,
        sourceRetentionMs: options.sourceRetentionMs,
        typeRetentionMs: options.typeRetentionMs,
        latenessMs: options.latenessMs,
        ...(this.#wall === undefined ? {} : { clock: this.#wall }),
        ...this.#watch.scopeOptions,
        onRefused: (host, behindMs) => options.observer.refused?.(host, behindMs),
        onHuntFailure: (hunt, error) => {
          this.#failedHunts.add(hunt);
          this.coverage.stopped(hunt, error, (source) => this.#reachedMs(source));
          options.observer.huntFailed(hunt, error);
        },
      },
    );
    const hunts = this.#scope.hunts.map((dataflow, i) => ({ hunt: options.hunts[i] as CompiledHunt, dataflow }));
    this.#hunts = hunts;
    this.coverage = scopeCoverage(options, hunts);
    this.#alerts = new ScopeAlerts(
      hunts.flatMap(({ hunt, dataflow }) => hunt.alerts.map((alert) => new AlertFeed(hunt, alert, dataflow, graph))),
      {
        load: async (ask) => {
          if (!graph.contents.isWhole) await loadMissing(load, ask);
        },
        named: (alerts) => this.coverage.named(alerts),
        left: (alerts) => options.observer.left?.(alerts),
      },
    );
    this.#saves = new ScopeSaves(hunts, this.#listings, options.saves);
    this.#snapshots = options.snapshots ? new SnapshotTeller(hunts, this.#listings, options) : undefined;
    this.#metered = {
      awaited: options.sources.flatMap(({ name, log }) => (log === undefined ? [] : [name])),
      graph,
      coverage: () => this.coverage.totals(),
      hunts: () => huntGauges(this.#scope, hunts, this.#alerts.feeds, this.#failedHunts),
    };
    this.#completion = new CompleteVariables(options.hunts, options.latenessMs);
    if (options.live?.displayMs !== undefined) {
      this.#displays = new LiveDisplays(hunts, this.#listings, options.live.displayMs);
    }
  }

  /** Builds the operators, over the graph as the state has it. */
  static async open(options: ScopeRunOptions): Promise<ScopeRun> {
    const { state } = options;
    const graph = new EntityGraph(options.demand, {
      retains: retains(options),
      countsRecords: options.countRecords,
    });
    const load: LoadContents = async (handles) => {
      options.meter?.loaded(handles.length);
      await state?.load(graph, handles);
    };
    // Before the operators: rows of NEW take their handles from the graph.
    const resumed = (await state?.restoreGraph(graph)) ?? false;
    const run = new ScopeRun(options, graph, load);
    await state?.restoreOperators(run.#scope, run.#alerts.feeds);
    run.coverage.restore((await state?.coverage()) ?? []);
    restoreNotes(options.notes, (await state?.notes()) ?? [], run.counts, run.#scope.counts);
    run.#journal = await ScopeJournal.open(options, run.#nowMs, {
      smallestWindowMs: run.#scope.smallestWindowMs,
      backfilling: run.#isBackfilling,
      resumed,
    });
    run.#wall?.set(run.#nowMs);
    run.#watch.begin(run.#nowMs);
    await run.#scope.start(resumed ? 'replay' : 'record', state?.epoch ?? 0);
    run.#positions.restore(state?.positions ?? []);
    await run.#collectAlerts(resumed);
    options.meter?.opened(run.#metered);
    return run;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { live, script } = this.#options;
    const heard = heardBy(this.coverage, this.#options);
    const input =
      script?.input ?? openInput(heard, this.#positions.all, this.#scope.smallestWindowMs, this.#nowMs, signal);
    this.#inUse = input.supplies;
    let isComplete = false;
    try {
      if (this.#isBackfilling) {
        await this.#runToEnd(input.history, signal);
        if (!signal.aborted) await this.#goLive();
      }
      if (input.live === undefined) await this.#runToEnd(input.ordered, signal);
      else await this.#runLive(input.live, signal);
      if (!signal.aborted) {
        await this.#finish();
        isComplete = true;
      } else if (live !== undefined && this.#options.state === undefined) {
        // What waits for the clock waits in the state; without one it leaves now, or never.
        await this.#alerts.flush(this.#scope, this.#nowMs);
      }
    } finally {
      try {
        // After one that failed, positions would pass by the changes that it lost.
        if (!this.#commitFailed) await this.#commit();
      } finally {
        for (const supply of this.#inUse) await supply.close();
      }
    }
    if (isComplete || this.#options.saves?.everyMs !== null) await this.#save();
  }

  async #runToEnd(input: OrderedInput, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#room(signal);
      // A server may keep us waiting for long.
      const next = await unlessAborted(input.next(), signal);
      if (next === undefined) break;
      await this.#epoch(next);
      this.#options.meter?.turned(this.#metered);
    }
  }

  /** Waits until sinks and disk have room; what is done is committed before. */
  async #room(signal: AbortSignal): Promise<void> {
    const { room, disk, meter } = this.#options;
    await room?.(signal);
    if (disk === undefined || (await disk.hasRoom())) return;
    await this.#commit();
    await disk.room(signal, () => meter?.turned(this.#metered));
  }

  /** Windows go by the wall clock from now on; what history held beyond the limit of alerts is summed up. */
  async #goLive(): Promise<void> {
    this.#isBackfilling = false;
    this.#nowMs = this.#options.wallClock();
    this.#journal.add({ kind: 'live', clock: this.#nowMs });
    if (this.#wall instanceof BackfillClock) this.#wall.goLive(this.#nowMs);
    this.#watch.begin(this.#nowMs);
    await this.#collectAlerts(false);
    this.#alerts.endBackfill(this.#nowMs);
    await this.#commit();
    await this.#passTime();
  }

  async #runLive(input: LiveInput, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#room(signal);
      const next = await input.take();
      if (next !== undefined) await this.#epoch(next);
      else if (input.ended || signal.aborted) break;
      else {
        await input.wait(this.#idleMs());
        this.#nowMs = this.#options.wallClock();
      }
      await this.#passTime(next === undefined);
      this.#options.meter?.turned(this.#metered);
    }
  }

  /** How long nothing is to be done but wait for input, ms of wall time. */
  #idleMs(): number {
    const now = this.#options.wallClock();
    return Math.min(this.#pace.idleMs(now), this.#displays?.dueIn(now) ?? Infinity, this.#watch.dueIn(now));
  }

  /**
   * What the wall clock brings about without a record: expiry, alerts that have settled, commits, displays. `isIdle`: no input
   * waited.
   */
  async #passTime(isIdle = false): Promise<void> {
    const now = this.#nowMs;
    this.#watch.passTime(this.#scope, now);
    // Where nothing is due the clock stays: what the journal does not say must not be anywhere else.
    const clock = this.#wall?.at(now);
    if (clock !== undefined && (this.#scope.isDue(clock) || this.#alerts.hasDue(clock))) {
      this.#wall?.set(now);
      this.#journal.add({ kind: 'tick', clock: now });
      await this.#scope.advance(clock);
      await this.#collectAlerts(false);
      this.#pace.changed();
    }
    const passed = clock ?? this.#scope.clock.now;
    for (const complete of this.#completion.take(passed)) this.#options.observer.completed?.(complete);
    if ((this.#pace.uncommitted || this.coverage.isChanged) && this.#pace.mayCommit(now, isIdle)) await this.#commit();
    if (!this.#pace.uncommitted && this.#pace.saveDueIn(now) === 0) await this.#save();
    if (this.#displays?.dueIn(now) !== 0) return;
    for (const change of await this.#displays.changes(now)) this.#options.observer.displayChanged?.(change);
  }

  /** Variables, displays and alert counts as they stand. */
  async results(rowsOf: (variable: string) => boolean): Promise<HuntResult[]> {
    const results: HuntResult[] = [];
    for (const { hunt, dataflow } of this.#hunts) {
      const feeds = this.#alerts.feeds.filter((feed) => feed.hunt === hunt);
      results.push(
        await readHuntResult(hunt, dataflow, this.#scope.graph, this.#listings, feeds, {
          rowsOf,
          countRecords: this.#options.countRecords,
          saves: this.#saves.resultsOf(hunt),
        }),
      );
    }
    return results;
  }

  /** The hunts as they stand, for whoever asks why something is a member. Valid until `close`. */
  get view(): ScopeView {
    return { graph: this.#scope.graph, hunts: this.#hunts, feeds: this.#alerts.feeds };
  }

  close(): void {
    this.#options.meter?.closed(this.#metered);
    this.#scope.close();
  }

  /** How far a source has been read, event time in ms. By the wall clock the run is as far as that whatever the records say. */
  #reachedMs(source: string): number | undefined {
    const ms = this.#wall === undefined ? this.#scope.clock.now?.ms : this.#scope.sourceMs(source);
    return ms === -Infinity ? undefined : ms;
  }

  async #epoch(next: SourcedBatch): Promise<void> {
    const { source, batch, position, duplicates: known = 0 } = next;
    const { observer, meter } = this.#options;
    const began = meter?.now() ?? 0;
    const { late, refused, duplicates } = this.counts;
    const bytes = meter === undefined ? 0 : bytesSince(this.#positions.before(position), position);
    this.#nowMs = this.#options.wallClock();
    this.#wall?.set(this.#nowMs);
    if (!this.#isBackfilling) this.#watch.look(this.#nowMs);
    const { bounds } = this.#options;
    const outside = bounds === undefined ? undefined : rowsOutside(batch, bounds);
    countInput(this.counts, batch, outside);
    this.counts.records -= known;
    this.counts.duplicates += known;
    if (batch.rejects.length > 0) observer.rejects(source, batch.rejects);
    this.#watch.arrived(source, batch, this.#wall?.now);
    if (batch.size > 0) await this.#scope.process(batch, source, outside);
    this.#watch.done(this.#scope);
    this.coverage.take(next, { outside, left: this.#scope.left, believedMs: this.#scope.sourceMs(source) });
    this.counts.late = this.#scope.counts.late;
    this.counts.refused = this.#scope.counts.refused;
    this.#journal.epoch(this.#nowMs, this.#scope.epoch, next, this.#positions.before(position));
    this.#positions.move(next);
    await this.#collectAlerts(false);
    meter?.epoch({
      source,
      batch,
      ms: meter.now() - began,
      late: this.counts.late - late,
      refused: this.counts.refused - refused,
      duplicates: this.counts.duplicates - duplicates,
      bytes,
      lag: lagOf(next),
    });
    if (batch.size > 0) await this.#snapshots?.tell(source);
    observer.batch?.(source, batch, outside);
    this.#pace.changed();
    const now = this.#options.wallClock();
    if (this.#options.state === undefined || this.#pace.mayCommit(now)) {
      await this.#commit();
      if (this.#pace.saveDueIn(now) === 0) await this.#save();
    }
    observer.progress(this.counts, () => huntSizes(this.#hunts));
  }

  async #finish(): Promise<void> {
    this.#nowMs = this.#options.wallClock();
    this.#wall?.set(this.#nowMs);
    this.#journal.add({ kind: 'end', clock: this.#nowMs });
    await this.#scope.finish();
    await this.#collectAlerts(false);
    await this.#alerts.flush(this.#scope, this.#nowMs);
  }

  /** Lets the feeds see what their variables did; `replayed`: what enters was there before the restart. */
  async #collectAlerts(replayed: boolean): Promise<void> {
    await this.#alerts.collect({
      epoch: this.#scope.epoch,
      now: this.#scope.clock.now,
      wallMs: this.#nowMs,
      replayed,
      backfilled: this.#isBackfilling,
    });
  }

  /** One atomic write for everything since the last one; the alerts of these epochs leave after it. */
  async #commit(): Promise<void> {
    const { exclusive, meter } = this.#options;
    const [began, from] = [meter?.now() ?? 0, this.#options.wallClock()];
    this.#commitFailed = true;
    if (exclusive === undefined) await this.#commitNow();
    else await exclusive(() => this.#commitNow());
    this.#commitFailed = false;
    meter?.committed(meter.now() - began);
    this.#pace.committed(from, this.#options.wallClock());
  }

  async #commitNow(): Promise<void> {
    const alerts = this.#alerts.take();
    const { feeds } = this.#alerts;
    const { state, sinkMark, notes, limits = DEFAULT_RUN_LIMITS } = this.#options;
    const positions = this.#positions.changed;
    const coverage = this.coverage.takeChanged();
    if (state === undefined) {
      this.#scope.forgetChanges();
      this.#alerts.forgetChanged();
    } else {
      const noted = changedNotes(notes, this.counts);
      await state.commit(this.#scope, feeds, positions, alerts, await sinkMark(), coverage, noted);
      if (positions.length > 0) for (const supply of this.#inUse) supply.committed?.(positions);
    }
    this.#positions.committed();
    if (alerts.length > 0) await this.#options.emit(alerts);
    state?.confirmDelivery();
    if (state !== undefined) this.#scope.graph.contents.evict(limits.entityCache);
  }

  /** After a commit, so that a file never holds what a restart would not know. */
  async #save(): Promise<void> {
    const failed = await this.#saves.write(this.#failedHunts);
    this.#pace.saved(this.#options.wallClock(), failed);
  }
}
