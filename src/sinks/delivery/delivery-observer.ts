import type { SinkError } from '../../errors/windhover-error.ts';

/** How one sink stands, at any moment. */
export interface DeliveryCounts {
  readonly sink: string;
  /** Alerts that wait, and the bytes of their documents. */
  readonly pending: number;
  readonly pendingBytes: number;
  /** Taken since the start; one that was written again counts once. */
  readonly sent: number;
  /** Tries that left something over. */
  readonly retried: number;
  /** Refused for good. */
  readonly rejected: number;
  /** Why nothing gets through at the moment. */
  readonly problem: SinkError | undefined;
}

/** Told of what a delivery meets; each problem once, until it is over. */
export interface DeliveryObserver {
  /** The sink cannot be written to; it is tried again. */
  degraded?(counts: DeliveryCounts): void;
  /** It takes alerts again. */
  recovered?(counts: DeliveryCounts): void;
  /** After every batch. */
  delivered?(counts: DeliveryCounts): void;
}
