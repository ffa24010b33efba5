import { StateError } from '../../src/errors/windhover-error.ts';
import type { CrashPlan, CrashPoint } from './crash-points.ts';

/** What a process that was killed meets wherever it still turns. */
export class Killed extends Error {}

/**
 * One life of a process: it passes the named points until the one that its plan names. Once it is dead whatever it still
 * does outside of its memory is refused.
 */
export class DoomedProcess {
  readonly #plan: CrashPlan | undefined;
  readonly passed = new Map<CrashPoint, number>();
  readonly #onStruck: () => void;
  isDead = false;
  /** How often its pull loop has turned. */
  loops = 0;
  /** An epoch is done that no commit has followed yet; told of runs whose scopes go one after the other. */
  hasUncommitted = false;
  /** The plan has been carried out. */
  isStruck = false;

  constructor(plan: CrashPlan | undefined, onStruck: () => void = () => {}) {
    this.#plan = plan;
    this.#onStruck = onStruck;
  }

  /** Counts; true where it happens now. */
  strikes(point: CrashPoint): boolean {
    this.check();
    const count = (this.passed.get(point) ?? 0) + 1;
    this.passed.set(point, count);
    if (this.isStruck || this.#plan?.point !== point || this.#plan.at !== count) return false;
    this.isStruck = true;
    this.#onStruck();
    return true;
  }

  /** Dies here, if this is the moment. */
  pass(point: CrashPoint): void {
    if (this.strikes(point)) this.die();
  }

  /** Is told here that something failed, if this is the moment. */
  fail(point: CrashPoint): void {
    if (this.strikes(point)) throw failure();
  }

  die(): never {
    this.isDead = true;
    throw new Killed('killed');
  }

  check(): void {
    if (this.isDead) throw new Killed('dead');
  }
}

export function failure(): StateError {
  return new StateError('state-unwritable', 'no space left on device', { hint: 'Make room.' });
}
