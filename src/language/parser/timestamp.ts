import type { Instant } from '../ast.ts';

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z$/;

/**
 * `YYYY-MM-DDTHH:MM:SS[.fraction]Z` as an instant. Digits beyond the nanosecond are cut. Undefined for a date or time
 * of day that does not exist (month 13, 30 February, 25:00).
 */
export function parseTimestamp(text: string): Instant | undefined {
  const parts = SHAPE.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 || year < 1) return undefined;
  // setUTCFullYear takes years below 100 as they are; Date.UTC would add 1900.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const fraction = (parts[7] ?? '').slice(0, 9).padEnd(9, '0');
  return { ms: date.getTime() + Number(fraction.slice(0, 3)), ns: Number(fraction.slice(3)) };
}
