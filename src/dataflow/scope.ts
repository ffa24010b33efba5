import type { Instant } from '../catalogue/instant.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import type { GraphChange } from '../graph/graph-change.ts';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import { EventClock } from './epoch-clock.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import { MemberCounts } from './member-counts.ts';
import { loadMissing, type LoadContents } from './load-missing.ts';
import { Matcher } from './matching/matcher.ts';
import type { Operator, Phase } from './operator.ts';
import { Retention, retains, shortestRetention, type RetentionOptions } from './retention.ts';
import type { ScopeClock } from './scope-clock.ts';
import { SourceTime, type StoredSourceTime } from './source-time.ts';
import { FindOperator } from './operators/find-operator.ts';
import { GetOperator } from './operators/get-operator.ts';
import { LimitOperator } from './operators/limit-operator.ts';
import { NewOperator } from './operators/new-operator.ts';
import { RecordsOperator } from './operators/records-operator.ts';

export interface ScopeOptions extends RetentionOptions {
  readonly load: LoadContents;
  readonly latenessMs: number;
  /** Default: the event clock. */
  readonly clock?: ScopeClock;
  /** Of the event clock: the wall clock, ms, by which records are from the future. Absent: none is. */
  readonly futureLimit?: (() => number) | undefined;
  /** Wall clock, ms, beyond which no record makes others old. Absent: there is none. */
  readonly sourceLimit?: (() => number) | undefined;
  /** For how long a source has been silent beyond what is usual, ms: its time goes on meanwhile. Absent: never. */
  readonly silentMs?: ((source: string) => number) | undefined;
  /** Monotonic clock, ms: what each hunt's operators take is summed up. Absent: it is not measured. */
  readonly stopwatch?: (() => number) | undefined;
  /** A record was older than the retention: its host ('' for none), and how far it was behind its source, ms. */
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
  /** Those of hunts that have been stopped too: what they hold must not outlive its entities. */
  readonly #everyGet: readonly GetOperator[];
  /** What keeps in mind what has to be stored of it; also of hunts that have been stopped. */
  readonly #stored: readonly (GetOperator | LimitOperator)[];
  readonly #levels: { readonly hunt: HuntDataflow; readonly operator: Operator }[][] = [];
  #gets: readonly GetOperator[] = [];
  #finds: readonly FindOperator[] = [];
  #news: readonly NewOperator[] = [];
  #records: readonly RecordsOperator[] = [];
  readonly #failed = new Set<HuntDataflow>();
  readonly #spentMs = new Map<HuntDataflow, number>();
  readonly #times = new Map<string, SourceTime>();
  readonly #memberCounts = new MemberCounts();
  #epoch = 0;
  readonly #retention: Retention;
  readonly #retains: boolean;

  constructor(graph: EntityGraph, hunts: readonly HuntDataflow[], options: ScopeOptions) {
    this.graph = graph;
    this.clock = options.clock ?? new EventClock(options.futureLimit);
    this.#options = options;
    this.#retention = new Retention(options);
    this.#retains = retains(options);
    this.hunts = hunts;
    for (const hunt of this.hunts) {
      for (const { operator, level } of hunt.operators) {
        (this.#levels[level] ??= []).push({ hunt, operator });
      }
    }
    this.#sortOperators();
    this.#everyGet = this.#gets;
    this.#stored = this.hunts.flatMap(({ operators }) =>
      operators.flatMap(({ operator }) =>
        operator instanceof GetOperator || operator instanceof LimitOperator ? operator : [],
      ),
    );
    for (const get of this.#gets) {
      get.latenessMs = options.latenessMs;
      get.memberCounts = this.#memberCounts;
    }
    this.#matcher = new Matcher(this.#gets);
  }

  /** Stops a hunt: what it holds stays as it is and takes nothing in any more; the others go on. */
  stop(hunt: HuntDataflow, error: unknown): void {
    if (this.#failed.has(hunt)) return;
    this.#failed.add(hunt);
    this.#sortOperators();
    this.#options.onHuntFailure(hunt.hunt, error);
  }

  /** What the operators of a hunt took since the start, ms; 0 without a stopwatch. */
  spentMs(hunt: HuntDataflow): number {
    return this.#spentMs.get(hunt) ?? 0;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Smallest LAST window or retention of the scope: no epoch may stretch over more event time (decision 13), or things would
   * come and go within one, and nobody would be told of them.
   */
  get smallestWindowMs(): number {
    return Math.min(shortestRetention(this.#options), ...this.#gets.map((get) => get.windowMs ?? Infinity));
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
    const refused = this.#admit(batch, source, outside);
    this.left = refused;
    const now = this.clock.now;
    if (now !== undefined) for (const get of this.#gets) get.setNow(now);
    const missing = this.graph.scan(batch, refused, source);
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
    newest: readonly (readonly [string, StoredSourceTime])[];
    arrivals: number;
  } {
    return {
      now: this.clock.now ?? null,
      hosts: this.clock.hosts,
      newest: Array.from(this.#times, ([source, time]) => [source, time.stored()] as const),
      arrivals: this.#matcher.arrivals,
    };
  }

  restoreProgress(newest: readonly (readonly [string, StoredSourceTime | number])[], arrivals: number): void {
    for (const [source, stored] of newest) this.#timeOf(source).restore(stored);
    this.#matcher.arrivals = arrivals;
  }

  /** Where nothing is stored, in place of a commit: what it would have written is no longer kept in mind. */
  forgetChanges(): void {
    this.graph.contents.forgetChanged();
    this.graph.observations.forgetChanged();
    for (const operator of this.#stored) operator.forgetChanged();
  }

  close(): void {
    for (const hunt of this.hunts) hunt.close();
  }

  /** Operators by what they are told of; those of hunts that have been stopped are told nothing. */
  #sortOperators(): void {
    const of = <T extends Operator>(kind: abstract new (...args: never[]) => T, failed: boolean): T[] =>
      this.hunts
        .filter((hunt) => this.#failed.has(hunt) === failed)
        .flatMap(({ operators }) => operators.flatMap(({ operator }) => (operator instanceof kind ? operator : [])));
    for (const get of of(GetOperator, true)) get.halt();
    this.#gets = of(GetOperator, false);
    this.#finds = of(FindOperator, false);
    this.#news = of(NewOperator, false);
    this.#records = of(RecordsOperator, false);
  }

  /** A new epoch: what left in the last one is not read any more. */
  #begin(): void {
    this.#epoch++;
    for (const { rows } of this.hunts) rows.sweep();
  }

  /** Lets the clock see the batch; finds the records that are late, and those too old to be taken in. */
  #admit(batch: RecordBatch, source: string, outside: Uint8Array | undefined): Uint8Array | undefined {
    const { latenessMs, onRefused } = this.#options;
    const retentionMs = this.#retention.of(source);
    const time = this.#timeOf(source);
    let refused = outside?.slice();
    let host = -1;
    let hostName = '';
    for (let row = 0; row < batch.size; row++) {
      if (outside?.[row] === 1) continue;
      const lastMs = batch.lastMs[row] as number;
      const code = batch.host[row] as number;
      if (code !== host) {
        host = code;
        hostName = code === 0 ? '' : batch.hosts.text(code);
      }
      // What was let in by a time that is taken back was looked at by a horizon that no longer holds.
      if (time.observe(lastMs, hostName) === 'taken-back') this.#retention.reset();
      if (lastMs < time.ms - retentionMs) {
        (refused ??= new Uint8Array(batch.size))[row] = 1;
        this.counts.refused++;
        onRefused?.(hostName, time.ms - lastMs);
        continue;
      }
      if (lastMs < time.ms - latenessMs) this.counts.late++;
      const now = this.clock.now;
      if (now === undefined || lastMs > now.ms || (lastMs === now.ms && (batch.lastNs[row] as number) > now.ns)) {
        this.clock.observe({ ms: lastMs, ns: batch.lastNs[row] as number }, hostName);
      }
    }
    return refused;
  }

  /** How far the source has come, ms, as far as its records are to be believed; −Infinity before the first one. */
  sourceMs(source: string): number {
    return this.#times.get(source)?.ms ?? -Infinity;
  }

  #timeOf(source: string): SourceTime {
    let time = this.#times.get(source);
    if (time === undefined) {
      time = new SourceTime(this.#retention.of(source), this.#options.sourceLimit);
      this.#times.set(source, time);
    }
    return time;
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

  /** Every source's retention counts from its own time; the graph forgets what no source would still keep. */
  #expireRetention(): readonly number[] | undefined {
    if (!this.#retains || this.#times.size === 0) return undefined;
    const { silentMs } = this.#options;
    const times = new Map(
      Array.from(this.#times, ([source, { ms }]) => [source, ms + (silentMs?.(source) ?? 0)] as const),
    );
    const horizons = this.#retention.advance(times);
    if (horizons === undefined) return undefined;
    for (const get of this.#everyGet) get.expireSupports(horizons.of(get.type));
    const change = this.graph.expire(horizons, (handle) => this.hunts.some((hunt) => hunt.pins(handle)));
    this.#announce(change);
    return change.forgotten;
  }

  #announce(change: GraphChange): void {
    if (change.touched.length > 0) {
      // Most of what changes is in no variable, and many hunts need not be asked each.
      const held = this.#memberCounts.among(change.touched);
      if (held.length > 0) for (const operator of this.#gets) operator.touch(held);
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
      if (!this.graph.contents.isWhole) {
        await loadMissing(this.#options.load, (into) => {
          for (const { operator } of ready) operator.keysNeeded(into);
        });
      }
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
      this.stop(hunt, error);
    }
  }
}
