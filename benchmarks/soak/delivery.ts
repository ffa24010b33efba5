/** How records reach the run: a topic or a log. */
export interface Delivery {
  /** As `--source` takes it. */
  readonly uri: string;
  /** Comes back when they are where the run reads; every line arrives at least once. */
  send(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
