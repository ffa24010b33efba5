/** Wall time as live input sees it: passed in, so that tests hold the clock. */
export interface Timer {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, not before `ms` have passed; the answer takes the call back. */
  after(ms: number, callback: () => void): () => void;
}
