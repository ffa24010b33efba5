import { stateKey } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import type { AlertDocument } from './alert-document.ts';
import { SINK_OUTBOX, type PendingAlerts } from './pending-alerts.ts';

export interface QueuedAlert {
  readonly sequence: number;
  /** Of its document. */
  readonly bytes: number;
  readonly alert: AlertDocument;
}

/**
 * Alerts that wait for one sink, in order, in the state. They come with a commit: `stage` gives what is to be written,
 * `committed` says that it was. They leave when the sink has taken them.
 */
export class AlertQueue {
  readonly sink: string;
  readonly #store: StateStore;
  #first: number;
  /** Behind the last one that is committed. */
  #end: number;
  #alerts: number;
  #bytes: number;
  #staged: readonly number[] = [];
  /** What a `drop` that failed was to remove: it may have. */
  #doubtful: readonly QueuedAlert[] = [];
  #onAdded = (): void => {};
  #onDropped = (): void => {};

  constructor(store: StateStore, sink: string, pending: PendingAlerts | undefined) {
    this.#store = store;
    this.sink = sink;
    this.#first = pending?.first ?? 0;
    this.#end = pending?.next ?? 0;
    this.#alerts = pending?.alerts ?? 0;
    this.#bytes = pending?.bytes ?? 0;
  }

  get alerts(): number {
    return this.#alerts;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Called whenever there are more. */
  set onAdded(listener: () => void) {
    this.#onAdded = listener;
  }

  /** Called whenever there are fewer. */
  set onDropped(listener: () => void) {
    this.#onDropped = listener;
  }

  /** What a commit has to write for these documents to wait here. What was staged before and not committed is forgotten. */
  stage(documents: readonly Uint8Array[]): StateWrite[] {
    this.#staged = documents.map(({ length }) => length);
    return documents.map((value, i) => ({ kind: 'put', key: this.#key(this.#end + i), value }));
  }

  /** What was staged last is in the state. */
  committed(): void {
    if (this.#staged.length === 0) return;
    this.#end += this.#staged.length;
    this.#alerts += this.#staged.length;
    for (const bytes of this.#staged) this.#bytes += bytes;
    this.#staged = [];
    this.#onAdded();
  }

  /** The first ones: at most so many, and of at most so many bytes together, but one at least where there is one. */
  async first(maxAlerts: number, maxBytes: number): Promise<QueuedAlert[]> {
    await this.#settleDoubt();
    const found: QueuedAlert[] = [];
    let bytes = 0;
    let sequence = this.#first;
    // Their numbers have no gaps.
    const end = Math.min(this.#end, this.#first + maxAlerts);
    for await (const { value } of this.#store.range(this.#key(this.#first), this.#key(end))) {
      bytes += value.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push({ sequence: sequence++, bytes: value.length, alert: JSON.parse(textOf(value)) as AlertDocument });
    }
    return found;
  }

  /**
   * The sink has taken these, which `first` gave last, but for those in `kept`: they stay, before all that follow. Where
   * this rejects, `first` finds out whether it was done.
   */
  async drop(taken: readonly QueuedAlert[], kept: readonly QueuedAlert[] = []): Promise<void> {
    const last = taken.at(-1);
    if (last === undefined || kept.length === taken.length) return;
    const stay = new Set(kept);
    this.#doubtful = taken.filter((each) => !stay.has(each));
    // Numbers have no gaps: what is kept moves up to what follows.
    const start = last.sequence + 1 - kept.length;
    const puts = kept.map(({ alert }, i): StateWrite => {
      return { kind: 'put', key: this.#key(start + i), value: Buffer.from(JSON.stringify(alert), 'utf8') };
    });
    const [from, to] = [this.#key(this.#first), this.#key(last.sequence + 1)];
    await this.#store.write([{ kind: 'delete-range', from, to }, ...puts]);
    this.#dropped();
  }

  async #settleDoubt(): Promise<void> {
    if (this.#doubtful.length === 0) return;
    // They go together, or not at all.
    if ((await this.#store.get(this.#key(this.#first))) === null) this.#dropped();
    else this.#doubtful = [];
  }

  #dropped(): void {
    const taken = this.#doubtful;
    this.#doubtful = [];
    this.#first += taken.length;
    this.#alerts -= taken.length;
    for (const { bytes } of taken) this.#bytes -= bytes;
    this.#onDropped();
  }

  #key(sequence: number): Uint8Array {
    return stateKey('o', SINK_OUTBOX, this.sink, sequence);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
