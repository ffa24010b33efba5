/** How one place for alerts stands, at any moment. */
export interface SinkStatus {
  readonly sink: string;
  /** Alerts that wait. */
  readonly pending: number;
  /** Taken since the start. */
  readonly sent: number;
  /** Tries that left something over. */
  readonly retried: number;
  /** Refused for good. */
  readonly rejected: number;
  /** Why nothing gets through at the moment. */
  readonly problem: { readonly code: string } | undefined;
}
