import type { Timer } from '../../telemetry/timer.ts';
import { PAUSE_MS } from '../pauses.ts';
import type { WatchFolder } from './watch-folder.ts';

/** Folders are looked at again after this, ms, also when no event tells of a change. */
const POLL_MS = 1000;
/** The same where the file system cannot tell of changes at all. */
const POLL_UNWATCHED_MS = 100;
/** A look is followed by at least this many times its own length without one: large folders cost what they may. */
const REST_FACTOR = 4;

/**
 * Tells when a live source is worth another look: `PAUSE_MS` after the first event in one of its folders, so that a burst
 * of writes is one batch, and after a while anyway, as not every file system gives events.
 */
export class ChangeSignal {
  readonly #timer: Timer;
  readonly #watchFolder: WatchFolder;
  readonly #watched = new Map<string, () => void>();
  #unwatched = false;
  #changedAt: number | undefined;
  #lookedAt = -Infinity;
  #restUntil = -Infinity;
  #wake: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(timer: Timer, watchFolder: WatchFolder) {
    this.#timer = timer;
    this.#watchFolder = watchFolder;
  }

  /** The folders to watch from now on; those that were watched before and are not named are let go. */
  watch(folders: ReadonlySet<string>): void {
    // A look that was under way when it was closed.
    if (this.#closed) return;
    for (const [folder, stop] of this.#watched) {
      if (folders.has(folder)) continue;
      stop();
      this.#watched.delete(folder);
    }
    this.#unwatched = false;
    for (const folder of folders) {
      if (this.#watched.has(folder)) continue;
      const stop = this.#watchFolder(
        folder,
        () => this.#onChange(),
        () => this.#watched.delete(folder),
      );
      if (stop === undefined) this.#unwatched = true;
      else {
        this.#watched.set(folder, stop);
        // What happened since the look that found the folder came without an event.
        this.#onChange();
      }
    }
  }

  /** Before a look: changes from here on ask for another one. */
  lookBegins(): void {
    this.#changedAt = undefined;
    this.#lookedAt = this.#timer.now();
  }

  lookEnded(): void {
    const now = this.#timer.now();
    this.#restUntil = now + REST_FACTOR * (now - this.#lookedAt);
  }

  /** Settles when it is time for another look, or after `close`. */
  next(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#arm();
    });
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#watched.values()) stop();
    this.#watched.clear();
    this.#settle();
  }

  #onChange(): void {
    if (this.#changedAt !== undefined) return;
    this.#changedAt = this.#timer.now();
    this.#arm();
  }

  #arm(): void {
    if (this.#wake === undefined) return;
    this.#cancel?.();
    const poll = this.#lookedAt + (this.#unwatched ? POLL_UNWATCHED_MS : POLL_MS);
    const due = this.#changedAt === undefined ? poll : Math.min(poll, this.#changedAt + PAUSE_MS);
    const wait = Math.max(due, this.#restUntil) - this.#timer.now();
    this.#cancel = this.#timer.after(Math.max(0, wait), () => this.#settle());
  }

  #settle(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
