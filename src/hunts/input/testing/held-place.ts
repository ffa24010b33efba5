import type { ByteChunk, ByteSource } from '../../../telemetry/decoder.ts';

/** A place whose every read waits until it is let go, and that knows what is open and on its way. */
export class HeldPlace implements ByteSource {
  readonly source = 's';
  readonly place: string;
  readonly #chunks: readonly string[];
  readonly #failure: Error | undefined;
  readonly #waiting: (() => void)[] = [];
  /** Handles that are open, and how many were in all. */
  handles = 0;
  opened = 0;
  /** Reads that have begun, and the most that were on their way at once. */
  reads = 0;
  mostAtOnce = 0;
  /** Reads do not wait any more. */
  free = false;

  /** `failure`: what the read behind the last chunk comes to. */
  constructor(place: string, chunks: readonly string[], failure?: Error) {
    this.place = place;
    this.#chunks = chunks;
    this.#failure = failure;
  }

  /** Reads on their way. */
  get outstanding(): number {
    return this.#waiting.length;
  }

  async *open(offset: number): AsyncGenerator<ByteChunk, void, undefined> {
    this.handles++;
    this.opened++;
    try {
      let at = 0;
      for (const chunk of this.#chunks) {
        const bytes = Buffer.from(chunk);
        const end = at + bytes.length;
        if (end > offset) {
          await this.#read();
          const skipped = Math.max(0, offset - at);
          yield { bytes: bytes.subarray(skipped), offset: at + skipped };
        }
        at = end;
      }
      await this.#read();
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      this.handles--;
    }
  }

  /** Lets the oldest read on its way go, and waits until all that follows from it has happened. */
  async letGo(reads = 1): Promise<void> {
    for (let i = 0; i < reads; i++) {
      this.#waiting.shift()?.();
      await settled();
    }
  }

  async letAllGo(): Promise<void> {
    this.free = true;
    while (this.#waiting.length > 0) await this.letGo();
  }

  async #read(): Promise<void> {
    this.reads++;
    if (this.free) return;
    const held = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#waiting.length);
    await held;
  }
}

/** Until nothing goes on any more but what waits for something outside. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}
