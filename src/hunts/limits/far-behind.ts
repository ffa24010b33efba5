import type { Instant } from '../../catalogue/instant.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { RunObserver } from '../run/run-observer.ts';

/** A source whose records are older than this by the wall clock says so once, ms. */
const FAR_BEHIND_MS = 3_600_000;

/** Tells once per source that its records are old: by the wall clock they have left a LAST window before they come. */
export class FarBehind {
  readonly #observer: RunObserver;
  readonly #told = new Set<string>();

  constructor(observer: RunObserver) {
    this.#observer = observer;
  }

  look(source: string, { size, lastMs }: RecordBatch, now: Instant | undefined): void {
    if (now === undefined || this.#told.has(source)) return;
    const behindMs = now.ms - (lastMs[size - 1] as number);
    if (behindMs < FAR_BEHIND_MS) return;
    this.#told.add(source);
    this.#observer.notice?.(source, {
      place: source,
      code: 'far-behind',
      message: `its records are ${Math.floor(behindMs / FAR_BEHIND_MS)} h or more behind the wall clock, by which LAST counts; --clock event counts by the records`,
    });
  }
}
