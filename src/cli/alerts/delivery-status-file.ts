import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { DeliveryCounts } from '../../sinks/delivery/delivery-observer.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-file.ts';
import type { Timer } from '../../telemetry/timer.ts';

/** Name of the file in a state folder. */
export const DELIVERY_STATUS = 'outbox-status.json';
const EVERY_MS = 1000;
const MAX_SINKS = 1000;

/** What a run says of its outbox: the state itself is locked while it runs. */
export interface DeliveryStatus {
  /** ISO 8601. */
  readonly time: string;
  readonly pid: number;
  readonly sinks: readonly SinkStatus[];
}

export interface SinkStatus {
  readonly sink: string;
  readonly pending: number;
  readonly bytes: number;
  readonly sent: number;
  readonly retried: number;
  readonly rejected: number;
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** Writes the status at most once a second, whole, for the owner only. It is for people: that it fails stops nothing. */
export class DeliveryStatusFile {
  readonly #path: string;
  readonly #timer: Timer;
  #latest: readonly DeliveryCounts[] = [];
  #written: readonly DeliveryCounts[] = this.#latest;
  /** Was written within the last second. */
  #isFresh = false;
  #cancel = (): void => {};
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, timer: Timer) {
    this.#path = path;
    this.#timer = timer;
  }

  write(counts: readonly DeliveryCounts[]): void {
    this.#latest = counts;
    if (this.#isFresh) return;
    this.#isFresh = true;
    this.#writing = this.#writing.then(() => this.#replace());
    this.#cancel = this.#timer.after(EVERY_MS, () => {
      this.#isFresh = false;
      if (this.#latest !== this.#written) this.write(this.#latest);
    });
  }

  /** The last word of a run. */
  async close(): Promise<void> {
    this.#cancel();
    if (this.#latest !== this.#written) this.#writing = this.#writing.then(() => this.#replace());
    await this.#writing;
  }

  async #replace(): Promise<void> {
    const latest = this.#latest;
    this.#written = latest;
    const status: DeliveryStatus = {
      time: new Date(this.#timer.now()).toISOString(),
      pid: process.pid,
      sinks: latest.map(({ sink, pending, pendingBytes, sent, retried, rejected, problem }) => ({
        sink,
        pending,
        bytes: pendingBytes,
        sent,
        retried,
        rejected,
        ...(problem === undefined
          ? {}
          : { problem: { code: problem.code, message: problem.message, hint: problem.hint } }),
      })),
    };
    const temporary = `${this.#path}.tmp`;
    try {
      // What is left of an earlier run, or was put there: it is replaced, not written through.
      await rm(temporary, { force: true });
      await writeFile(temporary, `${JSON.stringify(status)}\n`, { mode: PRIVATE_FILE_MODE, flag: 'wx' });
      await rename(temporary, this.#path);
    } catch {
      // The alerts matter, not what is said of them.
    }
  }
}

/** The status that a run wrote last; undefined where there is none that can be read. */
export async function readDeliveryStatus(path: string): Promise<DeliveryStatus | undefined> {
  try {
    const status = JSON.parse(await readFile(path, 'utf8')) as Partial<DeliveryStatus> | null;
    if (typeof status?.time !== 'string' || !Array.isArray(status.sinks)) return undefined;
    return { time: status.time, pid: Number(status.pid), sinks: (status.sinks as SinkStatus[]).slice(0, MAX_SINKS) };
  } catch {
    return undefined;
  }
}
