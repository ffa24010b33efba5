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

/** Times that are written one after the other mostly lie within a few seconds: their texts, up to the point, by second. */
const SECONDS = 16;
const seconds = new Float64Array(SECONDS).fill(Number.NaN);
const textsOfSeconds = new Array<string>(SECONDS).fill('');

/** ISO 8601 UTC with all the digits known: milliseconds always, micro- and nanoseconds where there are any. */
export function formatInstant(instant: Instant): string {
  const ms = Math.trunc(Math.max(-MAX_DATE_MS, Math.min(MAX_DATE_MS, instant.ms)));
  const second = Math.floor(ms / 1000);
  const at = ((second % SECONDS) + SECONDS) % SECONDS;
  if (seconds[at] !== second) {
    seconds[at] = second;
    textsOfSeconds[at] = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
  }
  const text = (textsOfSeconds[at] as string) + String(ms - second * 1000).padStart(3, '0');
  return instant.ns === 0 ? `${text}Z` : `${text}${digitsOf(instant.ns)}Z`;
}

/** Of the nanoseconds beyond a millisecond: without zeros at the end. */
function digitsOf(ns: number): string {
  const digits = String(ns).padStart(6, '0');
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
