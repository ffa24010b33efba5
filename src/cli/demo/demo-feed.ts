import type { Simulation } from '../../simulate/simulation.ts';

/** How often what has happened meanwhile is handed over. */
const STEP_MS = 20;

export interface DemoFeedOptions {
  readonly totalMs: number;
  /** Wall clock, ms; also the time of the simulated hosts. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the telemetry early. */
  readonly signal: AbortSignal;
  /** After each step. */
  readonly onStep: () => void;
}

/**
 * Simulated hosts as a live source: records are handed over at the moment they speak of. Whoever reads slowly gets
 * more at a time, later; `lagMs` tells how much later.
 */
export class DemoFeed {
  readonly #simulation: Simulation;
  readonly #options: DemoFeedOptions;
  /** Handed over and not processed yet: up to which record, and when it was made. */
  readonly #underWay: { readonly record: number; readonly time: number }[] = [];
  #handedOver = 0;
  #lagMs: number | undefined;

  constructor(simulation: Simulation, options: DemoFeedOptions) {
    this.#simulation = simulation;
    this.#options = options;
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const { totalMs, now, wait, signal, onStep } = this.#options;
    const start = this.#simulation.now;
    for (let elapsed = 0; elapsed < totalMs && !signal.aborted;) {
      await wait(STEP_MS, signal);
      elapsed = Math.min(totalMs, Math.max(elapsed, now() - start));
      for (const { text, records, time } of this.#simulation.chunks({
        until: start + elapsed,
        more: elapsed < totalMs,
      })) {
        this.#handedOver += records;
        this.#underWay.push({ record: this.#handedOver, time });
        yield Buffer.from(text, 'utf8');
      }
      onStep();
    }
  }

  /** So many records have gone through the engine. */
  processed(records: number): void {
    let reached: number | undefined;
    while (this.#underWay[0] !== undefined && this.#underWay[0].record <= records) {
      reached = this.#underWay.shift()?.time;
    }
    if (reached !== undefined) this.#lagMs = this.#options.now() - reached;
  }

  /** From the making of a record to the end of its epoch: of the last one, or of one that waits longer already. */
  get lagMs(): number | undefined {
    const waiting = this.#underWay[0];
    if (this.#lagMs === undefined || waiting === undefined) return this.#lagMs;
    return Math.max(this.#lagMs, this.#options.now() - waiting.time);
  }
}
