import { Subject } from 'rxjs';
import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { FindEdges, GetNode, NodeIndex, PlanPattern, PlanTimespan } from '../../plan/hunt-plan.ts';
import type { Delta } from '../delta.ts';
import type { MemberCounts } from '../member-counts.ts';
import type { MatchTarget } from '../matching/matcher.ts';
import type { SelectingRecord } from '../matching/selecting-record.ts';
import {
  referenceComparisons,
  residualHolds,
  residualKey,
  residualLeaves,
  type Outcome,
  type Residual,
} from '../matching/residual.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { AgeBuckets } from './age-buckets.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { PairTable } from './pair-table.ts';
import { ReferenceInputs } from './reference-inputs.ts';
import { loadSupport, storeSupport, type ChangedSupports } from './stored-support.ts';
import { addInterval, forgetIntervals, NO_INTERVALS, type Support, type Witness } from './support.ts';
import { SupportTable } from './support-table.ts';
import type { ValuesOperator } from './values-operator.ts';

/** A record whose start lies ahead of the clock: it counts for LAST once the clock has reached it. */
interface WaitingRecord {
  readonly subject: number;
  readonly partner: number;
  readonly outcome: true | Residual;
  readonly first: Instant;
  readonly last: Instant;
  readonly arrival: number;
  readonly witness: Witness;
}

/**
 * GET FROM a source: entities that some record in range selects. Membership comes from record values and stays when
 * the content changes; a referenced set that changes decides the supports that compared with it again.
 *
 * State: per (entity[, residual]) one support. With LAST members leave by the clock (cause `tick`).
 * With `pairs` (inside a FIND) subjects are pairs (result, input), numbered by `pairTable`.
 */
export class GetOperator implements Operator, MatchTarget {
  readonly output = new Subject<Delta>();
  readonly members = new Map<number, true>();
  readonly type: string;
  readonly pattern: PlanPattern | null;
  readonly pairs: FindEdges | undefined;
  readonly sources: ReadonlySet<string> | null;
  readonly pairTable = new PairTable();
  readonly #timespan: PlanTimespan | undefined;
  readonly #references: ReferenceInputs<Support>;
  readonly #supports = new SupportTable();
  readonly #expiry = new ExpiryQueue<Support>();
  readonly #waiting = new ExpiryQueue<WaitingRecord>();
  /** Without LAST, once a retention has made its first step: nothing but a retention drops supports then. */
  #byAge: AgeBuckets<Support> | undefined;
  /** Supports that have left the window: a late record may still bridge the gap to a later one. */
  readonly #left = new ExpiryQueue<Support>();
  /** How late a record may be to be joined with what has left the window, ms. */
  latenessMs = 0;
  /** Told of members, unless they are pairs. */
  memberCounts: MemberCounts | undefined;
  #now: Instant = { ms: -Infinity, ns: 0 };
  #isHalted = false;
  #hasMoved = false;
  #dirty = new Set<number>();
  #touched: number[] = [];
  #changed = new Set<number>();

  constructor(
    node: GetNode,
    options: {
      /** Resolved names of `node.sources`. */
      sources: ReadonlySet<string> | null;
      sets: ReadonlyMap<NodeIndex, ValuesOperator>;
    },
  ) {
    this.type = node.type;
    this.pattern = node.pattern;
    this.pairs = node.pairs;
    this.sources = options.sources;
    this.#timespan = node.timespan;
    this.#references = new ReferenceInputs(referenceComparisons(node.pattern), options.sets, (supports) =>
      this.#decideAgain(supports),
    );
  }

  /** Entities with a support, and records that wait for the clock. */
  get held(): number {
    return this.#supports.size + this.#waiting.size;
  }

  /**
   * A record may have come that moved the first witness of a membership to an earlier time, which touches nobody; of what was
   * before a restart nobody knows.
   */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** Its hunt has been stopped: it takes nothing in any more. */
  halt(): void {
    this.#isHalted = true;
  }

  /** Length of the LAST window, ms. */
  get windowMs(): number | undefined {
    return this.#timespan?.kind === 'last' ? this.#timespan.milliseconds : undefined;
  }

  offer(
    subject: number,
    partner: number,
    outcome: Exclude<Outcome, false>,
    record: SelectingRecord,
    arrival: number,
  ): void {
    if (this.#isHalted) return;
    const { first, last } = record;
    const timespan = this.#timespan;
    if (timespan?.kind === 'absolute') {
      if (compareInstants(first, timespan.stop) >= 0 || compareInstants(last, timespan.start) < 0) return;
    }
    if (timespan?.kind === 'last' && compareInstants(first, this.#now) > 0) {
      const { witness } = record;
      this.#waiting.add(first, { subject, partner, outcome, first, last, arrival, witness });
      return;
    }
    this.#support(this.#idOf(subject, partner), outcome, record, arrival);
  }

  /** Sets the clock. Before the batch is matched; expiry waits for `expireWindow`. */
  setNow(now: Instant): void {
    this.#now = now;
  }

  /** Whether `expireWindow` would do anything. */
  isWindowDue(): boolean {
    return this.isWindowDueAt(this.#now);
  }

  /** Whether it would do anything at that moment. */
  isWindowDueAt(now: Instant): boolean {
    const due = this.#expiry.next;
    const waiting = this.#waiting.next;
    return (
      (due !== undefined && compareInstants(due, now) < 0) ||
      (waiting !== undefined && compareInstants(waiting, now) <= 0)
    );
  }

  /** Takes in records that waited for the clock and lets go of what has left the LAST window. */
  expireWindow(): void {
    for (
      let at = this.#waiting.next;
      at !== undefined && compareInstants(at, this.#now) <= 0;
      at = this.#waiting.next
    ) {
      const waited = this.#waiting.take() as WaitingRecord;
      this.#support(this.#idOf(waited.subject, waited.partner), waited.outcome, waited, waited.arrival);
    }
    for (let at = this.#expiry.next; at !== undefined && compareInstants(at, this.#now) < 0; at = this.#expiry.next) {
      const support = this.#expiry.take() as Support;
      support.isQueued = false;
      if (this.#supports.find(support.subject, support.key) !== support) continue;
      if (this.#isInWindow(support)) {
        this.#scheduleExpiry(support);
      } else {
        this.#dirty.add(support.subject);
        this.#left.add(this.#forgetAt(support), support);
      }
    }
    for (let at = this.#left.next; at !== undefined && compareInstants(at, this.#now) < 0; at = this.#left.next) {
      const support = this.#left.take() as Support;
      if (this.#supports.find(support.subject, support.key) !== support) continue;
      if (compareInstants(this.#forgetAt(support), this.#now) < 0) this.#drop(support);
    }
  }

  /** Drops supports older than the retention. */
  expireSupports(horizonMs: number): void {
    if (this.windowMs !== undefined) {
      // What is kept of a window is little, and most of it leaves by the clock.
      for (const support of this.#supports) if (support.last.ms < horizonMs) this.#drop(support);
      return;
    }
    if (this.#byAge === undefined) {
      this.#byAge = new AgeBuckets();
      for (const support of this.#supports) this.#byAge.add(support);
    }
    for (const support of this.#byAge.takeBefore(horizonMs)) this.#drop(support);
  }

  touch(handles: readonly number[]): void {
    if (this.pairs !== undefined || this.members.size === 0) return;
    for (const handle of handles) if (this.members.has(handle)) this.#touched.push(handle);
  }

  hasInput(): boolean {
    return this.#dirty.size > 0 || this.#touched.length > 0;
  }

  keysNeeded(_into: Set<number>): void {
    // Membership is decided on record values; content is read downstream.
  }

  apply(phase: Phase): Delta | undefined {
    const delta = new DeltaBuilder();
    const entering: { subject: number; arrival: number }[] = [];
    for (const subject of this.#dirty) {
      const arrival = this.#firstArrival(subject);
      const is = arrival !== undefined;
      if (is === this.members.has(subject)) continue;
      if (is) {
        entering.push({ subject, arrival });
      } else {
        this.members.delete(subject);
        if (this.pairs === undefined) this.memberCounts?.left(subject);
        delta.leave(subject);
      }
    }
    entering.sort((a, b) => a.arrival - b.arrival);
    for (const { subject } of entering) {
      this.members.set(subject, true);
      if (this.pairs === undefined) this.memberCounts?.entered(subject);
      delta.enter(subject);
    }
    for (const handle of this.#touched) if (this.members.has(handle)) delta.touch(handle);
    this.#dirty = new Set();
    this.#touched = [];
    return delta.build(phase);
  }

  /** The first witness of a member's present membership; with LAST, of its present interval (episode). */
  witnessOf(subject: number): Witness | undefined {
    let least: Witness | undefined;
    for (const support of this.#supports.of(subject)) {
      if (!this.#counts(support)) continue;
      if (least === undefined || compareInstants(support.witness.first, least.first) < 0) least = support.witness;
    }
    return least;
  }

  /** Start of the interval of support that holds now (decision 10); undefined without LAST. */
  episodeOf(subject: number): Instant | undefined {
    if (this.windowMs === undefined) return undefined;
    let start: Instant | undefined;
    for (const support of this.#supports.of(subject)) {
      const interval = support.intervals.at(-1);
      if (!this.#counts(support) || interval === undefined) continue;
      if (start === undefined || compareInstants(interval.from, start) < 0) start = interval.from;
    }
    return start;
  }

  /** Supports changed since the last call: of each subject all that it has; none left means the subject is gone. */
  takeChanged(): ChangedSupports[] {
    const changed = Array.from(this.#changed, (id): ChangedSupports => {
      const subject = this.pairs === undefined ? id : this.pairTable.result(id);
      const partner = this.pairs === undefined ? 0 : this.pairTable.input(id);
      return {
        subject,
        partner,
        supports: Array.from(this.#supports.of(id), (support) => storeSupport(support, this.#references.comparisons)),
      };
    });
    this.forgetChanged();
    return changed;
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    if (this.pairs !== undefined) {
      for (const id of this.#changed) if (!this.#supports.has(id)) this.pairTable.release(id);
    }
    if (this.#changed.size > 0) this.#changed = new Set();
  }

  /** Brings supports back after a restart; members follow with the replay phase. */
  restore({ subject: entity, partner, supports }: ChangedSupports): void {
    this.#hasMoved = true;
    const subject = this.#idOf(entity, partner);
    for (const stored of supports) this.#insert(loadSupport(subject, stored, this.#references.comparisons));
    this.#dirty.add(subject);
  }

  /** The witness of `record` is asked for only where it is kept. */
  #support(
    subject: number,
    outcome: true | Residual,
    record: Pick<SelectingRecord, 'first' | 'last' | 'witness'>,
    arrival: number,
  ): void {
    const { first, last } = record;
    const residual = outcome === true ? undefined : outcome;
    const key = residual === undefined ? '' : residualKey(residual, this.#references.comparisons);
    const known = this.#supports.find(subject, key);
    if (known === undefined) {
      const holds = residual === undefined;
      const intervals = this.windowMs === undefined ? NO_INTERVALS : [];
      if (this.windowMs !== undefined) addInterval(intervals, first, last, this.windowMs);
      // Of several supports the least witness counts, and which of them do changes.
      if (!holds) this.#hasMoved = true;
      const { witness } = record;
      this.#insert({ subject, key, residual, holds, last, arrival, witness, intervals, isQueued: false });
      this.#dirty.add(subject);
      this.#changed.add(subject);
      return;
    }
    const wasInWindow = this.windowMs === undefined || this.#isInWindow(known);
    if (compareInstants(first, known.witness.first) < 0) {
      known.witness = record.witness;
      this.#hasMoved = true;
      this.#changed.add(subject);
    }
    if (compareInstants(last, known.last) > 0) {
      known.last = last;
      this.#changed.add(subject);
    }
    if (this.windowMs === undefined) return;
    // What has left the window does not decide who came first.
    if (!wasInWindow) known.arrival = arrival;
    addInterval(known.intervals, first, last, this.windowMs);
    forgetIntervals(known.intervals, this.#now.ms - this.windowMs - this.latenessMs);
    this.#changed.add(subject);
    if (!this.members.has(subject)) {
      this.#dirty.add(subject);
      this.#scheduleExpiry(known);
    }
  }

  #idOf(subject: number, partner: number): number {
    return this.pairs === undefined ? subject : this.pairTable.intern(subject, partner);
  }

  #insert(support: Support): void {
    this.#supports.add(support);
    this.#byAge?.add(support);
    if (support.residual !== undefined) {
      for (const leaf of residualLeaves(support.residual)) {
        this.#references.watch(leaf.comparison, leaf.elements, support);
      }
      support.holds = this.#decide(support.residual);
    }
    if (this.windowMs !== undefined) this.#scheduleExpiry(support);
  }

  #drop(support: Support): void {
    this.#supports.delete(support);
    if (support.residual !== undefined) {
      for (const leaf of residualLeaves(support.residual)) {
        this.#references.unwatch(leaf.comparison, leaf.elements, support);
      }
    }
    this.#dirty.add(support.subject);
    this.#changed.add(support.subject);
  }

  #decideAgain(supports: Iterable<Support>): void {
    for (const support of supports) {
      if (support.residual === undefined) continue;
      const holds = this.#decide(support.residual);
      if (holds === support.holds) continue;
      support.holds = holds;
      this.#dirty.add(support.subject);
    }
  }

  #decide(residual: Residual): boolean {
    return residualHolds(residual, (comparison, element) => this.#references.matches(comparison, element));
  }

  #counts(support: Support): boolean {
    return support.holds && (this.windowMs === undefined || this.#isInWindow(support));
  }

  #isInWindow(support: Support): boolean {
    const windowMs = this.windowMs as number;
    return compareInstants({ ms: support.last.ms + windowMs, ns: support.last.ns }, this.#now) >= 0;
  }

  /** When no record that comes in time can make it matter again. */
  #forgetAt({ last }: Support): Instant {
    return { ms: last.ms + (this.windowMs as number) + this.latenessMs, ns: last.ns };
  }

  #scheduleExpiry(support: Support): void {
    if (support.isQueued) return;
    support.isQueued = true;
    this.#expiry.add({ ms: support.last.ms + (this.windowMs as number), ns: support.last.ns }, support);
  }

  #firstArrival(subject: number): number | undefined {
    let arrival: number | undefined;
    for (const support of this.#supports.of(subject)) {
      if (this.#counts(support) && (arrival === undefined || support.arrival < arrival)) arrival = support.arrival;
    }
    return arrival;
  }
}
