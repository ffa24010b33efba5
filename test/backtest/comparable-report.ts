/** Of the wall clock: speed, and when an alert was seen and written. */
const OF_THE_CALL = ['elapsed_ms', 'records_per_second', 'seen', 'written'];

/** A JSON report without what no two backtests have in common, and without these keys. */
export function comparableReport(text: string, without: readonly string[] = []): string {
  const left = new Set([...OF_THE_CALL, ...without]);
  return JSON.stringify(
    JSON.parse(text, (key, value: unknown) => (left.has(key) ? undefined : value)),
    null,
    1,
  );
}
