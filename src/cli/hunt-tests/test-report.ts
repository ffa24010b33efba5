import { describeFailure, describeNearest } from '../../hunts/hunt-tests/describe-failure.ts';
import type { CoveredClause } from '../../hunts/hunt-tests/clause-coverage.ts';
import type { NearestRecord } from '../../hunts/hunt-tests/nearest-record.ts';
import type { TestFailure } from '../../hunts/hunt-tests/run-test.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import type { TestRow } from '../../hunts/hunt-tests/compare-rows.ts';
import { isInstant } from '../../graph/value.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { diagnosticDocument } from '../run/run-report.ts';

/** How one test of a hunt came out. */
export interface TestResult {
  readonly hunt: string;
  readonly file: string;
  readonly name: string;
  readonly ok: boolean;
  /** What was different. */
  readonly failures: readonly TestFailure[];
  /** Why it could not be run, or means nothing. */
  readonly problem?: string;
  readonly elapsedMs: number;
}

/** A hunt whose tests cannot run, as it has errors. */
export interface BrokenHunt {
  readonly hunt: string;
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the tests of one hunt decide by. */
export interface HuntCoverage {
  readonly hunt: string;
  readonly file: string;
  readonly clauses: readonly CoveredClause[];
}

export interface TestReport {
  readonly results: readonly TestResult[];
  readonly broken: readonly BrokenHunt[];
  /** Hunts without a test. */
  readonly untested: readonly string[];
  readonly passed: number;
  /** A hunt that is broken counts once. */
  readonly failed: number;
  /** Empty where nobody asked for it. */
  readonly coverage: readonly HuntCoverage[];
}

export function testReport(
  results: readonly TestResult[],
  broken: readonly BrokenHunt[],
  untested: readonly string[],
  coverage: readonly HuntCoverage[] = [],
): TestReport {
  const passed = results.filter(({ ok }) => ok).length;
  return { results, broken, untested, passed, failed: results.length - passed + broken.length, coverage };
}

/** Every reason why a test failed, one line each; not escaped. */
export function reasonsOf({ problem, failures }: TestResult): string[] {
  // Several failures may have the same record behind them.
  return [...(problem === undefined ? [] : [problem]), ...new Set(failures.flatMap(reasonsOfFailure))];
}

function reasonsOfFailure(failure: TestFailure): string[] {
  const { nearest } = failure;
  return [describeFailure(failure), ...(nearest === undefined ? [] : [describeNearest(nearest)])];
}

/** What `windhover test --format json` prints. */
export function testDocument({ results, broken, untested, passed, failed, coverage }: TestReport): unknown {
  return {
    ok: failed === 0,
    passed,
    failed,
    tests: results.map((result) => ({
      hunt: result.hunt,
      file: result.file,
      test: result.name,
      ok: result.ok,
      elapsed_ms: Math.round(result.elapsedMs),
      ...(result.problem === undefined ? {} : { problem: result.problem }),
      failures: result.failures.map((failure) => ({
        ...(failure.at === undefined ? {} : { at: failure.at }),
        subject: failure.subject,
        kind: failure.kind,
        expected: failure.expected,
        found: failure.found,
        rows: failure.rows.map(rowDocument),
        message: describeFailure(failure),
        ...(failure.nearest === undefined ? {} : { nearest: nearestDocument(failure.nearest) }),
      })),
    })),
    broken: broken.map(({ hunt, file, diagnostics }) => ({
      hunt,
      file,
      diagnostics: diagnostics.map(diagnosticDocument),
    })),
    untested,
    ...(coverage.length === 0 ? {} : { coverage: coverage.map(coverageDocument) }),
  };
}

function coverageDocument({ hunt, file, clauses }: HuntCoverage): unknown {
  return {
    hunt,
    file,
    comparisons: clauses.map(({ statement, comparison, took, leftOut }) => ({
      statement,
      comparison,
      took,
      left_out: leftOut,
    })),
  };
}

function nearestDocument(nearest: NearestRecord): unknown {
  const { record, verdict, asOf } = nearest;
  return {
    record,
    statement: verdict.statement,
    ...(asOf === undefined ? {} : { as_of: formatInstant(asOf) }),
    message: describeNearest(nearest),
  };
}

function rowDocument(row: TestRow): unknown {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === undefined ? null : typeof value === 'object' && isInstant(value) ? formatInstant(value) : value,
    ]),
  );
}
