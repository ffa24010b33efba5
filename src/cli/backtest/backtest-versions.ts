import type { AlertTally } from '../../backtest/alert-tally.ts';
import { compareVersions, type Comparison, type Responsible } from '../../backtest/compare-versions.ts';
import { ResponsibleStatement } from '../../backtest/responsible-statement.ts';
import { KnownTimes } from '../../backtest/known-times.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { SessionHunt } from '../run/run-session.ts';
import { statementTexts } from '../statement-tree.ts';

/** Alerts of a hunt for which it is found out how long after their event they leave: the first may be retracted. */
const TIMED_ALERTS = 100;

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
  readonly #known = new KnownTimes();
  #untimed: { readonly tally: AlertTally; readonly alert: AlertDocument }[] = [];

  constructor(hunts: readonly ResolvedHunt[], old: ReadonlyMap<string, ResolvedHunt>, makeTally: () => AlertTally) {
    this.#makeTally = makeTally;
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

  /** What two versions that ran over the same graph differ in, while their operators can be asked why. */
  compare({ hunts }: ScopeView): void {
    for (const [id, pair] of this.#pairs) {
      const ran = (fingerprint: string | undefined) =>
        hunts.find(({ hunt }) => hunt.id === id && hunt.fingerprint === fingerprint);
      const now = ran(pair.new.session?.hunt.fingerprint);
      const before = ran(pair.old.session?.hunt.fingerprint);
      if (now === undefined || before === undefined || now === before) continue;
      const reasons = {
        new: new ResponsibleStatement(now.dataflow, before.dataflow, 'new', linesOf(now.hunt, pair.new.loaded.text)),
        old: new ResponsibleStatement(before.dataflow, now.dataflow, 'old', linesOf(before.hunt, pair.old.loaded.text)),
      };
      this.#comparisons.set(
        id,
        this.#comparison(id, pair, (key, holder) => reasons[holder].of(key)),
      );
    }
  }

  /** Undefined where there is no older version, or one of them did not run. */
  comparisonOf(id: string): Comparison | undefined {
    const pair = this.#pairs.get(id);
    return this.#comparisons.get(id) ?? (pair && this.#comparison(id, pair, () => undefined));
  }

  #comparison(
    id: string,
    { against, old }: Pair,
    responsible: (key: string, holder: 'new' | 'old') => Responsible | undefined,
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

/** Lines of the statements of a hunt (from 0) in its file; looked up when the first is asked for. */
function linesOf(hunt: CompiledHunt, text: string): (statement: number) => number | undefined {
  let texts: ReturnType<typeof statementTexts> | undefined;
  return (statement) => (texts ??= statementTexts(hunt, text))[statement]?.line;
}
