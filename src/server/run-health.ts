import type { EpochMeasure, MeteredScope } from '../hunts/run/run-meter.ts';
import type { SinkStatus } from '../sinks/sink-status.ts';

/** A pull loop that has not turned for this long hangs, ms. */
export const DEFAULT_STALE_MS = 30_000;

export interface HealthAnswer {
  readonly ok: boolean;
  /** What is said in JSON; names of the configuration only, never telemetry. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a run lives (its loops turn) and is ready (its state is restored, its sources are open). */
export class RunHealth {
  readonly #now: () => number;
  readonly #staleMs: number;
  readonly #sinks: () => readonly SinkStatus[];
  readonly #turns = new Map<MeteredScope, number>();
  /** Sources that have not answered yet, by the scope that awaits them. */
  readonly #awaited = new Map<MeteredScope, Set<string>>();
  readonly #degraded = new Map<string, string>();
  #waitsForDisk = false;
  readonly #failedHunts = new Set<string>();
  #expected: number | undefined;
  #opened = 0;
  readonly #started: number;

  /** `now`: any clock in ms that the meter goes by. */
  constructor(now: () => number, sinks: () => readonly SinkStatus[], staleMs = DEFAULT_STALE_MS) {
    this.#now = now;
    this.#sinks = sinks;
    this.#staleMs = staleMs;
    this.#started = now();
  }

  /** A round of so many scopes begins: what was said of earlier ones does not count. */
  expect(scopes: number): void {
    this.#expected = scopes;
    this.#opened = 0;
    this.#degraded.clear();
    this.#failedHunts.clear();
  }

  opened(scope: MeteredScope): void {
    this.#opened++;
    this.#turns.set(scope, this.#now());
    this.#awaited.set(scope, new Set(scope.awaited));
  }

  closed(scope: MeteredScope): void {
    this.#turns.delete(scope);
    this.#awaited.delete(scope);
  }

  turned(scope: MeteredScope): void {
    this.#turns.set(scope, this.#now());
  }

  epoch({ source }: Pick<EpochMeasure, 'source'>): void {
    for (const sources of this.#awaited.values()) sources.delete(source);
  }

  /** `code`: why it cannot be read; absent: it can again. */
  degraded(source: string, code?: string): void {
    if (code === undefined) this.#degraded.delete(source);
    else this.#degraded.set(source, code);
  }

  /** Of all rounds: the state is one. */
  waitsForDisk(waits: boolean): void {
    this.#waitsForDisk = waits;
  }

  huntFailed(hunt: string): void {
    this.#failedHunts.add(hunt);
  }

  /** The pull loops turn. Before the first scope is open, the time since the start does not count: restoring may be long. */
  get alive(): HealthAnswer {
    const now = this.#now();
    const last = this.#turns.size === 0 ? now : Math.min(...this.#turns.values());
    const silent = (now - last) / 1000;
    if (now - last <= this.#staleMs) return { ok: true, body: { ok: true, uptime_s: (now - this.#started) / 1000 } };
    return { ok: false, body: { ok: false, reason: `no epoch and no idle turn for ${silent.toFixed(0)} s` } };
  }

  /** What is degraded is named, and does not make the run unready: the rest works. */
  get ready(): HealthAnswer {
    const waiting = [...new Set([...this.#awaited.values()].flatMap((sources) => [...sources]))].sort();
    const isRestored = this.#expected !== undefined && this.#opened >= this.#expected;
    const ok = isRestored && waiting.length === 0;
    const degraded = [
      ...(this.#waitsForDisk ? [{ state: 'disk', code: 'state-full' }] : []),
      ...[...this.#degraded].map(([source, code]) => ({ source, code })),
      ...this.#sinks().flatMap(({ sink, problem }) => (problem === undefined ? [] : [{ sink, code: problem.code }])),
      ...[...this.#failedHunts].map((hunt) => ({ hunt, code: 'hunt-failed' })),
    ];
    const reason = isRestored ? 'sources are being opened' : 'the state is being restored';
    return { ok, body: { ok, ...(ok ? {} : { reason, ...(isRestored ? { waiting } : {}) }), degraded } };
  }
}
