import type { ScopeRunOptions } from './scope-run-options.ts';

/**
 * A commit covers the epochs of this much wall time (decision 21), or, where commits take long, of so much that they take a third
 * of it; half of it while nothing waits to be read.
 */
const COMMIT_MS = 50;
const COMMIT_SHARE = 3;
const IDLE_COMMIT_SHARE = 2;
/** However long a commit took, the next one comes in this time, ms. */
const MOST_COMMIT_MS = 1000;
/** How often it is looked whether the wall clock lets something enter or leave, ms. */
const TICK_MS = 100;
/** A loop that is metered turns at least this often, so that one that hangs is told from one that waits, ms. */
const METERED_IDLE_MS = 1000;

export interface ScopePaceOptions {
  /** Time passes without records. */
  readonly ticks: boolean;
  readonly metered: boolean;
  /** Least wall time between two writings of files of SAVE, ms; Infinity where they wait for the end. */
  readonly saveEveryMs: number;
}

/** When a scope commits, writes the files of SAVE, and how long it may wait for input. All times are wall times, ms. */
export class ScopePace {
  readonly #options: ScopePaceOptions;
  #lastCommit = 0;
  /** How long the last commit took, ms. */
  #commitTook = 0;
  #lastSave: number;
  #uncommitted = false;
  /** Something may have changed since SAVE wrote its files. */
  #unsaved = false;

  constructor(options: ScopePaceOptions, now: number) {
    this.#options = options;
    this.#lastSave = now;
  }

  /** `ticks`: time passes without records. */
  static of({ meter, saves }: Pick<ScopeRunOptions, 'meter' | 'saves'>, ticks: boolean, now: number): ScopePace {
    return new ScopePace({ ticks, metered: meter !== undefined, saveEveryMs: saves?.everyMs ?? Infinity }, now);
  }

  /** There is something that no commit covers. */
  get uncommitted(): boolean {
    return this.#uncommitted;
  }

  /** There is something to commit and to save. */
  changed(): void {
    this.#uncommitted = true;
    this.#unsaved = true;
  }

  /** The last commit is long enough ago for another one. `isIdle`: no input waited when it was last asked for. */
  mayCommit(now: number, isIdle = false): boolean {
    return now - this.#lastCommit >= this.#commitEvery(isIdle);
  }

  /** `began`, `ended`: of the commit. */
  committed(began: number, ended: number): void {
    this.#uncommitted = false;
    this.#lastCommit = ended;
    this.#commitTook = ended - began;
  }

  /** Until files of SAVE are to be written; Infinity where nothing has changed, or they wait for the end. */
  saveDueIn(now: number): number {
    return this.#unsaved ? Math.max(0, this.#lastSave + this.#options.saveEveryMs - now) : Infinity;
  }

  /** `failed`: some file could not be written, and is tried again at the next turn. */
  saved(now: number, failed: boolean): void {
    this.#lastSave = now;
    this.#unsaved = failed;
  }

  /** How long nothing is to be done for it but wait for input. */
  idleMs(now: number): number {
    return Math.min(
      this.#options.ticks ? TICK_MS : Infinity,
      this.#options.metered ? METERED_IDLE_MS : Infinity,
      this.#uncommitted ? Math.max(0, this.#lastCommit + this.#commitEvery(true) - now) : Infinity,
      this.saveDueIn(now),
    );
  }

  /** Least wall time from the end of the last commit to the next one, ms. */
  #commitEvery(isIdle: boolean): number {
    const share = isIdle ? IDLE_COMMIT_SHARE : COMMIT_SHARE;
    return Math.min(MOST_COMMIT_MS, Math.max(COMMIT_MS, this.#commitTook * (share - 1)));
  }
}
