/** A backtest that was ended before its input was. */
export interface Interruption {
  /** The same call goes on where it stopped. */
  readonly goesOn: boolean;
}

/** What a reader of the report has to know before he reads a figure. */
export function interruptionText({ goesOn }: Interruption): string {
  const next = goesOn ? '; the same call goes on where it stopped' : '';
  return `interrupted: only a part of the input was read; figures are of that part${next}`;
}
