import type { RecordedItem } from './recorded-item.ts';

export interface Taken {
  /** Items that the target has confirmed; those that it had already (by their `_id`) included. */
  readonly taken: number;
  /** Of them had already. */
  readonly present: number;
  /** Items that it refuses for good, and the reason of the first. */
  readonly refused: number;
  readonly reason?: string | undefined;
}

/** Where recorded telemetry is sent to. */
export interface ReplaySink {
  /** Of one batch, and of one document. */
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Longest document and longest trace that it takes, bytes; 0: it takes no traces. */
  readonly maxDocumentBytes: number;
  readonly maxTraceBytes: number;
  /**
   * Sends items in order, and settles when the target has confirmed them. Throws `WindhoverError` where it takes nothing
   * more.
   */
  send(items: readonly RecordedItem[]): Promise<Taken>;
  /** Never throws. */
  close(): Promise<void>;
}
