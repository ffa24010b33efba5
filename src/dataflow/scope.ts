import type { Instant } from '../catalogue/instant.ts';
import type { EntityGraph, GraphChange } from '../graph/entity-graph.ts';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import { EventClock } from './epoch-clock.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import { loadMissing, type LoadContents } from './load-missing.ts';
import { Matcher } from './matching/matcher.ts';
import type { Operator, Phase } from './operator.ts';
import type { ScopeClock } from './scope-clock.ts';
import { FindOperator } from './operators/find-operator.ts';
import { GetOperator } from './operators/get-operator.ts';
import { NewOperator } from './operators/new-operator.ts';
import { RecordsOperator } from './operators/records-operator.ts';

/** Retention advances in steps of its length / this, so that expiry costs little. */
const RETENTION_STEPS = 64;

export interface ScopeOptions {
  readonly load: LoadContents;
  /** Milliseconds; Infinity keeps everything. */
  readonly retentionMs: number;
  readonly latenessMs: number;
  /** Default: the event clock. */
  readonly clock?: ScopeClock;
  /** Monotonic clock, ms: what each hunt's operators take is summed up. Absent: it is not measured. */
  readonly stopwatch?: (() => number) | undefined;
  /** A record was older than the retention: its host ('' for none), and how far it was behind the newest one, ms. */
  readonly onRefused?: (host: string, behindMs: number) => void;
  /** A hunt's operator threw: the hunt stops, the engine goes on. */
  readonly onHuntFailure: (hunt: string, error: unknown) => void;
}

/** What one epoch counted. */
export interface EpochCounts {
  late: number;
  refused: number;
}

/**
 * The hunts that read one set of sources, over their common entity graph (decision 1), one epoch at a time:
 * graph → matching → operators level by level, first what records changed, then what time changed. No intermediate
 * state is ever visible.
 */
export class Scope {
  readonly graph: EntityGraph;
  readonly hunts: readonly HuntDataflow[];
  readonly clock: ScopeClock;
  readonly counts: EpochCounts = { late: 0, refused: 0 };
  /** 1 for records of the last batch that were not taken in: too old, or none for this run. Absent: all were. */
  left: Uint8Array | undefined;
  readonly #options: ScopeOptions;
  readonly #matcher: Matcher;
  readonly #levels: { readonly hunt: HuntDataflow; readonly operator: Operator }[][] = [];
  readonly #gets: GetOperator[] = [];
  readonly #finds: FindOperator[] = [];
  readonly #news: NewOperator[] = [];
  readonly #records: RecordsOperator[] = [];
  readonly #failed = new Set<HuntDataflow>();
  readonly #spentMs = new Map<HuntDataflow, number>();
  /** Greatest last_observed by source, ms. */
  readonly #newest = new Map<string, number>();
  #epoch = 0;
  #horizonMs = -Infinity;
  #source = '';

  constructor(
    graph: EntityGraph,
    makeHunts: (sourceOf: () => string) => readonly HuntDataflow[],
    options: ScopeOptions,
  ) {
    this.graph = graph;
    this.clock = options.clock ?? new EventClock();
    this.#options = options;
    this.hunts = makeHunts(() => this.#source);
    for (const hunt of this.hunts) {
      for (const { operator, level } of hunt.operators) {
        (this.#levels[level] ??= []).push({ hunt, operator });
        if (operator instanceof GetOperator) this.#gets.push(operator);
        if (operator instanceof FindOperator) this.#finds.push(operator);
        if (operator instanceof NewOperator) this.#news.push(operator);
        if (operator instanceof RecordsOperator) this.#records.push(operator);
      }
    }
    for (const get of this.#gets) get.latenessMs = options.latenessMs;
    this.#matcher = new Matcher(this.#gets);
  }

  /** What the operators of a hunt took since the start, ms; 0 without a stopwatch. */
  spentMs(hunt: HuntDataflow): number {
    return this.#spentMs.get(hunt) ?? 0;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Smallest LAST window of the scope: no epoch may stretch over more event time (decision 13). */
  get smallestWindowMs(): number {
    return Math.min(Infinity, ...this.#gets.map((get) => get.windowMs ?? Infinity));
  }

  /** Before the first record: constant rows enter. After a restart: everything restored enters again. */
  async start(cause: 'record' | 'replay', resumedEpoch = 0): Promise<void> {
    this.#epoch = resumedEpoch;
    if (this.clock.now !== undefined) for (const get of this.#gets) get.setNow(this.clock.now);
    await this.#runPhase({ epoch: this.#epoch, cause });
  }

  /** One epoch over a batch of the source named. `outside`: 1 for records that are none for this run. */
  async process(batch: RecordBatch, source: string, outside?: Uint8Array): Promise<void> {
    this.#begin();
    this.#source = source;
    const refused = this.#admit(batch, source, outside);
    this.left = refused;
    const now = this.clock.now;
    if (now !== undefined) for (const get of this.#gets) get.setNow(now);
    const missing = this.graph.scan(batch, refused);
    if (missing.length > 0) await this.#options.load(missing);
    const change = this.graph.apply(batch, refused);
    this.#matcher.match(batch, source, this.graph, refused);
    this.#announce(change);
    await this.#runPhase({ epoch: this.#epoch, cause: 'record' });
    await this.#passTime();
  }

  /** Whether `advance` to this moment would let anything enter or leave. */
  isDue(now: Instant): boolean {
    return this.#gets.some((get) => get.isWindowDueAt(now));
  }

  /** Moves the clock without records (wall clock, `at:` of a test, end of the input). */
  async advance(now: Instant): Promise<void> {
    this.#begin();
    for (const get of this.#gets) get.setNow(now);
    await this.#passTime();
  }

  /** The input has ended: the clock takes the greatest time seen. */
  async finish(): Promise<void> {
    this.clock.finish();
    if (this.clock.now !== undefined) await this.advance(this.clock.now);
  }

  /** What a restart needs beside graph and operators. */
  progress(): {
    now: Instant | null;
    hosts: readonly string[];
    newest: readonly (readonly [string, number])[];
    arrivals: number;
  } {
    return {
      now: this.clock.now ?? null,
      hosts: this.clock.hosts,
      newest: [...this.#newest],
      arrivals: this.#matcher.arrivals,
    };
  }

  restoreProgress(newest: readonly (readonly [string, number])[], arrivals: number): void {
    for (const [source, ms] of newest) this.#newest.set(source, ms);
    this.#matcher.arrivals = arrivals;
  }

  close(): void {
    for (const hunt of this.hunts) hunt.close();
  }

  /** A new epoch: what left in the last one is not read any more. */
  #begin(): void {
    this.#epoch++;
    for (const { rows } of this.hunts) rows.sweep();
  }

  /** Lets the clock see the batch; finds the records that are late, and those too old to be taken in. */
  #admit(batch: RecordBatch, source: string, outside: Uint8Array | undefined): Uint8Array | undefined {
    const { retentionMs, latenessMs, onRefused } = this.#options;
    let newest = this.#newest.get(source) ?? -Infinity;
    let refused = outside?.slice();
    let host = -1;
    let hostName = '';
    for (let row = 0; row < batch.size; row++) {
      if (outside?.[row] === 1) continue;
      const lastMs = batch.lastMs[row] as number;
      if (lastMs < newest - retentionMs) {
        (refused ??= new Uint8Array(batch.size))[row] = 1;
        this.counts.refused++;
        if (onRefused !== undefined) {
          const code = batch.host[row] as number;
          onRefused(code === 0 ? '' : batch.hosts.text(code), newest - lastMs);
        }
        continue;
      }
      if (lastMs < newest - latenessMs) this.counts.late++;
      if (lastMs > newest) newest = lastMs;
      const now = this.clock.now;
      if (now === undefined || lastMs > now.ms || (lastMs === now.ms && (batch.lastNs[row] as number) > now.ns)) {
        const code = batch.host[row] as number;
        if (code !== host) {
          host = code;
          hostName = code === 0 ? '' : batch.hosts.text(code);
        }
        this.clock.observe({ ms: lastMs, ns: batch.lastNs[row] as number }, hostName);
      }
    }
    this.#newest.set(source, newest);
    return refused;
  }

  async #passTime(): Promise<void> {
    let due = false;
    for (const get of this.#gets) {
      if (!get.isWindowDue()) continue;
      get.expireWindow();
      due = true;
    }
    const forgotten = this.#expireRetention();
    if (due || forgotten !== undefined) await this.#runPhase({ epoch: this.#epoch, cause: 'tick' });
    if (forgotten !== undefined) this.graph.release(forgotten);
  }

  /** Every source's retention counts from its own newest record; the graph forgets what no source would still keep. */
  #expireRetention(): readonly number[] | undefined {
    const { retentionMs } = this.#options;
    if (retentionMs === Infinity || this.#newest.size === 0) return undefined;
    const horizon = Math.min(...this.#newest.values()) - retentionMs;
    if (horizon - this.#horizonMs < retentionMs / RETENTION_STEPS) return undefined;
    this.#horizonMs = horizon;
    for (const get of this.#gets) get.expireSupports(horizon);
    const change = this.graph.expire(horizon, (handle) => this.hunts.some((hunt) => hunt.pins(handle)));
    this.#announce(change);
    return change.forgotten;
  }

  #announce(change: GraphChange): void {
    if (change.touched.length > 0) {
      for (const operator of this.#gets) operator.touch(change.touched);
      for (const operator of this.#finds) operator.touch(change.touched);
      for (const operator of this.#news) operator.touch(change.touched);
    }
    if (change.observed.length > 0 || change.unobserved.length > 0) {
      for (const operator of this.#records) operator.receiveObservations(change);
    }
    if (change.edgesAdded.size > 0 || change.edgesRemoved.size > 0) {
      for (const operator of this.#finds) operator.receiveEdges(change);
    }
  }

  /** Runs the operators that have input, once each, level by level; waits only where content must be loaded. */
  async #runPhase(phase: Phase): Promise<void> {
    for (const level of this.#levels) {
      const ready = level?.filter(({ hunt, operator }) => operator.hasInput() && !this.#failed.has(hunt)) ?? [];
      if (ready.length === 0) continue;
      await loadMissing(this.#options.load, (into) => {
        for (const { operator } of ready) operator.keysNeeded(into);
      });
      const { stopwatch } = this.#options;
      if (stopwatch === undefined) for (const { hunt, operator } of ready) this.#run(hunt, operator, phase);
      else this.#runClocked(ready, phase, stopwatch);
    }
  }

  /** One reading of the clock per operator: where one ends the next begins. */
  #runClocked(
    ready: readonly { readonly hunt: HuntDataflow; readonly operator: Operator }[],
    phase: Phase,
    now: () => number,
  ): void {
    let from = now();
    for (const { hunt, operator } of ready) {
      this.#run(hunt, operator, phase);
      const to = now();
      this.#spentMs.set(hunt, (this.#spentMs.get(hunt) ?? 0) + to - from);
      from = to;
    }
  }

  #run(hunt: HuntDataflow, operator: Operator, phase: Phase): void {
    if (this.#failed.has(hunt)) return;
    try {
      const delta = operator.apply(phase);
      if (delta !== undefined) operator.output.next(delta);
    } catch (error) {
      this.#failed.add(hunt);
      this.#options.onHuntFailure(hunt.hunt, error);
    }
  }
}
