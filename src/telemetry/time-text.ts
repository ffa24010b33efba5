/**
 * Times as the formats write them: `YYYY-MM-DD[T ]hh:mm:ss[.fraction][Z|±hh:mm]`, UTC where no zone is given. Anything else
 * is no time here and stays text (a local time without a zone cannot be told from UTC, so the format's table decides which
 * fields count). A leap second, 23:59:60, is the first second of the next day, as POSIX counts it.
 */

let nanos = 0;
let dayNumber = -1;
let dayStart = 0;

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? 10_000 : tens * 10 + ones;
}

/** `±hh:mm` at the end of a time: minutes east of UTC, or NaN. */
function offsetMinutes(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if ((sign !== 43 && sign !== 45) || text.charCodeAt(at + 3) !== 58 || hours > 23 || minutes > 59) return Number.NaN;
  return sign === 43 ? hours * 60 + minutes : -(hours * 60 + minutes);
}

/**
 * Milliseconds since 1970, or NaN. The nanoseconds beyond are in `parsedNanos()` until the next call.
 * Fractions beyond nine digits are cut off.
 */
export function parseTime(text: string): number {
  const length = text.length;
  if (length < 19 || length > 40) return Number.NaN;
  const separator = text.charCodeAt(10);
  if (separator !== 84 && separator !== 32) return Number.NaN;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN;
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (century > 99 || yearOfCentury > 99 || hour > 23 || minute > 59) return Number.NaN;
  if (second > 59 && !(second === 60 && minute === 59)) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  let at = 19;
  let fraction = 0;
  let digits = 0;
  if (at < length && text.charCodeAt(at) === 46) {
    at++;
    const start = at;
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit >>> 0 > 9) break;
      if (digits < 9) {
        fraction = fraction * 10 + digit;
        digits++;
      }
    }
    if (at === start) return Number.NaN;
  }
  let zoneMinutes = 0;
  if (at < length && text.charCodeAt(at) === 90) at++;
  else if (at + 6 === length) {
    zoneMinutes = offsetMinutes(text, at);
    at = length;
  }
  if (at !== length || Number.isNaN(zoneMinutes)) return Number.NaN;
  // Leap seconds are put in where it is midnight in UTC.
  if (second === 60 && (hour * 60 + minute - zoneMinutes + 2880) % 1440 !== 1439) return Number.NaN;
  for (; digits < 9; digits++) fraction *= 10;
  const year = century * 100 + yearOfCentury;
  const key = (year * 16 + month) * 32 + day;
  if (key !== dayNumber) {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    if (date.getUTCDate() !== day) return Number.NaN;
    dayNumber = key;
    dayStart = date.getTime();
  }
  nanos = fraction % 1_000_000;
  return dayStart + (hour * 3600 + (minute - zoneMinutes) * 60 + second) * 1000 + (fraction - nanos) / 1_000_000;
}

/** Nanoseconds (0…999,999) beyond the milliseconds that the last successful `parseTime` gave. */
export function parsedNanos(): number {
  return nanos;
}

/** RFC 3339 in UTC with as many fraction digits as needed, at least three. */
export function formatTime(ms: number, ns: number): string {
  const text = new Date(ms).toISOString();
  if (ns === 0) return text;
  return `${text.slice(0, -1)}${String(ns).padStart(6, '0').replace(/0+$/u, '')}Z`;
}
