import type { Instant } from '../../catalogue/instant.ts';
import type { JsonObject } from '../../telemetry/document-shape.ts';
import { parsedNanos, parseTime } from '../../telemetry/time-text.ts';
import type { RecordProblem } from './record-problem.ts';
import { parseMoment, shifted } from './typed-moment.ts';
import type { TypedRecord } from './typed-record-schema.ts';

/** Where nothing says when the first record happened. */
export const FIRST_RECORD: Instant = { ms: Date.UTC(2026, 0, 1), ns: 0 };

/**
 * Event times of the records of a test: as written, else a millisecond after the record before. What stands with a plus
 * counts from the first record.
 */
export function recordTimes(
  records: readonly JsonObject[],
  typed: readonly (TypedRecord | undefined)[],
  problems: RecordProblem[],
): Instant[] {
  const times: Instant[] = [];
  let first: Instant | undefined;
  let before: Instant | undefined;
  for (const [index, record] of records.entries()) {
    const written = typed[index]?.time;
    let time: Instant | undefined;
    if (typed[index] === undefined) time = documentTime(record) ?? before;
    else if (written === undefined) time = before === undefined ? FIRST_RECORD : shifted(before, 1);
    else time = parseMoment(written, first ?? FIRST_RECORD);
    if (time === undefined && written !== undefined) {
      problems.push({
        path: [index, 'time'],
        message: `${written} is no time.`,
        hint: 'Write +41s after the first record, or 2026-01-01T00:00:00Z.',
      });
    }
    if (index === 0 && written?.startsWith('+') === true && time?.ms !== FIRST_RECORD.ms) {
      problems.push({
        path: [index, 'time'],
        message: 'Times with a plus count from the first record, and this is the first.',
        hint: 'Leave its time out, or write +0s or an ISO time.',
      });
    }
    first ??= time;
    before = time ?? before;
    times.push(time ?? before ?? FIRST_RECORD);
  }
  return times;
}

function documentTime(record: JsonObject): Instant | undefined {
  const source = record['_source'];
  const document = typeof source === 'object' && source !== null ? (source as JsonObject) : record;
  const written = document['@timestamp'];
  const ms = typeof written === 'string' ? parseTime(written) : Number.NaN;
  return Number.isNaN(ms) ? undefined : { ms, ns: parsedNanos() };
}
