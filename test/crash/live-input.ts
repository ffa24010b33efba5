import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import type { RecordBatch } from '../../src/telemetry/record-batch.ts';
import { SHELLS_HUNT } from './crash-hunts.ts';
import type { CrashInput } from './crash-input.ts';
import type { DoomedProcess } from './doomed-process.ts';

/** Turns within which a run commits what it has read, if it turns at all, and lets alerts go that wait for the wall clock. */
const SETTLING_TURNS = 150;

/**
 * Input without an end: more comes when all there is was read, or when the process has died over it. The very last record
 * comes when all others are in the state, so that it is the only one of its epoch: by the event clock it lets go of what waits.
 */
export abstract class LiveInput implements CrashInput {
  readonly hunts: readonly CompiledHunt[] = [SHELLS_HUNT];
  #process: DoomedProcess | undefined;
  #turns = 0;
  #loops = Infinity;
  #isOver = false;

  abstract source(uri: string): ResolvedSource;
  abstract taken(source: string, batch: RecordBatch): void;
  /** Whether all that was written was read. */
  protected abstract isRead(): boolean;
  /** Whether there is more to come before the last record. */
  protected abstract hasMore(): boolean;
  protected abstract writeMore(): void;
  protected abstract writeLast(): void;

  session(process: DoomedProcess, _known: readonly PlacePosition[]): ReturnType<CrashInput['session']> {
    this.#process = process;
    this.#wait();
    return { clock: 'event', retentionMs: Infinity };
  }

  turn(): boolean {
    if (this.hasMore()) {
      if (this.isRead()) this.writeMore();
      return false;
    }
    if (!this.isRead()) this.#wait();
    else if (this.#turns-- > 0) this.#loops = this.process.loops + 2;
    else if (this.process.loops >= this.#loops) {
      if (this.#isOver) return true;
      this.#isOver = true;
      this.writeLast();
      this.#wait();
    }
    return false;
  }

  died(): void {
    if (this.hasMore()) this.writeMore();
  }

  protected get process(): DoomedProcess {
    return this.#process as DoomedProcess;
  }

  #wait(): void {
    this.#turns = SETTLING_TURNS;
  }
}
