import { isDeepStrictEqual } from 'node:util';
import { compareInstants, formatInstant, type Instant } from '../../catalogue/instant.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { mayHaveMoved, membershipOrigin, type MembershipOrigin } from '../../dataflow/membership-origin.ts';
import type { Scope } from '../../dataflow/scope.ts';
import type { LoadAsked } from '../../dataflow/load-missing.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { Value } from '../../graph/value.ts';
import type { AttributePath } from '../../language/ast.ts';
import type { AlertDocument } from './alert-document.ts';
import { AlertLedger } from './alert-ledger.ts';
import type { AlertMoment } from './alert-moment.ts';
import { CHAIN_LENGTH, CHAIN_STEPS, listingPaths } from './alert-paths.ts';
import type { AlertProcess, AlertRecord, AlertRow } from './alert-row.ts';
import type { AlertStanding } from './alert-standing.ts';
import { setOwn } from './set-own.ts';
import type { CompiledAlert, CompiledHunt } from '../compile-hunt.ts';
import type { AlertCounts } from '../run/hunt-result.ts';

/**
 * Turns what happens to one alerted variable into alerts: collects its deltas over an epoch, reads the rows that the
 * alerts show, and hands both to the ledger, which decides what leaves and when.
 */
export class AlertFeed {
  readonly hunt: CompiledHunt;
  /** Of the alert among those of its hunt. */
  readonly index: number;
  readonly alert: CompiledAlert;
  readonly #dataflow: HuntDataflow;
  readonly #graph: EntityGraph;
  readonly #ledger: AlertLedger;
  readonly #paths: readonly AttributePath[];
  #entered = new Set<number>();
  /** Row keys and how they left; keys are taken down at once, as handles may be given back. */
  #left = new Map<number, { readonly rowKey: string; readonly cause: 'record' | 'tick' }>();
  #touched = new Set<number>();
  /** The state knew the hunt, and none of its rows here. */
  #isFresh = false;
  #tellInput: () => void = () => {};

  constructor(hunt: CompiledHunt, alert: CompiledAlert, dataflow: HuntDataflow, graph: EntityGraph) {
    this.hunt = hunt;
    this.index = hunt.alerts.indexOf(alert);
    this.alert = alert;
    this.#dataflow = dataflow;
    this.#graph = graph;
    this.#ledger = new AlertLedger({
      hunt: hunt.definition,
      alert: alert.alert,
      fingerprint: hunt.fingerprint,
      nameOf: (written) => alert.paths.get(written)?.text ?? written,
    });
    const byText = new Map(
      [...alert.paths.values(), ...listingPaths(dataflow.plan, alert.listing)].map((path) => [path.text, path]),
    );
    this.#paths = [...byText.values()];
    dataflow.at(alert.listing.node).output.subscribe(({ cause, entered, left, touched }) => {
      for (const handle of left) {
        this.#touched.delete(handle);
        // What entered and left again within the epoch did not happen.
        if (this.#entered.delete(handle)) continue;
        this.#left.set(handle, { rowKey: this.#rowKey(handle), cause: cause === 'tick' ? 'tick' : 'record' });
      }
      for (const handle of entered) {
        if (this.#left.delete(handle)) this.#touched.add(handle);
        else this.#entered.add(handle);
      }
      for (const handle of touched) if (!this.#entered.has(handle)) this.#touched.add(handle);
      this.#tellInput();
    });
  }

  /** Tells, from now on, whenever there is something to collect; at most of the epochs of most feeds there is not. */
  onInput(tell: () => void): void {
    this.#tellInput = tell;
  }

  get counts(): AlertCounts {
    return this.#ledger.counts;
  }

  /** What has become of rows, in each of their episodes; of those that the ledger still knows. */
  standings(rowKeys: ReadonlySet<string>): AlertStanding[] {
    return this.#ledger.standings(rowKeys);
  }

  /** From when on something may leave without input, ms of the run's clock; Infinity: nothing waits. */
  get dueFrom(): number {
    return this.#ledger.dueFrom;
  }

  /** What `collect` reads and is not in memory. */
  missing(into: Set<number>): void {
    this.#missingOf(this.#entered, into);
    this.#missingOf(this.#touched, into);
  }

  /** Ends an epoch: alerts that leave now. What `missing` asks for has been loaded. */
  collect({ epoch, now, wallMs, replayed, backfilled }: AlertMoment): AlertDocument[] {
    const isPast = backfilled || (replayed && this.#isFresh);
    const entered = Array.from(this.#entered, (handle) => {
      const row = this.#row(handle, now, isPast);
      return replayed ? this.#asKnown(row) : row;
    });
    const revised = Array.from(this.#touched, (handle) => this.#row(handle, now, isPast));
    const left = [...this.#left.values()];
    if (this.#entered.size > 0) this.#entered = new Set();
    if (this.#left.size > 0) this.#left = new Map();
    if (this.#touched.size > 0) this.#touched = new Set();
    const clock = now ?? { ms: 0, ns: 0 };
    this.#ledger.apply({ epoch, now: clock, entered, revised, left });
    return this.#ledger.due(clock, wallMs);
  }

  /**
   * The input has ended: nothing waits any longer. A record that came late may have given a row that stands an earlier time
   * without touching it; such rows are read again, so that what is told does not depend on the order of arrival. On LAST the
   * time is that of an episode, which is over before the end as likely as not.
   */
  async flush(
    { epoch, clock: { now } }: Pick<Scope, 'epoch' | 'clock'>,
    wallNow: number,
    load: LoadAsked,
  ): Promise<AlertDocument[]> {
    const { node } = this.alert.listing;
    const moved: { readonly handle: number; readonly backfilled: boolean }[] = [];
    const members = mayHaveMoved(this.#dataflow, node) ? this.#dataflow.at(node).members.keys() : [];
    for (const handle of members) {
      const known = this.#ledger.current(this.#rowKey(handle));
      if (known === undefined) continue;
      const origin = membershipOrigin(this.#dataflow, this.#graph, node, handle);
      if (origin === undefined || origin.episode !== undefined) continue;
      if (compareInstants(origin.time, known.time) === 0) continue;
      moved.push({ handle, backfilled: known.backfilled === true });
    }
    const handles = moved.map(({ handle }) => handle);
    await load((into) => this.#missingOf(handles, into));
    const revised = moved.map(({ handle, backfilled }) => this.#row(handle, now, backfilled));
    this.#ledger.apply({ epoch, now: now ?? { ms: 0, ns: 0 }, entered: [], revised, left: [] });
    return this.#ledger.flush(wallNow);
  }

  /** History has been read: one alert for what it held beyond the limit, or none. */
  endBackfill(wallNow: number): AlertDocument[] {
    return this.#ledger.endBackfill(wallNow);
  }

  takeChanged(): readonly { readonly key: string; readonly value: unknown }[] {
    return this.#ledger.takeChanged();
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    this.#ledger.forgetChanged();
  }

  /** After a restart. Where nothing is known of any row, all that enters by the replay is new, and comes from the past. */
  restore(entries: readonly unknown[]): void {
    this.#isFresh = !this.#ledger.restore(entries);
  }

  /**
   * A row as it came, where it did so before the restart: by now its origin may be a later interval of support, which would
   * make it another alert. Only what an edited hunt reads besides is new.
   */
  #asKnown(row: AlertRow): AlertRow {
    const known = this.#ledger.current(row.rowKey);
    if (known === undefined) return row;
    if (isDeepStrictEqual(row.attributes, known.attributes)) return known;
    const { episode, time, records } = known;
    return { ...row, episode, time, ...(records === undefined ? {} : { records }) };
  }

  /** What `#row` reads of these rows, process chains included. */
  #missingOf(handles: Iterable<number>, into: Set<number>): void {
    for (const handle of handles) {
      for (const path of this.#paths) this.#dataflow.reader.missing(handle, path, into);
      this.#lineage(handle, (at) => {
        const needed = new Set<number>();
        this.#dataflow.reader.missing(at, { steps: [], attribute: '' }, needed);
        for (const each of needed) into.add(each);
        return needed.size === 0;
      });
    }
  }

  /** Its content, and what its paths lead to, is in memory (`missing`). */
  #row(handle: number, now: Instant | undefined, backfilled: boolean): AlertRow {
    const { node, type } = this.alert.listing;
    const origin = membershipOrigin(this.#dataflow, this.#graph, node, handle);
    const rowKey = this.#rowKey(handle);
    const current = this.#ledger.current(rowKey);
    // In another order of arrival it would have come with the earlier one.
    const isKept =
      current !== undefined && origin?.isSliding === true && compareInstants(current.time, origin.time) <= 0;
    const kept = isKept ? current : undefined;
    const { episode, time } = kept ?? {
      episode: origin?.episode === undefined ? '0' : formatInstant(origin.episode),
      time: origin?.time ?? now ?? { ms: 0, ns: 0 },
    };
    return {
      rowKey,
      episode,
      type,
      time,
      attributes: this.#attributes(handle),
      records: (origin?.records ?? []).map(alertRecord),
      chain: this.#chain(handle),
      // What history raised stays marked when the live stream says more of it.
      ...((current === undefined ? backfilled : current.backfilled === true) ? { backfilled: true } : {}),
    };
  }

  #attributes(handle: number): AlertRow['attributes'] {
    const attributes: Record<string, Value> = {};
    for (const path of this.#paths) {
      const value = this.#dataflow.reader.value(handle, path);
      if (value !== undefined) setOwn(attributes, path.text, value);
    }
    return attributes;
  }

  /** The process tree of an alert, from the oldest known ancestor down to the entity itself. */
  #chain(handle: number): AlertProcess[] {
    const chain: AlertProcess[] = [];
    this.#lineage(handle, (at) => {
      const pid = this.#dataflow.reader.attribute(at, 'pid');
      const name = this.#dataflow.reader.attribute(at, 'name');
      const commandLine = this.#dataflow.reader.attribute(at, 'command_line');
      chain.unshift({
        ...(typeof pid === 'number' ? { pid } : {}),
        ...(typeof name === 'string' ? { name } : {}),
        ...(typeof commandLine === 'string' ? { command_line: commandLine } : {}),
      });
      return true;
    });
    return chain;
  }

  /** A process and its ancestors, the nearest first, until `visit` says that it does not go on. None of what is no process. */
  #lineage(handle: number, visit: (at: number) => boolean): void {
    const [step] = CHAIN_STEPS.get(this.alert.listing.type) ?? [];
    if (step === undefined || this.#dataflow.rows.entityOf(handle) === 0) return;
    const seen = new Set<number>();
    for (let at: number | undefined = handle; at !== undefined && !seen.has(at) && seen.size < CHAIN_LENGTH;) {
      seen.add(at);
      if (!visit(at)) return;
      [at] = this.#dataflow.reader.targets(at, step, false);
    }
  }

  #rowKey(handle: number): string {
    return this.#dataflow.rows.keyOf(handle);
  }
}

/** Each of the two shapes by a literal of its own: one that is spread into has a hidden class for every record. */
function alertRecord(witness: MembershipOrigin['records'][number]): AlertRecord {
  const { source, offset, first } = witness;
  // Documents have names, not offsets.
  const place = offset < 0 ? witness.place : `${witness.place}:${offset}`;
  const time = formatInstant(first);
  return 'recordId' in witness ? { id: witness.recordId, source, place, time } : { source, place, time };
}
