import type { AlertTally } from '../../backtest/alert-tally.ts';
import { compareVersions, type Comparison, type Responsible } from '../../backtest/compare-versions.ts';
import { KnownTimes } from '../../backtest/known-times.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { SessionHunt } from '../run/run-session.ts';
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
  readonly #forgets: boolean;
  readonly #known = new KnownTimes();
  #untimed: { readonly tally: AlertTally; readonly alert: AlertDocument }[] = [];

  /** `forgets`: there is a retention. */
  constructor(
    hunts: readonly ResolvedHunt[],
    old: ReadonlyMap<string, ResolvedHunt>,
    options: { readonly makeTally: () => AlertTally; readonly forgets: boolean },
  ) {
    this.#makeTally = options.makeTally;
    this.#forgets = options.forgets;
    const session: SessionHunt[] = [];
    for (const hunt of hunts) {
      if (hunt.session === undefined) continue;
      session.push(hunt.session);
      const { id } = hunt.loaded;
      this.#current.set(id, hunt.session.hunt);
      const before = old.get(id);
      if (before?.session === undefined) continue;
      this.#pairs.set(id, { against: before.loaded.file, new: hunt, old: before });
      const twin = { ...before.session.hunt, id };
      // Results are told apart by file.
      const file = twin.file === hunt.loaded.file ? `${twin.file} (older)` : twin.file;
      if (twin.fingerprint !== hunt.session.hunt.fingerprint) {
        session.push({ ...before.session, hunt: { ...twin, file, definition: { ...twin.definition, id } } });
      }
    }
    this.session = session;
  }

  /** Alerts that left. The batch that made them leave is seen after that. */
  take(alerts: readonly AlertDocument[]): void {
    for (const alert of alerts) {
      const { hunt, fingerprint } = alert.windhover;
      const tally = this.#tally(hunt, fingerprint);
      if (tally.add(alert) && tally.size <= TIMED_ALERTS) this.#untimed.push({ tally, alert });
    }
  }

  /** A batch whose epoch is done. */
  seeBatch(batch: RecordBatch, outside?: Uint8Array): void {
    for (const pair of this.#together.values()) pair.settle();
    this.#known.add(batch, outside);
    for (const { tally, alert } of this.#untimed) this.#time(tally, alert);
    this.#untimed = [];
  }

  /** The input has ended: what left at its end is timed too. */
  finish(): void {
    for (const { tally, alert } of this.#untimed) this.#time(tally, alert);
    this.#untimed = [];
  }

  /** In a live run an alert leaves when its record has become known and its content has settled. */
  #time(tally: AlertTally, { event, windhover, '@timestamp': time }: AlertDocument): void {
    const eventMs = Date.parse(time);
    const known = this.#known.of(eventMs);
    const rule = this.#current.get(windhover.hunt)?.alerts.find(({ alert }) => alert.on === windhover.variable);
    if (known !== undefined) tally.delays.set(event.id, known - eventMs + (rule?.alert.settleMs ?? 0));
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
  compare({ hunts }: ScopeView): void {
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

  /** Undefined where there is no older version, or one of them did not run. */
  comparisonOf(id: string): Comparison | undefined {
    const pair = this.#pairs.get(id);
    return this.#comparisons.get(id) ?? (pair && this.#comparison(id, pair, () => (this.#isSame(pair) ? SAME : APART)));
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

  #tally(hunt: string, fingerprint: string): AlertTally {
    const key = `${hunt} ${fingerprint}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, (tally = this.#makeTally()));
    return tally;
  }
}
