/** Sum of the values of one metric over all its labels; undefined where it is not in the text (Prometheus format). */
export function metricSum(metrics: string, name: string): number | undefined {
  const lines = [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gmu'))];
  return lines.length === 0 ? undefined : lines.reduce((total, [, value]) => total + Number(value), 0);
}
