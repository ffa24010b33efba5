import type { Instant } from '../../catalogue/instant.ts';
import { parsedNanos, parseTime } from '../../telemetry/time-text.ts';
import { parseDuration } from '../hunt-file/hunt-file-duration.ts';

/** `+41s` counted from `first`, or ISO 8601 in UTC; undefined where the text is neither. */
export function parseMoment(text: string, first: Instant): Instant | undefined {
  if (text.startsWith('+')) {
    const after = parseDuration(text.slice(1));
    return after === undefined ? undefined : shifted(first, after);
  }
  const ms = parseTime(text);
  return Number.isNaN(ms) ? undefined : { ms, ns: parsedNanos() };
}

export function shifted({ ms, ns }: Instant, milliseconds: number): Instant {
  return { ms: ms + milliseconds, ns };
}
