import { compareInstants } from '../catalogue/instant.ts';
import { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import { ListingRows } from '../dataflow/listing-rows.ts';
import type { LoadContents } from '../dataflow/load-missing.ts';
import { Scope } from '../dataflow/scope.ts';
import { EntityGraph } from '../graph/entity-graph.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../telemetry/record-batch.ts';
import type { ByteSource } from '../telemetry/decoder.ts';
import type { Demand } from '../telemetry/demand.ts';
import { AlertFeed } from './alert-feed.ts';
import type { AlertDocument } from './alert-document.ts';
import { BatchMerge, type SourcedBatch } from './batch-merge.ts';
import type { CompiledHunt } from './compile-hunt.ts';
import type { HuntResult } from './hunt-result.ts';
import { HuntSaves, type SaveOptions } from './hunt-saves.ts';
import { readHuntResult } from './read-hunt-result.ts';
import { emptyCounts, type HuntSizes, type InputCounts, type RunObserver } from './run-observer.ts';
import type { ScopeState } from './scope-state.ts';
import { SourceReader, type PlacePosition } from './source-reader.ts';

export interface ScopeSource {
  readonly name: string;
  readonly places: readonly ByteSource[];
}

export interface ScopeRunOptions {
  /** Hunts with a plan, all reading exactly these sources. */
  readonly hunts: readonly CompiledHunt[];
  readonly sources: readonly ScopeSource[];
  /** From a URI after FROM to the name of its source. */
  readonly resolveSource: (uri: string) => string;
  readonly demand: Demand;
  readonly retentionMs: number;
  readonly latenessMs: number;
  readonly hostAliases: ReadonlyMap<string, string>;
  readonly maxLineBytes: number;
  /** Seed of the text hashes; part of the state. */
  readonly seed: number;
  readonly snapshots: boolean;
  readonly countRecords: boolean;
  readonly observer: RunObserver;
  /** Absent: nothing survives the run. */
  readonly state: ScopeState | undefined;
  /** Alerts leave here after the commit they belong to. */
  readonly emit: (alerts: readonly AlertDocument[]) => Promise<void>;
  /** Absent: SAVE writes nothing (tests of hunts, the demo). */
  readonly saves?: SaveOptions | undefined;
  /** How far the sink has come: part of the commit (decision 27). */
  readonly sinkMark: () => unknown;
  /** Wall clock, ms: commit pacing and the times written into alerts. */
  readonly wallClock: () => number;
}

/** A commit covers the epochs of at most this much wall time (decision 21). */
const COMMIT_MS = 50;
/** Contents kept in memory beside the state store, which holds the rest. */
const RESIDENT_CONTENTS = 200_000;

/**
 * Runs the hunts of one scope over its sources to their end, or until the signal is given: the pull loop. The next
 * batch is asked for after the epoch of the last one is done, so nothing queues up (decision 15).
 */
export class ScopeRun {
  readonly counts: InputCounts = emptyCounts();
  readonly #options: ScopeRunOptions;
  readonly #scope: Scope;
  readonly #feeds: AlertFeed[] = [];
  readonly #saves: HuntSaves[] = [];
  /** Hunts that an operator's failure stopped: what they hold is no answer. */
  readonly #failedHunts = new Set<string>();
  readonly #listings: ListingRows;
  readonly #positions = new Map<string, PlacePosition>();
  readonly #changedPositions = new Map<string, PlacePosition>();
  readonly #snapshotRecords = new Map<HuntDataflow, number>();
  #pending: AlertDocument[] = [];
  #lastCommit = 0;
  #lastSave: number;

  private constructor(options: ScopeRunOptions, graph: EntityGraph, load: LoadContents) {
    this.#options = options;
    this.#lastSave = options.wallClock();
    this.#listings = new ListingRows(graph, load);
    this.#scope = new Scope(
      graph,
      (sourceOf) =>
        options.hunts.map(
          (hunt) => new HuntDataflow(hunt.id, hunt.plan, graph, { resolveSource: options.resolveSource, sourceOf }),
        ),
      {
        load,
        retentionMs: options.retentionMs,
        latenessMs: options.latenessMs,
        onHuntFailure: (hunt, error) => {
          this.#failedHunts.add(hunt);
          options.observer.huntFailed(hunt, error);
        },
      },
    );
    this.#scope.hunts.forEach((dataflow, i) => {
      const hunt = options.hunts[i] as CompiledHunt;
      for (const alert of hunt.alerts) this.#feeds.push(new AlertFeed(hunt, alert, dataflow, graph, load));
      if (options.saves !== undefined) {
        this.#saves.push(new HuntSaves(hunt, dataflow, this.#listings, options.saves));
      }
    });
  }

  /** Builds the operators, over the graph as the state has it. */
  static async open(options: ScopeRunOptions): Promise<ScopeRun> {
    const { state } = options;
    const graph = new EntityGraph(options.demand, {
      retains: options.retentionMs !== Infinity,
      countsRecords: options.countRecords,
    });
    const load: LoadContents = async (handles) => state?.load(graph, handles);
    // Before the operators: rows of NEW take their handles from the graph.
    const resumed = (await state?.restoreGraph(graph)) ?? false;
    const run = new ScopeRun(options, graph, load);
    await state?.restoreOperators(run.#scope, run.#feeds);
    await run.#scope.start(resumed ? 'replay' : 'record', state?.epoch ?? 0);
    for (const position of state?.positions ?? []) run.#positions.set(position.place, position);
    await run.#collectAlerts(resumed);
    return run;
  }

  async run(signal: AbortSignal): Promise<void> {
    const readers = this.#readers();
    const merge = new BatchMerge(readers);
    let isComplete = false;
    try {
      while (!signal.aborted) {
        const next = await merge.next();
        if (next === undefined) break;
        await this.#epoch(next);
      }
      if (!signal.aborted) {
        await this.#finish();
        isComplete = true;
      }
    } finally {
      await this.#commit();
      for (const reader of readers) await reader.close();
    }
    if (isComplete || this.#options.saves?.everyMs !== null) await this.#save();
  }

  /** Variables, displays and alert counts as they stand. */
  async results(rowsOf: (variable: string) => boolean): Promise<HuntResult[]> {
    const results: HuntResult[] = [];
    for (const [i, dataflow] of this.#scope.hunts.entries()) {
      const hunt = this.#options.hunts[i] as CompiledHunt;
      const feeds = this.#feeds.filter((feed) => feed.hunt === hunt);
      results.push(
        await readHuntResult(hunt, dataflow, this.#scope.graph, this.#listings, feeds, {
          rowsOf,
          countRecords: this.#options.countRecords,
          saves: this.#saves[i]?.results ?? [],
        }),
      );
    }
    return results;
  }

  close(): void {
    this.#scope.close();
  }

  #readers(): SourceReader[] {
    const { sources, demand, hostAliases, maxLineBytes, seed, observer, snapshots } = this.#options;
    return sources.map(
      (source) =>
        new SourceReader(
          source.name,
          source.places,
          {
            demand,
            batchSize: snapshots ? 1 : BATCH_CAPACITY,
            maxSpanMs: this.#scope.smallestWindowMs,
            maxLineBytes,
            hostAliases,
            seed,
          },
          [...this.#positions.values()],
          (notice) => observer.place(source.name, notice),
        ),
    );
  }

  async #epoch({ source, batch, position }: SourcedBatch): Promise<void> {
    const { observer } = this.#options;
    this.#count(batch);
    if (batch.rejects.length > 0) observer.rejects(source, batch.rejects);
    if (batch.size > 0) await this.#scope.process(batch, source);
    this.counts.late = this.#scope.counts.late;
    this.counts.refused = this.#scope.counts.refused;
    this.#positions.set(position.place, position);
    this.#changedPositions.set(position.place, position);
    await this.#collectAlerts(false);
    if (this.#options.snapshots && batch.size > 0) await this.#tellSnapshots(source);
    const now = this.#options.wallClock();
    if (this.#options.state === undefined || now - this.#lastCommit >= COMMIT_MS) {
      await this.#commit();
      const everyMs = this.#options.saves?.everyMs ?? Infinity;
      if (now - this.#lastSave >= everyMs) await this.#save();
    }
    observer.batch?.(source, batch);
    observer.progress(this.counts, () => this.#sizes());
  }

  async #finish(): Promise<void> {
    await this.#scope.finish();
    await this.#collectAlerts(false);
    for (const feed of this.#feeds) this.#pending.push(...feed.flush(this.#options.wallClock()));
  }

  #count(batch: RecordBatch): void {
    const { counts } = this;
    counts.records += batch.size;
    counts.ignored += batch.ignored;
    counts.undecodable += batch.undecodable;
    for (let row = 0; row < batch.size; row++) {
      const firstMs = batch.firstMs[row] as number;
      const lastMs = batch.lastMs[row] as number;
      if (counts.from === undefined || firstMs <= counts.from.ms) {
        const first = { ms: firstMs, ns: batch.firstNs[row] as number };
        if (counts.from === undefined || compareInstants(first, counts.from) < 0) counts.from = first;
      }
      if (counts.to === undefined || lastMs >= counts.to.ms) {
        const last = { ms: lastMs, ns: batch.lastNs[row] as number };
        if (counts.to === undefined || compareInstants(last, counts.to) > 0) counts.to = last;
      }
    }
  }

  /** Lets the feeds see what their variables did; `replayed`: what enters was there before the restart. */
  async #collectAlerts(replayed: boolean): Promise<void> {
    const { now } = this.#scope.clock;
    for (const feed of this.#feeds) {
      if (!feed.hasInput() && !feed.hasDue(now)) continue;
      this.#pending.push(...(await feed.collect(this.#scope.epoch, now, this.#options.wallClock(), replayed)));
    }
  }

  /** One atomic write for everything since the last one; the alerts of these epochs leave after it. */
  async #commit(): Promise<void> {
    const alerts = this.#pending;
    this.#pending = [];
    const { state, sinkMark } = this.#options;
    await state?.commit(this.#scope, this.#feeds, [...this.#changedPositions.values()], alerts, sinkMark());
    this.#changedPositions.clear();
    if (alerts.length > 0) await this.#options.emit(alerts);
    if (this.#options.state !== undefined) this.#scope.graph.contents.evict(RESIDENT_CONTENTS);
    this.#lastCommit = this.#options.wallClock();
  }

  #sizes(): HuntSizes[] {
    return this.#scope.hunts.map((dataflow, i) => ({
      hunt: (this.#options.hunts[i] as CompiledHunt).id,
      variables: dataflow.plan.variables.map(({ name, listing }) => ({
        name,
        type: listing.type,
        entities: dataflow.at(listing.node).members.size,
      })),
    }));
  }

  /** After a commit, so that a file never holds what a restart would not know. */
  async #save(): Promise<void> {
    for (const [i, saves] of this.#saves.entries()) {
      const { id } = this.#options.hunts[i] as CompiledHunt;
      if (!this.#failedHunts.has(id)) await saves.write();
    }
    this.#lastSave = this.#options.wallClock();
  }

  async #tellSnapshots(source: string): Promise<void> {
    for (const [i, dataflow] of this.#scope.hunts.entries()) {
      const hunt = this.#options.hunts[i] as CompiledHunt;
      const own = dataflow.plan.sources.some((uri) => this.#options.resolveSource(uri) === source);
      if (!own) continue;
      const record = (this.#snapshotRecords.get(dataflow) ?? 0) + 1;
      this.#snapshotRecords.set(dataflow, record);
      const tables = [];
      for (const display of dataflow.plan.displays) {
        if (display.kind !== 'table') continue;
        tables.push(await this.#listings.display(dataflow, display.listing, display.limit, display.offset));
      }
      this.#options.observer.snapshot({
        hunt: hunt.id,
        file: hunt.file,
        record,
        variables: Object.fromEntries(
          dataflow.plan.variables.map(({ name, listing }) => [name, dataflow.at(listing.node).members.size]),
        ),
        tables,
      });
    }
  }
}
