import { durationText } from '../../catalogue/duration-text.ts';
import type { RunObserver } from '../run/run-observer.ts';

/**
 * Live sources that have stopped: told once each, and once more when they go on. What such a source says of the time would
 * stand still, and with it what the others may forget: so its time goes on by the wall clock (`silentMs`).
 */
export class SourceSilence {
  readonly #afterMs: number;
  readonly #observer: RunObserver;
  /** By source: wall time of the last record, ms, and whether it was told. */
  readonly #heard = new Map<string, { at: number; isTold: boolean }>();
  readonly #sources: readonly string[];
  #now = -Infinity;

  constructor(sources: readonly string[], afterMs: number, observer: RunObserver) {
    this.#sources = sources;
    this.#afterMs = afterMs;
    this.#observer = observer;
  }

  /** Time counts from now on. */
  begin(now: number): void {
    for (const source of this.#sources) this.#heard.set(source, { at: now, isTold: false });
  }

  /** Records of the source came in. */
  heard(source: string, now: number): void {
    const known = this.#heard.get(source);
    if (known?.isTold === true) {
      const message = `records again, after ${durationText(now - known.at)}`;
      this.#observer.notice?.(source, { place: source, code: 'source-resumed', message });
    }
    this.#heard.set(source, { at: now, isTold: false });
  }

  /** Time has passed. */
  look(now: number): void {
    this.#now = now;
    for (const source of this.#sources) {
      const known = this.#heard.get(source);
      // A clock that was set back begins anew.
      if (known === undefined || now < known.at) {
        this.#heard.set(source, { at: now, isTold: known?.isTold ?? false });
        continue;
      }
      if (known.isTold || now - known.at < this.#afterMs) continue;
      known.isTold = true;
      this.#observer.notice?.(source, {
        place: source,
        code: 'source-silent',
        message: `no records for ${durationText(this.#afterMs)}: see whether its sender lives; its retention goes on by the wall clock`,
      });
    }
  }

  /** Wall time until `look` may have something to tell, ms. */
  dueIn(now: number): number {
    let due = Infinity;
    for (const { at, isTold } of this.#heard.values()) if (!isTold) due = Math.min(due, at + this.#afterMs - now);
    return Math.max(0, due);
  }

  /** For how long a source that is told as silent has given nothing, ms; 0 for all others. */
  silentMs(source: string): number {
    const known = this.#heard.get(source);
    return known?.isTold === true ? Math.max(0, this.#now - known.at) : 0;
  }
}
