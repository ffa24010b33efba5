import type { AlertTally } from '../../backtest/alert-tally.ts';
import { compareVersions, type Comparison, type Responsible } from '../../backtest/compare-versions.ts';
import { KnownTimes, type KnownBatch } from '../../backtest/known-times.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { SessionHunt } from '../run/session-options.ts';
import type { NoteBook } from './note-book.ts';
import { VersionPair } from './version-pair.ts';

/** Alerts of a hunt for which it is found out how long after their event they leave: the first may be retracted. */
const TIMED_ALERTS = 100;

const SAME: Responsible = { kind: 'both', message: 'both versions mean the same' };
const APART: Responsible = {
  kind: 'unknown',
  message: 'not known: the versions read different sources, and did not run over the same records',
};

interface Pair {
  readonly against: string;
  readonly new: ResolvedHunt;
  readonly old: ResolvedHunt;
}

/**
 * The hunts of a backtest and their older versions: both run in one pass, their alerts are kept apart by the fingerprint.
 * A version that means the same as the other does not run twice.
 */
export class BacktestVersions {
  /** Everything that is to run. */
  readonly session: readonly SessionHunt[];
  readonly #makeTally: () => AlertTally;
  readonly #tallies = new Map<string, AlertTally>();
  readonly #pairs = new Map<string, Pair>();
  readonly #current = new Map<string, CompiledHunt>();
  readonly #comparisons = new Map<string, Comparison>();
  readonly #together = new Map<string, VersionPair>();
  /** Hunts of which no older version has been found. */
  readonly #new = new Set<string>();
  readonly #against: string | undefined;
  readonly #forgets: boolean;
  readonly #notes: NoteBook | undefined;
  #known = new KnownTimes();
  readonly #timed = new Map<AlertTally, number>();
  #untimed: AlertDocument[] = [];
  #isTakingAgain: boolean;

  /** `against`: what older versions come from. `forgets`: there is a retention. `notes`: the backtest may be interrupted, and goes on from what they say. */
  constructor(
    hunts: readonly ResolvedHunt[],
    old: ReadonlyMap<string, ResolvedHunt>,
    options: {
      readonly makeTally: () => AlertTally;
      readonly against?: string | undefined;
      readonly forgets: boolean;
      /** Hunts that only the older version has: they run too. */
      readonly removed?: readonly ResolvedHunt[];
      readonly notes?: NoteBook | undefined;
    },
  ) {
    const { makeTally, against, forgets, notes, removed = [] } = options;
    this.#against = against;
    this.#makeTally = makeTally;
    this.#forgets = forgets;
    this.#notes = notes;
    this.#isTakingAgain = notes !== undefined;
    if (notes !== undefined) this.#goOnFrom(notes);
    const session: SessionHunt[] = [];
    for (const hunt of hunts) {
      if (hunt.session === undefined) continue;
      session.push(hunt.session);
      const { id } = hunt.loaded;
      this.#current.set(id, hunt.session.hunt);
      const before = old.get(id);
      if (before === undefined) this.#new.add(id);
      if (before?.session === undefined) continue;
      this.#pairs.set(id, { against: before.loaded.file, new: hunt, old: before });
      const twin = { ...before.session.hunt, id };
      // Results are told apart by file.
      const file = twin.file === hunt.loaded.file ? `${twin.file} (older)` : twin.file;
      if (twin.fingerprint !== hunt.session.hunt.fingerprint) {
        session.push({ ...before.session, hunt: { ...twin, file, definition: { ...twin.definition, id } } });
      }
    }
    session.push(...removed.flatMap((hunt) => hunt.session ?? []));
    this.session = session;
  }

  /** Alerts that left; before a scope begins those of earlier calls, which have timed them. */
  take(alerts: readonly AlertDocument[]): void {
    for (const alert of alerts) {
      this.#tallyOf(alert).add(alert);
      if (this.#isTakingAgain) this.#isTimed(alert);
    }
  }

  /** Alerts that are about to leave: the batch that makes them leave is seen next. */
  leaving(alerts: readonly AlertDocument[]): void {
    for (const alert of alerts) if (this.#isTimed(alert)) this.#untimed.push(alert);
  }

  /** A batch whose epoch is done. */
  seeBatch(batch: RecordBatch, outside?: Uint8Array): void {
    for (const pair of this.#together.values()) pair.settle();
    if (batch.size > 0) this.#know(this.#known.add(batch, outside));
    this.#timeAll();
  }

  #know(known: KnownBatch): void {
    if (this.#notes !== undefined) {
      const value = [known.number, bytesOf(known.first), bytesOf(known.known)];
      this.#notes.note('batch', String(KnownTimes.slotOf(known)), value);
    }
  }

  /** The input of a scope has ended: what left at its end is timed too. What comes next is another clock's. */
  endScope(view: ScopeView): void {
    this.#timeAll();
    this.#known = new KnownTimes();
    this.#compare(view);
  }

  /** In a live run an alert leaves when its record has become known and its content has settled. */
  #time(alert: AlertDocument): void {
    const { event, windhover, '@timestamp': time } = alert;
    const eventMs = Date.parse(time);
    const known = this.#known.of(eventMs);
    const rule = this.#current.get(windhover.hunt)?.alerts.find(({ alert }) => alert.on === windhover.variable);
    if (known === undefined) return;
    const delayMs = known - eventMs + (rule?.alert.settleMs ?? 0);
    this.#tallyOf(alert).delays.set(event.id, delayMs);
    this.#notes?.note('delay', event.id, [windhover.hunt, windhover.fingerprint, delayMs]);
  }

  #timeAll(): void {
    for (const alert of this.#untimed) this.#time(alert);
    this.#untimed = [];
  }

  /** The first alerts of each version, when they leave for the first time. */
  #isTimed(alert: AlertDocument): boolean {
    if (alert.windhover.revision !== 1) return false;
    const tally = this.#tallyOf(alert);
    const timed = this.#timed.get(tally) ?? 0;
    this.#timed.set(tally, timed + 1);
    return timed < TIMED_ALERTS;
  }

  #goOnFrom(notes: NoteBook): void {
    const batches: KnownBatch[] = [];
    notes.onBegin(() => {
      this.#isTakingAgain = false;
      this.#known = new KnownTimes();
      batches.length = 0;
    });
    notes.own('batch', (_slot, value) => {
      const [number, first, known] = value as [number, Uint8Array, Uint8Array];
      batches.push({ number, first: timesOf(first), known: timesOf(known) });
    });
    notes.own('delay', (id, value) => {
      const [hunt, fingerprint, delayMs] = value as [string, string, number];
      this.#tally(hunt, fingerprint).delays.set(id, delayMs);
    });
    notes.onEnd(() => this.#known.restore(batches));
    notes.beforeCommit(() => this.#timeAll());
  }

  tallyOf(id: string): AlertTally {
    return this.#tally(id, this.#current.get(id)?.fingerprint ?? '');
  }

  /** A scope has been opened: versions that run in it are compared from now on. */
  opened({ graph, hunts }: ScopeView): void {
    for (const [id, pair] of this.#pairs) {
      const ran = ({ loaded, session }: ResolvedHunt) => {
        const found = hunts.find(({ hunt }) => hunt.id === id && hunt.fingerprint === session?.hunt.fingerprint);
        return found && { ...found, text: loaded.text };
      };
      const [now, before] = [ran(pair.new), ran(pair.old)];
      if (now === undefined || before === undefined || now.hunt === before.hunt) continue;
      this.#together.set(id, new VersionPair(graph, now, before, this.#forgets));
    }
  }

  /** What two versions that ran over the same graph differ in, while their operators can be asked why. */
  #compare({ hunts }: ScopeView): void {
    for (const [id, pair] of this.#pairs) {
      const together = this.#together.get(id);
      if (together === undefined || !hunts.some(({ hunt }) => hunt.id === id)) continue;
      together.settle();
      this.#comparisons.set(
        id,
        this.#comparison(id, pair, (key, holder) => together.responsible(key, holder)),
      );
    }
  }

  /** Undefined where nothing is compared, or one of the versions did not run. */
  comparisonOf(id: string): Comparison | undefined {
    const pair = this.#pairs.get(id);
    if (this.#against !== undefined && this.#new.has(id)) return this.#comparisonOfNew(id, this.#against);
    return this.#comparisons.get(id) ?? (pair && this.#comparison(id, pair, () => (this.#isSame(pair) ? SAME : APART)));
  }

  #comparisonOfNew(id: string, against: string): Comparison {
    const message = `only the new version has the hunt ${id}`;
    const versions = { new: this.tallyOf(id), old: this.#makeTally() };
    const comparison = compareVersions(against, versions, () => ({ kind: 'hunt', version: 'new', message }));
    return { ...comparison, isNew: true };
  }

  /** Of a hunt that only the older version has. */
  comparisonOfRemoved({ loaded: { id, file }, session }: ResolvedHunt): Comparison {
    const old = this.#tally(id, session?.hunt.fingerprint ?? '');
    const message = `only the old version has the hunt ${id}`;
    return compareVersions(file, { new: this.#makeTally(), old }, () => ({ kind: 'hunt', version: 'old', message }));
  }

  #isSame({ new: now, old }: Pair): boolean {
    return now.session?.hunt.fingerprint === old.session?.hunt.fingerprint;
  }

  #comparison(
    id: string,
    { against, old }: Pair,
    responsible: (key: string, holder: 'new' | 'old' | 'both') => Responsible,
  ): Comparison {
    const before = this.#tally(id, old.session?.hunt.fingerprint ?? '');
    return compareVersions(against, { new: this.tallyOf(id), old: before }, responsible);
  }

  #tallyOf({ windhover: { hunt, fingerprint } }: AlertDocument): AlertTally {
    return this.#tally(hunt, fingerprint);
  }

  #tally(hunt: string, fingerprint: string): AlertTally {
    const key = `${hunt} ${fingerprint}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, (tally = this.#makeTally()));
    return tally;
  }
}

function bytesOf(times: Float64Array): Uint8Array {
  return new Uint8Array(times.buffer, times.byteOffset, times.byteLength);
}

function timesOf(bytes: Uint8Array): Float64Array {
  // A copy begins where numbers may begin.
  return new Float64Array(Uint8Array.from(bytes).buffer);
}
