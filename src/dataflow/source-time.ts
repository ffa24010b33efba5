/** A step further ahead than this, or than this part of the retention, is a jump. */
const JUMP_MS = 3_600_000;
const JUMP_PART = 4;
/** So many records in a row that all lie ahead are believed whoever sent them. */
const ROW_OF_RECORDS = 1000;

/** What a restart needs: the moment, and what is in doubt about it. */
export interface StoredSourceTime {
  readonly ms: number;
  readonly host: string;
  readonly isAgreed: boolean;
  readonly hasSeveralHosts: boolean;
  readonly ahead: { readonly host: string; readonly ms: number } | null;
  readonly row: { readonly length: number; readonly leastMs: number } | null;
}

/**
 * How far one source has come in event time, as far as its records are to be believed: what a retention and lateness are
 * measured by (docs/time.md). The greatest time would do, were it not for clocks that are years ahead, and for whoever
 * writes such a time to have everything else refused or forgotten. So a jump waits until another host agrees.
 */
export class SourceTime {
  readonly #jumpMs: number;
  readonly #limit: (() => number) | undefined;
  #ms = -Infinity;
  /** Who said it first. */
  #host = '';
  /** A second record has said much the same. Until then an earlier one takes the time back. */
  #isAgreed = false;
  #hasSeveralHosts = false;
  /** The furthest jump that nobody has agreed to. */
  #ahead: StoredSourceTime['ahead'] = null;
  /** Records since the last one that was no jump. */
  #row: { length: number; leastMs: number } | null = null;

  /** `limit`: wall clock, ms, that no record counts beyond; absent: none. */
  constructor(retentionMs: number, limit?: () => number) {
    this.#jumpMs = Math.min(JUMP_MS, retentionMs / JUMP_PART);
    this.#limit = limit;
  }

  /** Milliseconds since 1970; −Infinity before the first record. */
  get ms(): number {
    return this.#ms;
  }

  /** A record arrived: its last_observed in ms, and its host, '' for none. Says so where the time goes back. */
  observe(lastMs: number, host: string): 'taken-back' | undefined {
    if (lastMs <= this.#ms && this.#isAgreed && this.#hasSeveralHosts && this.#row === null) return undefined;
    const ms = this.#limit === undefined || lastMs <= this.#ms ? lastMs : Math.min(lastMs, this.#limit());
    if (this.#ms === -Infinity) this.#set(ms, host);
    if (host !== this.#host) this.#hasSeveralHosts = true;
    const before = this.#ms;
    if (ms > before + this.#jumpMs) this.#jump(ms, host);
    else this.#step(ms, host);
    return this.#ms < before ? 'taken-back' : undefined;
  }

  stored(): StoredSourceTime {
    return {
      ms: this.#ms,
      host: this.#host,
      isAgreed: this.#isAgreed,
      hasSeveralHosts: this.#hasSeveralHosts,
      ahead: this.#ahead,
      row: this.#row,
    };
  }

  /** A bare moment is one that nobody doubts. */
  restore(stored: StoredSourceTime | number): void {
    if (typeof stored === 'number') {
      this.#ms = stored;
      this.#isAgreed = true;
      this.#hasSeveralHosts = true;
      return;
    }
    const { ms, host, isAgreed, hasSeveralHosts, ahead, row } = stored;
    this.#ms = ms;
    this.#host = host;
    this.#isAgreed = isAgreed;
    this.#hasSeveralHosts = hasSeveralHosts;
    this.#ahead = ahead;
    this.#row = row === null ? null : { ...row };
  }

  #step(ms: number, host: string): void {
    this.#row = null;
    // The only host has gone back to where it was.
    if (!this.#hasSeveralHosts) this.#ahead = null;
    if (!this.#isAgreed) {
      if (ms < this.#ms - this.#jumpMs) {
        this.#set(ms, host);
        return;
      }
      if (host !== this.#host || ms > this.#ms) this.#isAgreed = true;
    }
    if (ms > this.#ms) this.#moveTo(ms);
  }

  #jump(ms: number, host: string): void {
    const row = (this.#row ??= { length: 0, leastMs: Infinity });
    row.length++;
    row.leastMs = Math.min(row.leastMs, ms);
    const before = this.#ahead;
    const isFurther = before === null || ms > before.ms;
    const furthest = isFurther ? { host, ms } : before;
    let agreed: number | undefined;
    if (this.#hasSeveralHosts) {
      if (before !== null && before.host !== host) agreed = Math.min(before.ms, ms);
      else if (row.length >= ROW_OF_RECORDS) agreed = row.leastMs;
    } else if (row.leastMs < furthest.ms) {
      agreed = row.leastMs;
    }
    this.#ahead = furthest;
    if (agreed === undefined) return;
    this.#isAgreed = true;
    this.#row = null;
    if (!this.#hasSeveralHosts) this.#ahead = null;
    this.#moveTo(agreed);
  }

  #set(ms: number, host: string): void {
    this.#ms = ms;
    this.#host = host;
  }

  #moveTo(ms: number): void {
    this.#ms = ms;
    if (this.#ahead !== null && this.#ahead.ms <= ms + this.#jumpMs) this.#ahead = null;
  }
}
