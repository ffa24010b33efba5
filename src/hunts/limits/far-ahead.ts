import { durationText } from '../../catalogue/duration-text.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { RunObserver } from '../run/run-observer.ts';

/** Clocks of sensors that are ahead by this are worth a word, ms. */
const FAR_AHEAD_MS = 300_000;
const MOST_NAME = 100;

/** Tells once per live source that a host's records are of a time that has not come: its clock, or the one here, is wrong. */
export class FarAhead {
  readonly #observer: RunObserver;
  readonly #told = new Set<string>();

  constructor(observer: RunObserver) {
    this.#observer = observer;
  }

  /** `now`: wall clock, ms. */
  look(
    source: string,
    { size, lastMs, host, hosts }: Pick<RecordBatch, 'size' | 'lastMs' | 'host' | 'hosts'>,
    now: number,
  ): void {
    if (this.#told.has(source)) return;
    for (let row = 0; row < size; row++) {
      const aheadMs = (lastMs[row] as number) - now;
      if (aheadMs < FAR_AHEAD_MS) continue;
      this.#told.add(source);
      const code = host[row] as number;
      const name = code === 0 ? 'a host without a name' : hosts.text(code).slice(0, MOST_NAME);
      const length = durationText(Math.floor(aheadMs / 60_000) * 60_000);
      this.#observer.notice?.(source, {
        place: source,
        code: 'clock-ahead',
        message: `a record of ${name} is of a time ${length} ahead of this machine's clock: see that both go right (NTP); LAST takes it in when its time comes`,
      });
      return;
    }
  }
}
