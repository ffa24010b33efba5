import { formatInstant } from '../../catalogue/instant.ts';
import { isInstant, type Value } from '../../graph/value.ts';
import { parsedNanos, parseTime } from '../../telemetry/time-text.ts';
import type { HuntTestExpectation } from '../hunt-file/hunt-file-schema.ts';

/** Values of one entity or alert by the names that the test uses; absent = unknown. */
export type TestRow = Readonly<Record<string, Value | undefined>>;
export type ExpectedRow = NonNullable<HuntTestExpectation['include']>[number];

/** One thing that a test expected and did not find. */
export interface TestDifference {
  readonly kind: 'count' | 'include' | 'exclude';
  /** How many, or the row that was asked for. */
  readonly expected: number | ExpectedRow;
  /** How many rows there are. */
  readonly found: number;
  /** `count`: rows that are there; `include`: those nearest to what is missing; `exclude`: those that should not be. */
  readonly rows: readonly TestRow[];
}

/** Rows that a difference shows. */
const SHOWN_ROWS = 5;
const NEAREST_ROWS = 2;

/** What is different from an expectation. Pure. */
export function compareRows(expectation: HuntTestExpectation, rows: readonly TestRow[]): TestDifference[] {
  const found = rows.length;
  const differences: TestDifference[] = [];
  const { count, include = [], exclude = [] } = expectation;
  if (count !== undefined && count !== found) {
    differences.push({ kind: 'count', expected: count, found, rows: rows.slice(0, SHOWN_ROWS) });
  }
  for (const expected of include) {
    if (rows.some((row) => agreements(expected, row) === Object.keys(expected).length)) continue;
    differences.push({ kind: 'include', expected, found, rows: nearestRows(expected, rows) });
  }
  for (const expected of exclude) {
    const wrong = rows.filter((row) => agreements(expected, row) === Object.keys(expected).length);
    if (wrong.length > 0) {
      differences.push({ kind: 'exclude', expected, found, rows: wrong.slice(0, SHOWN_ROWS) });
    }
  }
  return differences;
}

function nearestRows(expected: ExpectedRow, rows: readonly TestRow[]): TestRow[] {
  return rows
    .map((row, index) => ({ row, index, agreements: agreements(expected, row) }))
    .sort((a, b) => b.agreements - a.agreements || a.index - b.index)
    .slice(0, NEAREST_ROWS)
    .map(({ row }) => row);
}

function agreements(expected: ExpectedRow, row: TestRow): number {
  return Object.entries(expected).filter(([name, value]) => agrees(value, row[name])).length;
}

/**
 * Whether a value is what a test says: null is unknown; of a list every member that is named has to be there; a list
 * for what is no list names the values it may have. Numbers and texts that are written alike are equal.
 */
export function agrees(expected: ExpectedRow[string], value: Value | undefined): boolean {
  if (expected === null) return value === undefined;
  if (value === undefined) return false;
  const wanted = Array.isArray(expected) ? expected : [expected];
  if (Array.isArray(value)) return wanted.every((each) => value.some((own) => own === String(each)));
  return wanted.some((each) => each !== null && equal(each, value as Exclude<Value, readonly string[]>));
}

function equal(expected: string | number | boolean, value: Exclude<Value, readonly string[]>): boolean {
  if (!isInstant(value)) return String(value) === String(expected);
  const ms = parseTime(String(expected));
  return ms === value.ms && parsedNanos() === value.ns;
}

/** A value as a test would write it. */
export function shownValue(value: Value | undefined): string {
  if (value === undefined) return 'unknown';
  if (typeof value !== 'object') return String(value);
  return isInstant(value) ? formatInstant(value) : `[${value.join(', ')}]`;
}
