import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StateStore } from '../../src/store/state-store.ts';
import type { CrashInput } from './crash-input.ts';
import type { CrashPlan, CrashPoint } from './crash-points.ts';
import type { CrashTally } from './crash-tally.ts';
import { CrashWorld } from './crash-world.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { drawing } from './telemetry.ts';

export interface CrashTrialOptions {
  /** Makes the input anew, as it was before the first life. */
  readonly input: (folder: string) => CrashInput;
  /** Opens what outlives the process; absent: a state in memory. */
  readonly openStore?: (folder: string) => Promise<StateStore>;
  readonly tick?: readonly number[];
  /** What of two outcomes has to be the same. Default: everything. */
  readonly compared?: (outcome: Outcome) => unknown;
  readonly tally: CrashTally;
}

/** One input, run once undisturbed and then again and again with crashes: every time the same has to come out. */
export class CrashTrial {
  readonly #options: CrashTrialOptions;
  readonly #root = mkdtempSync(join(tmpdir(), 'windhover-crash-'));
  #runs = 0;
  /** How often the undisturbed run passed each point. */
  passed: ReadonlyMap<CrashPoint, number> = new Map();
  #expected: unknown;

  constructor(options: CrashTrialOptions) {
    this.#options = options;
  }

  /** The run that nothing happens to. Answers what it comes to. */
  async undisturbed(): Promise<Outcome> {
    const { outcome, passed } = await this.#run([]);
    this.passed = passed;
    this.#expected = this.#compared(outcome);
    expect(outcome.mistakes).toEqual([]);
    return outcome;
  }

  /** One life per plan, then one that ends by itself. */
  async crashed(plans: readonly CrashPlan[]): Promise<void> {
    const { tally } = this.#options;
    tally.runs++;
    tally.mismatches++;
    const { outcome } = await this.#run(plans);
    const told = `crashed at ${JSON.stringify(plans)}`;
    expect(outcome.mistakes, told).toEqual([]);
    const compared = this.#compared(outcome);
    // The long way only where there is something to be shown.
    if (JSON.stringify(compared) !== JSON.stringify(this.#expected)) expect(compared, told).toEqual(this.#expected);
    tally.mismatches--;
  }

  /** Every point, at its first passing, in the middle and at its last one. */
  *everyPoint(points: readonly CrashPoint[]): Generator<CrashPlan> {
    for (const point of points) {
      const times = this.passed.get(point) ?? 1;
      for (const at of new Set([1, times >> 1, times])) if (at >= 1 && at <= times) yield { point, at };
    }
  }

  /** Crashes one after the other, drawn; the earlier ones of a run leave something to do for the later ones. */
  drawn(points: readonly CrashPoint[], seed: number): CrashPlan[] {
    const draw = drawing(seed);
    return Array.from({ length: 2 + draw(6) }, () => {
      const point = points[draw(points.length)] as CrashPoint;
      return { point, at: 1 + draw(Math.max(1, Math.min(12, (this.passed.get(point) ?? 1) >> 1))) };
    });
  }

  clean(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #run(plans: readonly CrashPlan[]): Promise<{ outcome: Outcome; passed: ReadonlyMap<CrashPoint, number> }> {
    const { input, openStore, tick, tally } = this.#options;
    // The same name for each: it is part of positions.
    const folder = join(this.#root, `${this.#runs++}`, 'run');
    mkdirSync(folder, { recursive: true });
    let readings = 0;
    const world = new CrashWorld({
      input: input(folder),
      folder,
      ...(openStore === undefined ? {} : { openStore: () => openStore(join(folder, 'state')) }),
      ...(tick === undefined ? {} : { tick: () => tick[readings++ % tick.length] as number }),
    });
    for (const plan of plans) {
      const { struck } = await world.live(plan);
      if (struck) tally.struck(plan);
    }
    const { results, passed } = await world.live();
    if (results === undefined) throw new Error('the last life did not come to its end');
    const outcome = await outcomeOf(world, results);
    rmSync(folder, { recursive: true, force: true });
    return { outcome, passed };
  }

  /** Folders differ from run to run. */
  #compared(outcome: Outcome): unknown {
    const { compared = (whole: Outcome): unknown => ({ ...whole, latest: [...whole.latest].sort() }) } = this.#options;
    const text = JSON.stringify(compared(outcome));
    return JSON.parse(text.replaceAll(new RegExp(`${this.#root}/\\d+/`, 'g'), '')) as unknown;
  }
}
