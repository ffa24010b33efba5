import { UsageError, WindhoverError } from '../../errors/windhover-error.ts';
import type { HuntIdentity } from '../../hunts/upgrade/hunt-identity.ts';
import type { RunLog } from '../log/run-log.ts';
import { badHunts, isBadHunt, type BadHunt } from './bad-hunts.ts';
import type { ReadAgain } from './read-hunts-again.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { HuntExchange, SessionHunt } from './session-options.ts';

export interface HuntReloadOptions {
  readonly log: RunLog;
  /** The hunts as they run at first. */
  readonly hunts: readonly ResolvedHunt[];
  /** Throws `UsageError` where hunts cannot be exchanged while these run. */
  readonly check: (running: readonly ResolvedHunt[]) => void;
  /** Reads the hunts again and tells what is wrong with them. Throws `WindhoverError` where nothing is to change. */
  readonly read: (running: readonly ResolvedHunt[]) => Promise<ReadAgain>;
  /** The hunts that were read run from now on. */
  readonly taken: () => void;
}

/**
 * The hunts of a run, which are read again on request. Requests that come while one is being met are one more request.
 * What cannot be taken over leaves the run as it is.
 */
export class HuntReload implements HuntExchange {
  #options: HuntReloadOptions | undefined;
  #hunts: readonly ResolvedHunt[] = [];
  #bad: readonly BadHunt[] = [];
  #next: ReadAgain | undefined;
  #due = new AbortController();
  #isBusy = false;
  #isAskedAgain = false;

  /** The run is ready: what was asked for before is met now. */
  start(options: HuntReloadOptions): void {
    this.#options = options;
    this.#hunts = options.hunts;
    this.#bad = badHunts(options.hunts);
    this.#meetNext();
  }

  /** As they run. */
  get hunts(): readonly ResolvedHunt[] {
    return this.#hunts;
  }

  /** It is called for and cannot run as its file stands: what the state has of it is kept. */
  holds(hunt: HuntIdentity): boolean {
    const running = this.#hunts.flatMap(({ session }) => session?.hunt.id ?? []);
    return isBadHunt(hunt, this.#bad, new Set(running));
  }

  get due(): AbortSignal {
    return this.#due.signal;
  }

  request(): void {
    this.#isAskedAgain = true;
    this.#meetNext();
  }

  take(): readonly SessionHunt[] {
    const { options, next } = { options: this.#options, next: this.#next };
    if (options === undefined || next === undefined) throw new Error('there is nothing to take');
    this.#hunts = next.hunts;
    this.#bad = next.bad;
    this.#next = undefined;
    this.#due = new AbortController();
    options.taken();
    this.#done(options.log, next);
    this.#isBusy = false;
    this.#meetNext();
    return this.#hunts.flatMap(({ session }) => session ?? []);
  }

  #meetNext(): void {
    if (this.#isBusy || !this.#isAskedAgain || this.#options === undefined) return;
    this.#isBusy = true;
    this.#isAskedAgain = false;
    void this.#meet(this.#options);
  }

  async #meet({ log, check, read }: HuntReloadOptions): Promise<void> {
    void log.event('reload-started', 'SIGHUP: the hunts are read again', {});
    try {
      check(this.#hunts);
      const next = await read(this.#hunts);
      if (next.changed > 0) {
        this.#next = next;
        this.#due.abort();
        return;
      }
      this.#done(log, next);
    } catch (error) {
      const refused = error instanceof WindhoverError ? error : defect(error);
      const { message, code, hint } = refused;
      void log.event('reload-refused', `the hunts stay as they are: ${message} (${code}). ${hint}`, { code, hint });
    }
    this.#isBusy = false;
    this.#meetNext();
  }

  #done(log: RunLog, { hunts, changed, kept }: ReadAgain): void {
    const running = hunts.filter(({ session }) => session !== undefined).length;
    const old = kept === 0 ? '' : `, ${kept} in the old version`;
    const told = `the hunts were read again: ${running} run, ${changed} changed${old}`;
    void log.event('reload-done', told, { hunts: running, changed, kept });
  }
}

function defect(error: unknown): WindhoverError {
  const message = error instanceof Error ? error.message : String(error);
  return new UsageError('reload-failed', message, 'This is a defect of Windhover; please report it.', error);
}
