import { CRASH_POINTS, type CrashPlan } from './crash-points.ts';

/** Counts what was done to runs, and what came of it. */
export class CrashTally {
  readonly #struck = new Map<string, number>();
  runs = 0;
  mismatches = 0;

  struck({ point }: CrashPlan): void {
    this.#struck.set(point, (this.#struck.get(point) ?? 0) + 1);
  }

  get crashes(): number {
    return [...this.#struck.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Points at which no run was struck. */
  get missed(): string[] {
    return CRASH_POINTS.filter((point) => !this.#struck.has(point));
  }

  toString(): string {
    return `${this.crashes} crashes at ${this.#struck.size} of ${CRASH_POINTS.length} points in ${this.runs} runs, ${this.mismatches} mismatches`;
  }
}
