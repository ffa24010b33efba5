/** An instant, exact to the nanosecond: whole milliseconds since 1970 (UTC) and the nanoseconds beyond (0…999 999). */
export interface Instant {
  readonly ms: number;
  readonly ns: number;
}

export function compareInstants(a: Instant, b: Instant): number {
  return a.ms - b.ms || a.ns - b.ns;
}

/** Milliseconds that JavaScript's dates can show; beyond them ISO 8601 has no agreed form. */
const MAX_DATE_MS = 8.64e15;

/** ISO 8601 UTC with all the digits known: milliseconds always, micro- and nanoseconds where there are any. */
export function formatInstant(instant: Instant): string {
  const ms = Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, instant.ms));
  const text = new Date(ms).toISOString();
  if (instant.ns === 0) return text;
  const digits = String(instant.ns).padStart(6, '0').replace(/0+$/, '');
  return `${text.slice(0, -1)}${digits}Z`;
}
