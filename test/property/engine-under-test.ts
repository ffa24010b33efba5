import type { Instant } from '../../src/catalogue/instant.ts';
import { HuntDataflow } from '../../src/dataflow/hunt-dataflow.ts';
import { ListingRows } from '../../src/dataflow/listing-rows.ts';
import { retains } from '../../src/dataflow/retention.ts';
import { Scope } from '../../src/dataflow/scope.ts';
import type { ScopeClock } from '../../src/dataflow/scope-clock.ts';
import { readDisplay } from '../../src/dataflow/read-display.ts';
import { EntityGraph } from '../../src/graph/entity-graph.ts';
import { ScopeState } from '../../src/hunts/state/scope-state.ts';
import { statefulOperators } from '../../src/hunts/upgrade/hunt-identity.ts';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import type { HuntPlan } from '../../src/plan/hunt-plan.ts';
import { DemandBuilder } from '../../src/plan/plan-demand.ts';
import { planHuntflow } from '../../src/plan/plan-huntflow.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import type { StateStore } from '../../src/store/state-store.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import type { PlainRecord, PlainValue } from '../reference/plain-record.ts';
import { TABLES } from './loaded-tables.ts';
import { PlainBatches } from './plain-batches.ts';

export interface EngineOptions {
  readonly retentionMs?: number;
  readonly sourceRetentionMs?: ReadonlyMap<string, number>;
  readonly typeRetentionMs?: ReadonlyMap<string, number>;
  /** Lay out one wide record kind for these records (see `PlainBatches`). */
  readonly wideKindFor?: readonly PlainRecord[];
  /** Default: the event clock. */
  readonly clock?: ScopeClock;
  /** As in `ScopeOptions`. */
  readonly sourceLimit?: () => number;
  readonly silentMs?: (source: string) => number;
  /** Contents stay in memory, for those who look at them between epochs. */
  readonly keepsContents?: boolean;
}

export interface EngineView {
  /** By variable: `type key`, in row order. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  readonly displays: readonly {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (PlainValue | undefined)[])[];
  }[];
}

/**
 * The engine as tests drive it: plain records in, variables out. After each epoch every content is evicted to a store,
 * so that an operator which reads what it did not ask for fails; dictionaries are emptied at each batch.
 */
export class EngineUnderTest {
  readonly #scope: Scope;
  readonly #plans: readonly HuntPlan[];
  readonly #options: EngineOptions;
  readonly #store: StateStore;
  readonly #state: ScopeState;
  readonly #batches = new Map<string, PlainBatches>();
  readonly #listings: ListingRows;
  readonly #failures: unknown[] = [];

  private constructor(
    plans: readonly HuntPlan[],
    options: EngineOptions,
    store: StateStore,
    state: ScopeState,
    graph: EntityGraph,
  ) {
    this.#plans = plans;
    this.#options = options;
    this.#store = store;
    this.#state = state;
    const load = (handles: readonly number[]): Promise<void> => state.load(graph, handles);
    this.#listings = new ListingRows(load);
    this.#scope = new Scope(
      graph,
      plans.map((plan, i) => new HuntDataflow(`h${i}`, plan, graph, { resolveSource: (uri) => uri })),
      {
        load,
        retentionMs: options.retentionMs ?? Infinity,
        sourceRetentionMs: options.sourceRetentionMs,
        typeRetentionMs: options.typeRetentionMs,
        latenessMs: 60_000,
        ...(options.clock && { clock: options.clock }),
        sourceLimit: options.sourceLimit,
        silentMs: options.silentMs,
        onHuntFailure: (_hunt, error) => this.#failures.push(error),
      },
    );
  }

  static start(huntflows: readonly string[], options: EngineOptions = {}): Promise<EngineUnderTest> {
    const plans = huntflows.map((text) => {
      const { plan, diagnostics } = planHuntflow(checkHuntflow(text, { tables: TABLES, relations: 'extended' }));
      if (plan === undefined) throw new Error(diagnostics.map((each) => each.message).join('; '));
      return plan;
    });
    return EngineUnderTest.#open(plans, options, new MemoryStateStore());
  }

  static async #open(plans: readonly HuntPlan[], options: EngineOptions, store: StateStore): Promise<EngineUnderTest> {
    const demand = new DemandBuilder();
    for (const plan of plans) demand.addPlan(plan);
    const graph = new EntityGraph(demand.build(), {
      retains: retains(options),
    });
    const state = new ScopeState(
      store,
      'test',
      plans.map((plan, i) => ({ id: `h${i}`, fingerprint: '', operators: statefulOperators(plan), alerts: [] })),
    );
    const resumed = await state.restoreGraph(graph);
    const engine = new EngineUnderTest(plans, options, store, state, graph);
    await state.restoreOperators(engine.#scope, []);
    await engine.#scope.start(resumed ? 'replay' : 'record', state.epoch);
    return engine;
  }

  /** The engine that a new process would make of what is in the store. */
  restart(): Promise<EngineUnderTest> {
    return EngineUnderTest.#open(this.#plans, this.#options, this.#store);
  }

  /** The operators of a hunt, and the graph under them, as they stand. */
  inner(hunt = 0): { readonly dataflow: HuntDataflow; readonly graph: EntityGraph } {
    return { dataflow: this.#scope.hunts[hunt] as HuntDataflow, graph: this.#scope.graph };
  }

  /** One epoch, committed; the records have one source. `seen`: the batch, once it has been processed. */
  async epoch(records: readonly PlainRecord[], seen?: (batch: RecordBatch) => void): Promise<void> {
    const source = records[0]?.source ?? '';
    let batches = this.#batches.get(source);
    if (batches === undefined) {
      const { wideKindFor } = this.#options;
      batches = new PlainBatches({ emptyDictionaries: true, ...(wideKindFor === undefined ? {} : { wideKindFor }) });
      this.#batches.set(source, batches);
    }
    const batch = batches.batch(records);
    await this.#scope.process(batch, source);
    seen?.(batch);
    await this.#state.commit(this.#scope, [], [], [], undefined);
    if (this.#options.keepsContents !== true) this.#scope.graph.contents.evict(0);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Time passes without a record. */
  async advance(now: Instant): Promise<void> {
    await this.#scope.advance(now);
    await this.#state.commit(this.#scope, [], [], [], undefined);
  }

  async view(hunt = 0): Promise<EngineView> {
    const dataflow = this.#scope.hunts[hunt] as HuntDataflow;
    const variables = new Map<string, string[]>();
    for (const { name, listing } of dataflow.plan.variables) {
      const handles = await this.#listings.ordered(dataflow, listing);
      variables.set(
        name,
        handles.map(
          (handle) => `${dataflow.rows.typeOf(handle)} ${dataflow.rows.keyOf(handle).replace(/new:h\d+:/g, 'new:')}`,
        ),
      );
    }
    const displays = [];
    for (const display of dataflow.plan.displays) {
      if (display.kind === 'info' || display.kind === 'explain') continue;
      const { columns, rows } = await readDisplay(dataflow, this.#listings, display);
      displays.push({ columns, rows });
    }
    return { variables, displays };
  }
}
