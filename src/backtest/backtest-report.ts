import type { Instant } from '../catalogue/instant.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import type { AlertCounts } from '../hunts/run/hunt-result.ts';
import type { InputCounts } from '../hunts/run/run-observer.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import type { AlertTally, TalliedAlert } from './alert-tally.ts';
import type { Comparison } from './compare-versions.ts';
import { countByName, NONE, type CountsByName } from './counts-by-name.ts';
import type { ExpectationResult, LeftOutExpectation } from './expectations.ts';
import type { Interruption } from './interruption.ts';
import type { MissingStretch } from './missing-stretch.ts';
import { timeHistogram, type TimeHistogram } from './time-histogram.ts';

const MOST_SUPPRESSING = 20;

/** One hunt over the history. */
export interface BacktestHunt {
  readonly hunt: string;
  readonly file: string;
  readonly title: string;
  /** It, its older version and its sources are without errors. */
  readonly ok: boolean;
  /** It ran, if not to the end: there is something to report. */
  readonly ran: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Of the ledger: what left, `opened` with what was retracted later. */
  readonly counts: AlertCounts;
  /** Alerts that stand at the end. */
  readonly standing: number;
  /** By event time; of those that stand the first ones only, where there are very many. */
  readonly alerts: readonly AlertDocument[];
  readonly byTime: TimeHistogram;
  readonly byHost: CountsByName;
  readonly byTitle: CountsByName;
  readonly byTechnique: CountsByName;
  /** Alerts that stand for more than their own row, those for the most first. */
  readonly suppressing: readonly AlertDocument[];
  /** Of the first alert by event time: how long after its event it would have left in a live run, ms. */
  readonly firstAlertDelayMs: number | undefined;
  /** Alerts per day and host of the input; undefined where the input spans no time. */
  readonly perDayAndHost: number | undefined;
  readonly compare?: Comparison;
  readonly expectations?: readonly ExpectationResult[];
  /** What is expected of a comparison, in a call without one. */
  readonly leftOut?: readonly LeftOutExpectation[];
}

/** A hunt that only the older version has: all that it raises is lost. */
export interface RemovedHunt {
  readonly hunt: string;
  readonly file: string;
  /** It ran to the end. Else nobody knows what is lost. */
  readonly ok: boolean;
  readonly compare: Comparison;
}

/** What could not be looked at, as far as it is known. */
export interface BacktestHoles {
  readonly late: number;
  readonly refused: number;
  readonly undecodable: number;
  /** Of the sources themselves: what was gone before it could be read. */
  readonly missing: readonly MissingStretch[];
  /** Hosts whose records were refused: how many, and the retention that would have sufficed, ms. */
  readonly refusedByHost: readonly { readonly host: string; readonly records: number; readonly neededMs: number }[];
}

export interface BacktestReport {
  readonly hunts: readonly BacktestHunt[];
  readonly removed: readonly RemovedHunt[];
  readonly input: InputCounts;
  /** Of the call, else of the records. */
  readonly range: { readonly from: Instant; readonly to: Instant } | undefined;
  readonly hosts: number;
  /** Records far from nearly all others in time: rates and plots over time leave them out. */
  readonly apart: number;
  readonly holes: BacktestHoles;
  readonly elapsedMs: number;
  /** Only a part of the input was read. */
  readonly interruption?: Interruption | undefined;
  /** Of what belongs to the call as a whole; with a gate only. */
  readonly expectations: readonly ExpectationResult[];
  /** A gate was asked for: the answer is whether it holds. */
  readonly gate: boolean | undefined;
}

export interface SummedInput {
  readonly range: BacktestReport['range'];
  readonly hosts: number;
}

/** What the alerts of one hunt come to. */
export function summariseAlerts(
  tally: AlertTally,
  { range, hosts }: SummedInput,
): Omit<BacktestHunt, 'hunt' | 'file' | 'title' | 'ok' | 'ran' | 'diagnostics' | 'counts'> {
  const all = [...tally.alerts].sort((a, b) => a.timeMs - b.timeMs);
  const first = all[0];
  const documents = all.flatMap(({ document }) => document ?? []);
  const techniques = tally.techniques.length === 0 ? [NONE] : tally.techniques;
  return {
    standing: all.length,
    alerts: documents,
    byTime: histogramOf(all, range),
    byHost: countByName(all, ({ host }) => host),
    byTitle: countByName(all, ({ title }) => title),
    byTechnique: all.length === 0 ? [] : techniques.map((technique) => [technique, all.length] as const),
    suppressing: documents
      .filter(({ windhover }) => windhover.suppressed > 0)
      .sort((a, b) => b.windhover.suppressed - a.windhover.suppressed)
      .slice(0, MOST_SUPPRESSING),
    firstAlertDelayMs: first && tally.delays.get(first.id),
    perDayAndHost: perDayAndHost(all.length, range, hosts),
  };
}

function histogramOf(alerts: readonly TalliedAlert[], range: SummedInput['range']): TimeHistogram {
  if (range === undefined && alerts.length === 0) return { widthMs: 1000, buckets: [] };
  const from = range?.from.ms ?? (alerts[0] as TalliedAlert).timeMs;
  const to = range?.to.ms ?? (alerts.at(-1) as TalliedAlert).timeMs;
  return timeHistogram(
    alerts.map(({ timeMs }) => timeMs),
    from,
    to,
  );
}

const DAY_MS = 86_400_000;

function perDayAndHost(alerts: number, range: SummedInput['range'], hosts: number): number | undefined {
  const spanMs = range === undefined ? 0 : range.to.ms - range.from.ms;
  return spanMs <= 0 ? undefined : alerts / (spanMs / DAY_MS) / Math.max(1, hosts);
}
