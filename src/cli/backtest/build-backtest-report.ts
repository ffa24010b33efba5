import {
  summariseAlerts,
  type BacktestHunt,
  type BacktestReport,
  type RemovedHunt,
} from '../../backtest/backtest-report.ts';
import {
  checkExpectations,
  noRecords,
  undecided,
  withoutComparison,
  type ExpectationSubject,
  type LeftOutExpectation,
} from '../../backtest/expectations.ts';
import { usualRange, type UsualRange } from '../../backtest/usual-range.ts';
import type { Interruption } from '../../backtest/interruption.ts';
import { missingStretches } from '../../backtest/missing-stretch.ts';
import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import { hasErrors } from '../../hunts/compile-hunt.ts';
import type { Expectation, ExpectationFile } from '../../hunts/hunt-file/expectation-schema.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { NOWHERE } from '../nowhere.ts';
import type { SessionResult } from '../run/session-result.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { BacktestObserver } from './backtest-observer.ts';
import type { BacktestOptions } from './backtest-options.ts';
import type { BacktestVersions } from './backtest-versions.ts';

interface ReportParts {
  readonly options: BacktestOptions;
  readonly expectations: ExpectationFile | undefined;
  readonly hunts: readonly ResolvedHunt[];
  readonly old: ReadonlyMap<string, ResolvedHunt>;
  readonly removed: readonly ResolvedHunt[];
  readonly versions: BacktestVersions;
  readonly observer: BacktestObserver;
  readonly result: SessionResult;
  readonly elapsedMs: number;
  readonly interruption: Interruption | undefined;
}

/** What the backtest came to. */
export function buildBacktestReport(parts: ReportParts): BacktestReport {
  const { options, expectations, observer, result, elapsedMs, versions, interruption } = parts;
  const { input } = result;
  const check: typeof checkExpectations = (expected, subject) => {
    const results = checkExpectations(expected, subject);
    return interruption === undefined ? results : results.map(undecided);
  };
  const range = rangeOf(input, options.bounds);
  const usual = usualRange(result.coverage.flatMap(({ partitions }) => partitions.flatMap(({ ranges }) => ranges)));
  const summed = { range: within(range, usual), hosts: observer.hosts };
  const hunts = parts.hunts.map((hunt): BacktestHunt => {
    const { id, file } = hunt.loaded;
    const diagnostics = [
      ...hunt.diagnostics,
      ...observer.failuresOf(id),
      ...olderErrors(parts.old.get(id)),
      ...sourceFailures(file, result),
    ];
    const compare = versions.comparisonOf(id);
    const summary = summariseAlerts(versions.tallyOf(id), summed);
    const { expected, leftOut } = expectationOf(hunt, expectations, options.against);
    const subject = { ...summary, alerts: summary.standing, compare };
    return {
      hunt: id,
      file,
      title: hunt.loaded.hunt?.definition.title ?? id,
      ok: !hasErrors(diagnostics),
      ran: result.results.has(file),
      diagnostics,
      counts: versions.tallyOf(id).counts,
      ...summary,
      ...(compare === undefined ? {} : { compare }),
      ...(expected === undefined ? {} : { expectations: check(expected, subject) }),
      ...(leftOut.length === 0 ? {} : { leftOut }),
    };
  });
  const removed = parts.removed.map((hunt): RemovedHunt => {
    const { id, file } = hunt.loaded;
    const diagnostics = [...hunt.diagnostics, ...observer.failuresOf(id), ...sourceFailures(file, result)];
    const ok = !hasErrors(diagnostics) && result.results.has(file);
    return { hunt: id, file, ok, compare: versions.comparisonOfRemoved(hunt) };
  });
  const isGated = expectations !== undefined || hunts.some((hunt) => (hunt.expectations ?? []).length > 0);
  const called = [
    ...(isGated && input.records === 0 && interruption === undefined ? [noRecords()] : []),
    ...(expectations === undefined ? [] : check(expectations, sumOf(hunts, removed))),
  ];
  const results = [...called, ...hunts.flatMap((hunt) => hunt.expectations ?? [])];
  const gate = isGated
    ? interruption === undefined && results.every(({ ok }) => ok) && hunts.every(({ ok }) => ok)
    : undefined;
  return {
    hunts,
    removed,
    input,
    range,
    hosts: observer.hosts,
    apart: usual?.apart ?? 0,
    holes: {
      late: input.late,
      refused: input.refused,
      undecodable: input.undecodable,
      missing: missingStretches(result.coverage.flatMap(({ partitions }) => partitions)),
      refusedByHost: observer.refusedByHost,
    },
    elapsedMs,
    interruption,
    expectations: called,
    gate,
  };
}

/** What its sources did not give: the report is about what came before. */
function sourceFailures(file: string, { failures }: SessionResult): Diagnostic[] {
  return failures
    .filter(({ hunts }) => hunts.includes(file))
    .map(({ error: { code, message, hint } }) => ({ code, severity: 'error', range: NOWHERE, message, hint }));
}

/** What keeps an older version from running, with its file: the places are in that. */
function olderErrors(old: ResolvedHunt | undefined): Diagnostic[] {
  if (old === undefined) return [];
  return old.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((each) => ({ ...each, message: `${old.loaded.file}:${each.range.start.line}: ${each.message}` }));
}

interface OwnExpectation {
  readonly expected: Expectation | undefined;
  readonly leftOut: readonly LeftOutExpectation[];
}

/** With `--expect` its file alone rules, and is meant for this very call. */
function expectationOf(
  { loaded }: ResolvedHunt,
  file: ExpectationFile | undefined,
  against: string | undefined,
): OwnExpectation {
  const { hunts = {} } = file ?? {};
  if (file !== undefined)
    return { expected: Object.hasOwn(hunts, loaded.id) ? hunts[loaded.id] : undefined, leftOut: [] };
  const expected = loaded.hunt?.definition.expect;
  return expected === undefined || against !== undefined ? { expected, leftOut: [] } : withoutComparison(expected);
}

/** All hunts of the call as one. */
function sumOf(hunts: readonly BacktestHunt[], removed: readonly RemovedHunt[]): ExpectationSubject {
  const compared = [...hunts, ...removed].flatMap(({ compare }) => compare ?? []);
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  return {
    alerts: sum(hunts.map(({ standing }) => standing)),
    byHost: hunts.flatMap(({ byHost }) => byHost),
    byTitle: hunts.flatMap(({ byTitle }) => byTitle),
    uncounted: removed.filter(({ ok }) => !ok).map(({ hunt }) => hunt),
    compare:
      compared.length === 0
        ? undefined
        : {
            gainedCount: sum(compared.map(({ gainedCount }) => gainedCount)),
            lostCount: sum(compared.map(({ lostCount }) => lostCount)),
          },
  };
}

/** What lies apart from nearly all records is in no rate. */
function within(range: BacktestReport['range'], usual: UsualRange | undefined): BacktestReport['range'] {
  if (range === undefined || usual === undefined || usual.apart === 0) return range;
  const [from, to] = [Math.max(range.from.ms, usual.fromMs), Math.min(range.to.ms, usual.toMs)];
  return from > to ? range : { from: { ms: from, ns: 0 }, to: { ms: to, ns: 0 } };
}

/** From the first to the last record, as far as they lie within the bounds of the call. */
function rangeOf({ from, to }: InputCounts, bounds: TimeBounds | undefined): BacktestReport['range'] {
  if (from === undefined || to === undefined) return undefined;
  const least: Instant = { ms: bounds?.fromMs ?? -Infinity, ns: 0 };
  const most: Instant = { ms: bounds?.toMs ?? Infinity, ns: 0 };
  return { from: compareInstants(from, least) < 0 ? least : from, to: compareInstants(to, most) > 0 ? most : to };
}
