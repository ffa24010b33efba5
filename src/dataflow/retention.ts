import type { RetentionHorizons } from '../graph/retention-horizons.ts';

/** Retention advances in steps of its length / this, so that expiry costs little. */
const STEPS = 64;

/** What is kept for another time than the rest, ms of event time by the time of its source; Infinity: for good. */
export interface RetentionByName {
  /** By source: older records are refused. */
  readonly sourceRetentionMs?: ReadonlyMap<string, number> | undefined;
  /** By entity type: entities are forgotten earlier than their source's retention says. */
  readonly typeRetentionMs?: ReadonlyMap<string, number> | undefined;
}

export interface RetentionOptions extends RetentionByName {
  /** How long is kept what records of all other sources say. */
  readonly retentionMs: number;
}

type GivenRetention = RetentionByName & { readonly retentionMs?: number | undefined };

/** Whether anything is ever forgotten. `retentionMs`: absent, all is kept that has no time of its own. */
export function retains(options: GivenRetention): boolean {
  return shortestRetention(options) !== Infinity;
}

/** Of all that are given, ms; Infinity: nothing is ever forgotten. */
export function shortestRetention({
  retentionMs = Infinity,
  sourceRetentionMs,
  typeRetentionMs,
}: GivenRetention): number {
  return Math.min(retentionMs, ...(sourceRetentionMs?.values() ?? []), ...(typeRetentionMs?.values() ?? []));
}

/** Tells when it is time to forget, from how far the sources have come (docs/semantics.md, Retention). */
export class Retention {
  readonly #options: RetentionOptions;
  /** '' for what has no type of its own; where each stands. */
  readonly #horizons = new Map<string, number>();

  constructor(options: RetentionOptions) {
    this.#options = options;
    for (const type of ['', ...(options.typeRetentionMs?.keys() ?? [])]) this.#horizons.set(type, -Infinity);
  }

  /** Of a source. */
  of(source: string): number {
    const { retentionMs, sourceRetentionMs } = this.#options;
    return sourceRetentionMs?.get(source) ?? retentionMs;
  }

  /** All is to be looked at again: a time was taken back, or a source is new. */
  reset(): void {
    for (const type of this.#horizons.keys()) this.#horizons.set(type, -Infinity);
  }

  /** `times`: how far each source has come, ms. What no source would still keep is behind; undefined: no step was made. */
  advance(times: ReadonlyMap<string, number>): RetentionHorizons | undefined {
    let isDue = false;
    const next = new Map<string, number>();
    for (const [type, before] of this.#horizons) {
      let horizon = Infinity;
      let shortest = Infinity;
      for (const [source, ms] of times) {
        const keptMs = Math.min(this.of(source), this.#options.typeRetentionMs?.get(type) ?? Infinity);
        horizon = Math.min(horizon, ms - keptMs);
        shortest = Math.min(shortest, keptMs);
      }
      if (horizon < before) {
        this.reset();
        return this.advance(times);
      }
      if (horizon !== before && horizon !== Infinity && horizon - before >= shortest / STEPS) isDue = true;
      next.set(type, horizon);
    }
    if (!isDue) return undefined;
    for (const [type, horizon] of next) this.#horizons.set(type, horizon);
    const ms = next.get('') as number;
    return { ms, of: (type) => next.get(type) ?? ms };
  }
}
