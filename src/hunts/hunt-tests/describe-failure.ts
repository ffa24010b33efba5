import { formatInstant } from '../../catalogue/instant.ts';
import { shownValue, type ExpectedRow, type TestRow } from './compare-rows.ts';
import type { NearestRecord } from './nearest-record.ts';
import type { TestFailure } from './run-test.ts';

/** What was different, on one line: `variable actions: expected 0 entities, found 2 (pid=7 name=sh; …)`. Not escaped. */
export function describeFailure(failure: TestFailure): string {
  const { at, subject, kind, expected, found, rows, suppressed = 0, waiting = 0 } = failure;
  const ofAlerts = subject === 'alerts';
  const what = ofAlerts ? 'alerts' : `variable ${subject}`;
  const where = at === undefined ? what : `at ${at}, ${what}`;
  const noun = (count: number): string =>
    ofAlerts ? plural(count, 'alert', 'alerts') : plural(count, 'entity', 'entities');
  const more =
    (suppressed === 0 ? '' : `; ${suppressed} more suppressed under what was raised`) +
    (waiting === 0 ? '' : `; ${waiting} more ${plural(waiting, 'waits', 'wait')} to settle`);
  if (kind === 'count') {
    const list = rows.length === 0 ? '' : ` (${rows.map(rowText).join('; ')}${found > rows.length ? '; …' : ''})`;
    return `${where}: expected ${expected as number} ${noun(expected as number)}, found ${found}${list}${more}`;
  }
  const row = expectedText(expected as ExpectedRow);
  if (kind === 'include') {
    const near = rows.length === 0 ? 'there is none at all' : `nearest of ${found}: ${rows.map(rowText).join('; ')}`;
    return `${where}: expected one with ${row}, ${near}${more}`;
  }
  return `${where}: expected none with ${row}, found ${rows.map(rowText).join('; ')}`;
}

/** `nearest is record 2: process fell out at statement 1: name = 'sh' (found bash)`. Not escaped. */
export function describeNearest({ record, verdict, asOf }: NearestRecord): string {
  const { entity, statement, reason, comparisons } = verdict;
  const what = entity.type === entity.role ? entity.type : `${entity.type} (${entity.role})`;
  const failed = comparisons.map(({ text, found, referenced }) => {
    const there = found.length === 0 ? 'unknown' : found.map(shownValue).map(quoted).join(', ');
    const others = referenced === undefined ? '' : `, wanted one of ${referenced.map(shownValue).join(', ') || 'none'}`;
    return `${text} (found ${there}${others})`;
  });
  const at = failed.length === 0 ? reason : failed.join('; ');
  const then = asOf === undefined ? '' : `, as of ${formatInstant(asOf)}`;
  return `nearest is record ${record}: ${what} fell out at statement ${statement}${then}: ${at}`;
}

export function rowText(row: TestRow): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${quoted(shownValue(value))}`)
    .join(' ');
}

export function expectedText(row: ExpectedRow): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${expectedValue(value)}`)
    .join(' ');
}

export function expectedValue(value: ExpectedRow[string]): string {
  if (value === null) return 'unknown';
  return Array.isArray(value) ? `[${value.join(', ')}]` : quoted(String(value));
}

function quoted(text: string): string {
  return /\s/.test(text) ? `'${text}'` : text;
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
