import type { MessageRun } from '../../telemetry/message-log.ts';

/**
 * Runs of messages between the client, which pushes, and the engine, which pulls. The client is to wait while more than
 * `capacityBytes` are queued.
 */
export class RunQueue {
  readonly #capacityBytes: number;
  readonly #runs: MessageRun[] = [];
  #bytes = 0;
  readonly #changed: (() => void)[] = [];

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  get isFull(): boolean {
    return this.#bytes > this.#capacityBytes;
  }

  push(run: MessageRun): void {
    this.#runs.push(run);
    this.#bytes += sizeOf(run);
    this.wake();
  }

  shift(): MessageRun | undefined {
    const run = this.#runs.shift();
    if (run === undefined) return undefined;
    this.#bytes -= sizeOf(run);
    this.wake();
    return run;
  }

  /** Settles with the next push, shift or `wake`. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve));
  }

  wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

function sizeOf({ messages }: MessageRun): number {
  let bytes = 0;
  for (const { value } of messages) bytes += 64 + (value?.length ?? 0);
  return bytes;
}
