import { StateError } from '../../errors/windhover-error.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { RunLimits } from './run-limits.ts';

/** What is known of the disk that the state lies on, bytes. */
export interface DiskSpace {
  readonly free: number;
  /** Size of the state folder. */
  readonly used: number;
}

/** Told once when the input begins to wait for the disk, and once when it goes on. */
export interface DiskObserver {
  full(reason: string): void;
  room(): void;
}

export interface DiskGuardOptions {
  readonly limits: Pick<RunLimits, 'stateFreeBytes' | 'stateMaxBytes'>;
  /** Throws where it cannot be measured; then nothing is held back. */
  readonly measure: () => Promise<DiskSpace>;
  readonly timer: Timer;
  /** The input waits for room; else the run ends where there is none. */
  readonly waits: boolean;
  readonly observer: DiskObserver;
}

/** How often the disk is looked at, ms: a batch in between writes some MB at most. */
const LOOK_MS = 1000;
/** The same while the input waits. */
const WAIT_MS = 5000;

/**
 * Keeps the state from filling its disk. Below the floor nothing more is read: what was done is committed, and there is room
 * for that. One for all scopes of a state folder.
 */
export class DiskGuard {
  readonly #options: DiskGuardOptions;
  #lookedAt = -Infinity;
  #reason: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
  }

  /** Whether more may be read. Looks at the disk at most once a second. */
  async hasRoom(): Promise<boolean> {
    const now = this.#options.timer.now();
    if (now - this.#lookedAt >= LOOK_MS || now < this.#lookedAt) {
      this.#lookedAt = now;
      this.#looking = this.#look();
    }
    await this.#looking;
    return this.#reason === undefined;
  }

  /**
   * Waits until there is room, or the signal is given; `turned` is called now and then meanwhile.
   *
   * @throws StateError `state-disk-full` where the run is not to wait
   */
  async room(signal: AbortSignal, turned: () => void): Promise<void> {
    while (!signal.aborted && !(await this.hasRoom())) {
      if (!this.#options.waits) {
        throw new StateError('state-disk-full', `The state has no room: ${this.#reason ?? ''}.`, {
          hint: 'Make room, shorten --retention, or change limits.state_free_bytes or state_max_bytes; the same call goes on from here.',
          retriable: true,
        });
      }
      turned();
      await this.#pause(signal);
    }
  }

  async #look(): Promise<void> {
    const { measure, limits, observer, waits } = this.#options;
    const before = this.#reason;
    this.#reason = await measure().then(
      (space) => reasonOf(space, limits),
      () => undefined,
    );
    if (!waits) return;
    if (before === undefined && this.#reason !== undefined) observer.full(this.#reason);
    if (before !== undefined && this.#reason === undefined) observer.room();
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#options.timer.after(WAIT_MS, done);
      signal.addEventListener('abort', done);
    });
  }
}

function reasonOf(
  { free, used }: DiskSpace,
  { stateFreeBytes, stateMaxBytes }: DiskGuardOptions['limits'],
): string | undefined {
  if (free < stateFreeBytes) return `${mib(free)} free on its disk, less than ${mib(stateFreeBytes)}`;
  if (used > stateMaxBytes) return `its folder holds ${mib(used)}, more than ${mib(stateMaxBytes)}`;
  return undefined;
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / (1024 * 1024)).toLocaleString('en')} MiB`;
}
