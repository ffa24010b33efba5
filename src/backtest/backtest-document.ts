import { inputDocument } from '../hunts/input/input-document.ts';
import { formatInstant } from '../catalogue/instant.ts';
import type { BacktestHunt, BacktestReport } from './backtest-report.ts';
import type { CountsByName } from './counts-by-name.ts';
import { missingDocument } from './missing-stretch.ts';
import type { ChangedAlert, Comparison } from './compare-versions.ts';

/**
 * The document of `--format json`. Times are ISO 8601 UTC. `diagnosticDocument`: as every command writes diagnostics.
 */
export function backtestDocument(
  report: BacktestReport,
  diagnosticDocument: (diagnostic: BacktestHunt['diagnostics'][number]) => unknown,
): unknown {
  const { input, range, holes, hosts, elapsedMs, gate, expectations, interruption, removed } = report;
  const comparisons = [...report.hunts, ...removed].flatMap(({ compare }) => compare ?? []);
  return {
    ...(gate === undefined ? {} : { ok: gate }),
    ...(interruption === undefined ? {} : { interrupted: true }),
    hunts: report.hunts.map((hunt) => ({
      hunt: hunt.hunt,
      file: hunt.file,
      ok: hunt.ok,
      diagnostics: hunt.diagnostics.map(diagnosticDocument),
      alerts: hunt.alerts,
      alerts_omitted: hunt.standing - hunt.alerts.length,
      counts: { ...hunt.counts, standing: hunt.standing },
      by_time: hunt.byTime.buckets.map(([ms, count]) => [isoTime(ms), count]),
      bucket_ms: hunt.byTime.widthMs,
      by_host: countsDocument(hunt.byHost),
      by_title: countsDocument(hunt.byTitle),
      by_technique: countsDocument(hunt.byTechnique),
      first_alert_delay_ms: hunt.firstAlertDelayMs ?? null,
      alerts_per_day_and_host: hunt.perDayAndHost ?? null,
      ...(hunt.compare === undefined ? {} : { compare: huntComparison(hunt.compare) }),
      ...(hunt.expectations === undefined ? {} : { expectations: hunt.expectations }),
      ...(hunt.leftOut === undefined ? {} : { expectations_left_out: hunt.leftOut }),
    })),
    ...(removed.length === 0
      ? {}
      : { removed: removed.map(({ hunt, file, ok, compare }) => ({ hunt, file, ok, alerts: compare.lostCount })) }),
    ...(comparisons.length === 0 ? {} : { compare: comparisonDocument(comparisons) }),
    ...(expectations.length === 0 ? {} : { expectations }),
    input: { ...inputDocument(input), hosts },
    ...(range === undefined ? {} : { range: { from: formatInstant(range.from), to: formatInstant(range.to) } }),
    ...(report.apart === 0 ? {} : { records_apart: report.apart }),
    holes: {
      coverage: holes.missing.map(missingDocument),
      refused_by_host: holes.refusedByHost.map(({ host, records, neededMs }) => ({
        host,
        records,
        retention_needed_ms: neededMs,
      })),
    },
    elapsed_ms: elapsedMs,
    records_per_second: recordsPerSecond(report),
  };
}

export function recordsPerSecond({ input, elapsedMs }: BacktestReport): number {
  return elapsedMs <= 0 ? input.records : Math.round((input.records * 1000) / elapsedMs);
}

function huntComparison(comparison: Comparison): unknown {
  const { isNew } = comparison;
  return { ...comparisonDocument([comparison]), ...(isNew === undefined ? {} : { is_new: isNew }) };
}

function comparisonDocument(comparisons: readonly Comparison[]): object {
  const sum = (of: (comparison: Comparison) => number): number =>
    comparisons.reduce((all, comparison) => all + of(comparison), 0);
  return {
    against: [...new Set(comparisons.map(({ against }) => against))],
    gained: comparisons.flatMap(({ gained }) => gained.map(changedDocument)),
    lost: comparisons.flatMap(({ lost }) => lost.map(changedDocument)),
    gained_count: sum(({ gainedCount }) => gainedCount),
    lost_count: sum(({ lostCount }) => lostCount),
    kept: sum(({ kept }) => kept),
    kept_examples: comparisons.flatMap(({ keptExamples }) => keptExamples.map(changedDocument)),
  };
}

/** The alert, and what is responsible beside it. */
function changedDocument({ alert, responsible }: ChangedAlert): unknown {
  return { ...alert, responsible };
}

/** Names come from telemetry: `Object.fromEntries` makes each of them a property, `__proto__` included. */
function countsDocument(counts: CountsByName): unknown {
  return Object.fromEntries(counts);
}

export function isoTime(ms: number): string {
  return formatInstant({ ms, ns: 0 });
}
