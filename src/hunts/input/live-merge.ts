import type { Timer } from '../../telemetry/timer.ts';
import type { SourcedBatch } from './batch-merge.ts';
import type { BatchSupply, ReadBatch } from './source-reader.ts';

/**
 * Several live sources of one scope: whichever has a batch first. Every source is asked for one batch at a time, and for
 * the next only after that one has been taken and another is asked for here: so each batch is valid while it is used.
 */
export class LiveMerge {
  readonly #supplies: readonly BatchSupply[];
  readonly #timer: Timer;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<BatchSupply>();
  readonly #ended = new Set<BatchSupply>();
  readonly #ready: { readonly supply: BatchSupply; readonly read: ReadBatch }[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(supplies: readonly BatchSupply[], timer: Timer, signal: AbortSignal) {
    this.#supplies = supplies;
    this.#timer = timer;
    this.#signal = signal;
  }

  /** All sources have ended, and all that they gave has been taken. */
  get ended(): boolean {
    return this.#ended.size === this.#supplies.length && this.#ready.length === 0;
  }

  /** A batch that is ready, without waiting. Throws what a source threw. */
  take(): SourcedBatch | undefined {
    for (const supply of this.#supplies) {
      if (!this.#asked.has(supply) && !this.#ended.has(supply)) this.#ask(supply);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const first = this.#ready.shift();
    if (first === undefined) return undefined;
    this.#asked.delete(first.supply);
    return { source: first.supply.name, ...first.read };
  }

  /** Waits until `take` may give something, a source has ended, the signal is given, or `ms` have passed. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = ms === Infinity ? undefined : this.#timer.after(ms, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => {};
        this.#signal.removeEventListener('abort', onAbort);
        cancel?.();
        resolve();
      };
      const onAbort = (): void => this.#wake();
      this.#signal.addEventListener('abort', onAbort);
      if (this.#signal.aborted || this.#ready.length > 0 || this.#failure !== undefined || this.ended) this.#wake();
    });
  }

  #ask(supply: BatchSupply): void {
    this.#asked.add(supply);
    supply.next().then(
      (read) => {
        if (read === undefined) this.#ended.add(supply);
        else this.#ready.push({ supply, read });
        this.#wake();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#wake();
      },
    );
  }
}
