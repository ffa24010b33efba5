import type { Instant } from '../../catalogue/instant.ts';
import type { Scope, ScopeOptions } from '../../dataflow/scope.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { FarAhead } from './far-ahead.ts';
import { FarBehind } from './far-behind.ts';
import { HuntBudgets } from './hunt-budgets.ts';
import { DEFAULT_RUN_LIMITS } from './run-limits.ts';
import type { ScopeRunOptions } from '../run/scope-run-options.ts';
import { SourceSilence } from './source-silence.ts';

/** What a run watches over while it goes on: sources that stop or lie far behind, hunts that take more than their budget. */
export class RunWatch {
  readonly #options: ScopeRunOptions;
  readonly #now: () => number;
  readonly #farAhead: FarAhead;
  readonly #farBehind: FarBehind;
  readonly #silence: SourceSilence;
  readonly #budgets: HuntBudgets;

  /** `now`: the reading of the wall clock that goes for the present epoch or tick, ms. */
  constructor(options: ScopeRunOptions, now: () => number) {
    const { limits = DEFAULT_RUN_LIMITS, observer, sources } = options;
    this.#options = options;
    this.#now = now;
    this.#farAhead = new FarAhead(observer);
    this.#farBehind = new FarBehind(observer);
    this.#silence = new SourceSilence(
      sources.map(({ name }) => name),
      limits.silentAfterMs,
      observer,
    );
    this.#budgets = new HuntBudgets(limits, observer);
  }

  /** What the scope is to ask and measure for it. */
  get scopeOptions(): Pick<ScopeOptions, 'futureLimit' | 'sourceLimit' | 'silentMs' | 'stopwatch'> {
    const { clock, meter, live } = this.#options;
    return {
      futureLimit: this.#now,
      sourceLimit: clock === 'wall' ? this.#now : undefined,
      silentMs: (source) => this.#silence.silentMs(source),
      stopwatch: meter === undefined && live === undefined ? undefined : () => meter?.now() ?? performance.now(),
    };
  }

  /** Live input is read from now on: what is silent is silent from here. */
  begin(now: number): void {
    this.#silence.begin(now);
  }

  /** An epoch begins: what counts as silent goes by the clock of the epoch alone, so that it can be run again. */
  look(now: number): void {
    if (this.#options.live !== undefined) this.#silence.look(now);
  }

  /** A batch has come. `clock`: the wall clock of the scope, where it goes by one. */
  arrived(source: string, batch: RecordBatch, clock: Instant | undefined): void {
    if (batch.size + batch.ignored === 0) return;
    this.#silence.heard(source, this.#now());
    if (batch.size > 0) this.#farBehind.look(source, batch, clock);
    if (clock !== undefined) this.#farAhead.look(source, batch, this.#now());
  }

  /** Its epoch is done. */
  done(scope: Scope): void {
    this.#budgets.checkRows(scope);
  }

  /** Live input is waited for. */
  passTime(scope: Scope, now: number): void {
    this.#silence.look(now);
    this.#budgets.checkTime(scope, now);
  }

  /** Wall time until `passTime` may have something to tell, ms. */
  dueIn(now: number): number {
    return this.#silence.dueIn(now);
  }
}
