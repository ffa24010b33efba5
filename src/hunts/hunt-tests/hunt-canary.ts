import { hasErrors, type CompiledHunt } from '../compile-hunt.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { compileTests } from './compile-test.ts';
import { InlineByteSource } from './inline-byte-source.ts';
import { runTest } from './run-test.ts';

/** Every hunt has its turn in this time, ms. */
const ROUND_MS = 60_000;
/** Between two hunts at least, so that many of them take no more than their share, ms. */
const PAUSE_MS = 250;

export interface HuntCanaryOptions {
  /** The hunts that run, as they are at the moment. */
  readonly hunts: () => readonly CompiledHunt[];
  readonly timer: Timer;
  /** After each turn of a hunt that has tests. `why`: what failed. */
  readonly told: (hunt: string, isAlive: boolean, why: string | undefined) => void;
}

/**
 * Runs the tests that stand in the files of the hunts again and again, one hunt after the other, in the process that runs
 * the hunts: synthetic records through real decoders into a scope of their own, which shares nothing with those of the
 * run. It shows that this process still finds what each hunt is to find; not that a source still gives anything.
 */
export class HuntCanary {
  readonly #options: HuntCanaryOptions;
  #next = 0;
  #cancel: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: HuntCanaryOptions) {
    this.#options = options;
    this.#wait();
  }

  /** Waits for the turn that is being taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#turn;
  }

  #wait(): void {
    if (this.#isClosed) return;
    const count = Math.max(1, this.#options.hunts().length);
    this.#cancel = this.#options.timer.after(Math.max(PAUSE_MS, ROUND_MS / count), () => {
      this.#turn = this.#take().finally(() => this.#wait());
    });
  }

  async #take(): Promise<void> {
    const hunts = this.#options.hunts();
    if (this.#next >= hunts.length) this.#next = 0;
    const hunt = hunts[this.#next++];
    if (hunt === undefined) return;
    const { tests, diagnostics } = compileTests(hunt);
    const why = hasErrors(diagnostics) ? diagnostics[0]?.message : undefined;
    if (why !== undefined) return this.#options.told(hunt.id, false, why);
    let ran = 0;
    for (const test of tests) {
      const { name, records } = test.test;
      // A file may be large, or gone: only what stands in the hunt file counts.
      if (records.kind !== 'inline') continue;
      ran++;
      const problem = await problemOf(() => runTest(hunt, test, new InlineByteSource(records.text)));
      if (problem !== undefined) return this.#options.told(hunt.id, false, `${name}: ${problem}`);
    }
    if (ran > 0) this.#options.told(hunt.id, true, undefined);
  }
}

async function problemOf(run: () => ReturnType<typeof runTest>): Promise<string | undefined> {
  try {
    const { failures, problem } = await run();
    const [first] = failures;
    return problem ?? (first === undefined ? undefined : `${first.subject} is not as expected`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
