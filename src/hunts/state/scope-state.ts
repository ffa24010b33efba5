import type { Instant } from '../../catalogue/instant.ts';
import { GetOperator } from '../../dataflow/operators/get-operator.ts';
import { LimitOperator, type RowId } from '../../dataflow/operators/limit-operator.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { Scope } from '../../dataflow/scope.ts';
import type { StoredSourceTime } from '../../dataflow/source-time.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import { graphWrites, loadContents, restoreGraph } from '../../graph/graph-state.ts';
import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey, stateKeyRange, stateKeys, stateKeyUnder } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { AlertOutbox } from '../alerts/alert-outbox.ts';
import { digest } from '../alerts/alert-id.ts';
import { coverageWrites, readCoverage } from '../coverage/coverage-state.ts';
import type { StoredCoverage } from '../coverage/partition-coverage.ts';
import { Journal, type JournalLimits } from '../journal/journal.ts';
import type { HuntRevisions, JournalStep } from '../journal/journal-step.ts';
import { noteWrites, readNotes, type RunNote } from './run-notes.ts';
import { encodeSupports, SupportReader } from './support-codec.ts';
import { isForgotten, positionKey, type PlacePosition } from '../input/source-reader.ts';
import { earlierRevisionWrites, pendingRevisions } from '../upgrade/earlier-revisions.ts';
import type { HuntIdentity } from '../upgrade/hunt-identity.ts';

interface StoredScope {
  readonly epoch: number;
  readonly now: Instant | null;
  readonly hosts: readonly string[];
  readonly newest: readonly (readonly [string, StoredSourceTime | number])[];
  readonly arrivals: number;
}

/**
 * What a scope keeps across restarts, and how: one atomic write per commit with operator state, entity graph, source
 * positions, alert state and the outbox of alerts that no sink has taken yet (decision 21).
 */
export class ScopeState {
  /** Names the cohort in the state. */
  readonly id: string;
  readonly #store: StateStore;
  /** Hunts with the slots under which their state lies. */
  readonly #hunts: ReadonlyMap<string, HuntIdentity>;
  #stored: StoredScope | undefined;
  #positions: readonly PlacePosition[] = [];
  /** Keys of alerts that have been delivered and leave the outbox with the next commit of any scope of the folder. */
  readonly #delivered: Uint8Array[];
  /** Where alerts wait for sinks beyond the local log. */
  readonly #outbox: AlertOutbox | undefined;
  /** Those of the last commit, not yet known to be delivered. */
  #leaving: Uint8Array[] = [];
  #sequence = 0;
  #journal: Journal | undefined;

  /** `delivered` is shared by the scopes of one folder: what is in the outbox is what the sink's mark does not cover. */
  constructor(
    store: StateStore,
    id: string,
    hunts: readonly HuntIdentity[],
    delivered: Uint8Array[] = [],
    outbox?: AlertOutbox,
  ) {
    this.#store = store;
    this.id = id;
    this.#hunts = new Map(hunts.map((hunt) => [hunt.id, hunt]));
    this.#delivered = delivered;
    this.#outbox = outbox;
  }

  get positions(): readonly PlacePosition[] {
    return this.#positions;
  }

  get epoch(): number {
    return this.#stored?.epoch ?? 0;
  }

  load(graph: EntityGraph, handles: readonly number[]): Promise<void> {
    return loadContents(graph, this.#store, this.id, handles);
  }

  /** First step of a restart: positions and the graph. True where there was something. */
  async restoreGraph(graph: EntityGraph): Promise<boolean> {
    const stored = await this.#store.get(stateKeys.meta(`${this.id}/scope`));
    if (stored === null) return false;
    this.#stored = decodeState(stored) as StoredScope;
    const positions: PlacePosition[] = [];
    const range = stateKeyRange('p', 'position', this.id);
    for await (const { value } of this.#store.range(range.from, range.to))
      positions.push(decodeState(value) as PlacePosition);
    this.#positions = positions;
    await restoreGraph(graph, this.#store, this.id);
    return true;
  }

  /** Second step, once the operators are there: their supports, orders of entry and alerts. */
  async restoreOperators(scope: Scope, feeds: readonly AlertFeed[]): Promise<void> {
    const stored = this.#stored;
    if (stored !== undefined) {
      if (stored.now !== null) scope.clock.restore(stored.now, stored.hosts);
      scope.restoreProgress(stored.newest, stored.arrivals);
      const supports = new SupportReader();
      for (const dataflow of scope.hunts) await this.#restoreHunt(dataflow, supports);
    }
    // Of a hunt that starts anew, too: how far its alerts had come before.
    for (const feed of feeds) {
      const range = stateKeyRange('a', this.id, feed.hunt.id, this.#alertSlot(feed));
      const entries: unknown[] = [];
      for await (const { value } of this.#store.range(range.from, range.to)) entries.push(decodeState(value));
      feed.restore(entries);
    }
  }

  /** Of hunts that started over: what their alerts had come to. Before the first commit nothing of it has been used up. */
  async earlierRevisions(): Promise<HuntRevisions[]> {
    const all: HuntRevisions[] = [];
    for (const { id, alerts } of this.#hunts.values()) {
      // Every alert of a hunt has been given all of them.
      const [first] = alerts;
      if (first === undefined) continue;
      const revisions = await pendingRevisions(this.#store, this.id, id, first.slot);
      if (revisions.length > 0) all.push({ hunt: id, revisions });
    }
    return all;
  }

  /** Lets the alerts of hunts count on from there. Before anything else is asked of the state. */
  async seedRevisions(earlier: readonly HuntRevisions[]): Promise<void> {
    const writes = earlier.flatMap(({ hunt, revisions }) =>
      (this.#hunts.get(hunt)?.alerts ?? []).flatMap(({ slot }) => [
        ...earlierRevisionWrites(revisions, this.id, hunt, slot),
      ]),
    );
    if (writes.length > 0) await this.#store.write(writes);
  }

  /** What has been seen of the sources by the last commit. */
  coverage(): Promise<StoredCoverage[]> {
    return readCoverage(this.#store, this.id);
  }

  /** What was noted by the last commit. */
  notes(): Promise<RunNote[]> {
    return readNotes(this.#store, this.id);
  }

  /** What is added to it goes into the next commit. */
  async openJournal(opening: JournalStep & { readonly kind: 'open' }, limits: JournalLimits): Promise<Journal> {
    this.#journal = await Journal.open(this.#store, this.id, opening, limits);
    return this.#journal;
  }

  /** The sinks have taken the alerts of the last commit. */
  confirmDelivery(): void {
    this.#delivered.push(...this.#leaving.splice(0));
  }

  /**
   * `alerts` go into the outbox with this commit and are given to the local log after it, which `confirmDelivery` tells.
   * Those delivered by now leave the outbox; `sinkMark` tells how far the log had come with them. For other sinks they wait
   * in queues of their own. No other scope of the folder
   * may commit before the alerts of this one have been delivered.
   */
  async commit(
    scope: Scope,
    feeds: readonly AlertFeed[],
    positions: readonly PlacePosition[],
    alerts: readonly AlertDocument[],
    sinkMark: unknown,
    coverage: readonly StoredCoverage[] = [],
    notes: readonly RunNote[] = [],
  ): Promise<void> {
    const writes: StateWrite[] = [...graphWrites(scope.graph, this.id), ...coverageWrites(this.id, coverage)];
    writes.push(...noteWrites(this.id, notes));
    for (const dataflow of scope.hunts) writes.push(...this.#operatorWrites(dataflow));
    for (const feed of feeds) {
      const slot = this.#alertSlot(feed);
      for (const { key, value } of feed.takeChanged()) {
        const at = stateKey('a', this.id, feed.hunt.id, slot, key);
        writes.push(
          value === undefined ? { kind: 'delete', key: at } : { kind: 'put', key: at, value: encodeState(value) },
        );
      }
    }
    for (const position of positions) {
      const key = stateKey('p', 'position', this.id, positionKey(position));
      if (isForgotten(position)) writes.push({ kind: 'delete', key });
      else writes.push({ kind: 'put', key, value: encodeState(position) });
    }
    const delivered = this.#delivered.length;
    for (const key of this.#delivered) writes.push({ kind: 'delete', key });
    for (const alert of alerts) {
      const key = stateKey('o', this.id, this.#sequence++);
      this.#leaving.push(key);
      writes.push({ kind: 'put', key, value: encodeState(alert) });
    }
    if (this.#outbox !== undefined) writes.push(...this.#outbox.stage(alerts));
    if (this.#journal !== undefined) writes.push(...this.#journal.takeWrites());
    const progress: StoredScope = { epoch: scope.epoch, ...scope.progress() };
    writes.push({ kind: 'put', key: stateKeys.meta(`${this.id}/scope`), value: encodeState(progress) });
    writes.push({ kind: 'put', key: stateKeys.meta('sink'), value: encodeState(sinkMark ?? null) });
    await this.#store.write(writes);
    this.#delivered.splice(0, delivered);
    this.#outbox?.committed();
  }

  async #restoreHunt(dataflow: HuntDataflow, supports: SupportReader): Promise<void> {
    for (const { at, slot } of this.#hunt(dataflow.hunt).operators) {
      const operator = dataflow.at(at);
      if (operator instanceof GetOperator) {
        const { from, to } = stateKeyRange('w', this.id, dataflow.hunt, slot);
        for await (const { value } of this.#store.range(from, to)) {
          operator.restore(supports.read(value));
        }
      } else if (operator instanceof LimitOperator) {
        const { from, to } = stateKeyRange('s', this.id, dataflow.hunt, slot);
        for await (const { value } of this.#store.range(from, to)) {
          const [id, entry] = decodeState(value) as [RowId, number];
          operator.restore(id, entry);
        }
      }
    }
  }

  *#operatorWrites(dataflow: HuntDataflow): Generator<StateWrite> {
    for (const { at, slot } of this.#hunt(dataflow.hunt).operators) {
      const operator = dataflow.at(at);
      if (operator instanceof GetOperator) {
        const prefix = stateKey('w', this.id, dataflow.hunt, slot);
        for (const changed of operator.takeChanged()) {
          const key = stateKeyUnder(prefix, changed.subject, changed.partner);
          if (changed.supports.length === 0) yield { kind: 'delete', key };
          else yield { kind: 'put', key, value: encodeSupports(changed) };
        }
      } else if (operator instanceof LimitOperator) {
        for (const [id, entry] of operator.takeChanged()) {
          const key = stateKey('s', this.id, dataflow.hunt, slot, typeof id === 'string' ? digest(id) : id);
          if (entry < 0) yield { kind: 'delete', key };
          else yield { kind: 'put', key, value: encodeState([id, entry]) };
        }
      }
    }
  }

  #hunt(id: string): HuntIdentity {
    const hunt = this.#hunts.get(id);
    if (hunt === undefined) throw new Error(`no state was opened for the hunt ${id}`);
    return hunt;
  }

  #alertSlot(feed: AlertFeed): number {
    return this.#hunt(feed.hunt.id).alerts[feed.index]?.slot as number;
  }
}
