/** An instant, exact to the nanosecond: whole milliseconds since 1970 (UTC) and the nanoseconds beyond (0…999 999). */
export interface Instant {
  readonly ms: number;
  readonly ns: number;
}

export function compareInstants(a: Instant, b: Instant): number {
  return a.ms - b.ms || a.ns - b.ns;
}

/** As one number, exact to some hundred nanoseconds. */
export function millisecondsOf({ ms, ns }: Instant): number {
  return ms + ns / 1e6;
}

/** Milliseconds that JavaScript's dates can show; beyond them ISO 8601 has no agreed form. */
const MAX_DATE_MS = 8.64e15;

/** Times that are written one after the other mostly lie within one second: its text, up to the point. */
let lastSecond = Number.NaN;
let textOfSecond = '';

/** ISO 8601 UTC with all the digits known: milliseconds always, micro- and nanoseconds where there are any. */
export function formatInstant(instant: Instant): string {
  const ms = Math.trunc(Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, instant.ms)));
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    textOfSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  const text = textOfSecond + String(ms - second * 1000).padStart(3, '0');
  if (instant.ns === 0) return `${text}Z`;
  return `${text}${String(instant.ns).padStart(6, '0').replace(/0+$/, '')}Z`;
}
