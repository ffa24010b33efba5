import type { Instant } from '../../catalogue/instant.ts';
import { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { ListingRows } from '../../dataflow/listing-rows.ts';
import { Scope } from '../../dataflow/scope.ts';
import { EntityGraph } from '../../graph/entity-graph.ts';
import type { Value } from '../../graph/value.ts';
import type { AttributePath } from '../../language/ast.ts';
import type { Listing } from '../../plan/hunt-plan.ts';
import type { Demand } from '../../telemetry/demand.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import { AlertFeed } from '../alerts/alert-feed.ts';
import { ScopeAlerts } from '../alerts/scope-alerts.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** Wall clock of alerts in tests: nothing that can be asked about depends on it. */
const WALL_CLOCK = 0;
const LATENESS_MS = 60_000;

/**
 * One hunt over records that a test gives, in virtual time: batches in, variables and alerts out at any moment. The
 * parts are those of a real run, and so are settling, suppression, revision and retraction.
 */
export class TestEngine {
  readonly #scope: Scope;
  readonly #dataflow: HuntDataflow;
  readonly #left: ScopeAlerts;
  readonly #listings: ListingRows;
  /** By `event.id`, the latest revision. */
  readonly #alerts = new Map<string, AlertDocument>();
  #failure: unknown;

  private constructor(hunt: CompiledHunt, demand: Demand) {
    const graph = new EntityGraph(demand, { retains: false, countsRecords: false });
    // Nothing is ever evicted: there is nothing to load.
    const load = async (): Promise<void> => {};
    this.#listings = new ListingRows(load);
    this.#scope = new Scope(graph, [new HuntDataflow(hunt.id, hunt.plan, graph, { resolveSource: () => '' })], {
      load,
      retentionMs: Infinity,
      latenessMs: LATENESS_MS,
      onHuntFailure: (_hunt, error) => (this.#failure = error),
    });
    this.#dataflow = this.#scope.hunts[0] as HuntDataflow;
    const feeds = hunt.alerts.map((alert) => new AlertFeed(hunt, alert, this.#dataflow, graph));
    this.#left = new ScopeAlerts(feeds, { load });
  }

  static async start(hunt: CompiledHunt, demand: Demand): Promise<TestEngine> {
    const engine = new TestEngine(hunt, demand);
    await engine.#scope.start('record');
    await engine.#collect();
    return engine;
  }

  /** How many rows of variables have entered and raise an alert once they have settled. */
  get waiting(): number {
    const standings = this.#left.feeds.flatMap((feed) => {
      const members = this.#dataflow.at(feed.alert.listing.node).members.keys();
      return feed.standings(new Set(Array.from(members, (handle) => this.#dataflow.rows.keyOf(handle))));
    });
    return standings.filter(({ status }) => status === 'pending').length;
  }

  /** Event time so far. */
  get now(): Instant | undefined {
    return this.#scope.clock.now;
  }

  /** Batches must not stretch over more event time than this. */
  get smallestWindowMs(): number {
    return this.#scope.smallestWindowMs;
  }

  /** Alerts that have left and are not retracted, in the order in which they first left. */
  get alerts(): readonly AlertDocument[] {
    return [...this.#alerts.values()].filter(({ windhover }) => windhover.status !== 'retracted');
  }

  /** Whether time lets go of something, or lets something in, on the way to that moment. */
  isDue(moment: Instant): boolean {
    return this.#scope.isDue(moment);
  }

  async deliver(batch: RecordBatch): Promise<void> {
    await this.#scope.process(batch, '');
    await this.#collect();
  }

  /** Time passes up to the moment, without records. */
  async moveTo(moment: Instant): Promise<void> {
    this.#scope.clock.advanceTo(moment);
    await this.#scope.advance(this.#scope.clock.now ?? moment);
    await this.#collect();
  }

  /** The input has ended: no alert waits any longer. */
  async finish(): Promise<void> {
    await this.#scope.finish();
    await this.#collect();
    await this.#left.flush(this.#scope, WALL_CLOCK);
    this.#keep();
  }

  /** Values of the members of a variable, in its order. */
  async rows(listing: Listing, paths: readonly AttributePath[]): Promise<readonly (Value | undefined)[][]> {
    const handles = await this.#listings.ordered(this.#dataflow, listing);
    return handles.map((handle) => paths.map((path) => this.#dataflow.reader.value(handle, path)));
  }

  /** The operators as they stand, for whoever asks why something is missing. */
  get view(): { readonly dataflow: HuntDataflow; readonly graph: EntityGraph } {
    return { dataflow: this.#dataflow, graph: this.#scope.graph };
  }

  close(): void {
    this.#scope.close();
  }

  async #collect(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { epoch, clock } = this.#scope;
    await this.#left.collect({ epoch, now: clock.now, wallMs: WALL_CLOCK, replayed: false, backfilled: false });
    this.#keep();
  }

  #keep(): void {
    for (const alert of this.#left.take()) this.#alerts.set(alert.event.id, alert);
  }
}
