/** What a run on this machine says at /metrics (Prometheus format); nothing while it does not answer. */
export function runMetrics(port: number): Promise<string> {
  return fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(1500) }).then(
    (answer) => answer.text(),
    () => '',
  );
}
