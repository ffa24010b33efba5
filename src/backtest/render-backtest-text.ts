import { missingText } from './missing-stretch.ts';
import { formatInstant } from '../catalogue/instant.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { renderAlert } from '../sinks/terminal/render-alert.ts';
import { sparkline } from '../sinks/terminal/sparkline.ts';
import { terminalStyle, type TerminalStyle } from '../sinks/terminal/terminal-style.ts';
import { isoTime, recordsPerSecond } from './backtest-document.ts';
import type { BacktestHunt, BacktestReport, RemovedHunt } from './backtest-report.ts';
import type { CountsByName } from './counts-by-name.ts';
import type { ChangedAlert, Comparison } from './compare-versions.ts';
import { durationText } from '../catalogue/duration-text.ts';
import { exampleAlerts } from './example-alerts.ts';
import type { ExpectationResult } from './expectations.ts';
import { interruptionText } from './interruption.ts';

const MOST_NAMES = 5;
const MOST_OVERVIEW = 20;
const MOST_EXAMPLES = 3;
const MOST_KEPT = 1;
const MOST_CHANGED = 5;
const NAME_WIDTH = 13;

export interface RenderBacktestOptions {
  readonly width: number;
  readonly color: boolean;
}

/** The report for people on a terminal; everything that telemetry or a hunt says is escaped. */
export function renderBacktest(report: BacktestReport, options: RenderBacktestOptions): string {
  const style = terminalStyle(options.color);
  const parts = report.hunts.map((hunt) => renderHunt(hunt, report, options, style));
  const called = report.expectations.map((each) => `${verdict(each, style)} ${escapeTerminal(each.message)}\n`);
  const { interruption } = report;
  const headline = interruption === undefined ? [] : [`${style('red', interruptionText(interruption))}\n`];
  const gone = report.removed.map((hunt) => renderRemoved(hunt, options, style));
  return [
    ...headline,
    ...overview(report.hunts),
    ...parts,
    ...gone,
    ...(called.length === 0 ? [] : [called.join('')]),
    renderInput(report),
  ].join('\n');
}

/** Of many hunts most raise nothing: which of them are worth scrolling to. */
function overview(hunts: readonly BacktestHunt[]): string[] {
  if (hunts.length < 2) return [];
  const raised = hunts.filter(({ standing }) => standing > 0).sort((a, b) => b.standing - a.standing);
  const shown = raised.slice(0, MOST_OVERVIEW).map(({ hunt, standing }) => `${escapeTerminal(hunt)} ${standing}`);
  const rest = raised.length > shown.length ? [`and ${raised.length - shown.length} more`] : [];
  const failed = hunts.filter(({ ran }) => !ran).length;
  const errors = failed === 0 ? '' : `; ${failed} did not run`;
  const list = raised.length === 0 ? '' : `: ${[...shown, ...rest].join(', ')}`;
  return [`${raised.length} of ${hunts.length} hunts raised something${list}${errors}\n`];
}

function renderHunt(
  hunt: BacktestHunt,
  report: BacktestReport,
  options: RenderBacktestOptions,
  style: TerminalStyle,
): string {
  const title = hunt.title === hunt.hunt ? '' : `  ${escapeTerminal(hunt.title, { maxLength: 200 })}`;
  const head = `${style('bold', escapeTerminal(hunt.hunt))}${title}`;
  const errors = hunt.diagnostics.filter(({ severity }) => severity === 'error');
  const lines = [
    head,
    ...errors.map(({ message }) => `  ${style('red', 'error')} ${escapeTerminal(message, { maxLength: 300 })}`),
  ];
  if (!hunt.ran) return `${lines.join('\n')}\n`;
  lines.push(`  ${countsLine(hunt)}`);
  if (hunt.standing > 0) {
    lines.push(`  ${noiseLine(hunt, report)}`, ...histogramLines(hunt));
    lines.push(...countLines('by host', hunt.byHost), ...countLines('by technique', hunt.byTechnique));
    lines.push(...countLines('by title', hunt.byTitle), ...suppressionLines(hunt));
    const examples = exampleAlerts(hunt.alerts, MOST_EXAMPLES);
    if (examples.length > 0) lines.push(`  ${hunt.standing > examples.length ? 'for example' : 'alerts'}`);
    for (const alert of examples) {
      const text = renderAlert(alert, { color: options.color, width: options.width - 4 });
      lines.push(...text.split('\n').map((line) => `    ${line}`));
    }
  }
  if (hunt.compare !== undefined) lines.push(...comparisonLines(hunt.compare, options, style));
  for (const each of hunt.expectations ?? []) {
    lines.push(`  ${verdict(each, style)} ${escapeTerminal(each.message, { maxLength: 500 })}`);
  }
  for (const { message } of hunt.leftOut ?? []) lines.push(`  ${style('dim', 'note  ')} ${escapeTerminal(message)}`);
  return `${lines.join('\n')}\n`;
}

function renderRemoved(
  { hunt, file, ok, compare }: RemovedHunt,
  options: RenderBacktestOptions,
  style: TerminalStyle,
): string {
  const lost = ok ? `${countText(compare.lostCount)} lost` : 'it cannot be run any more';
  const head = `${style('red', 'removed:')} ${escapeTerminal(hunt)} (${escapeTerminal(file)}), ${lost}`;
  return `${[head, ...changedLines(compare, options, style)].join('\n')}\n`;
}

function countText(alerts: number): string {
  return alerts === 1 ? '1 alert' : `${alerts} alerts`;
}

function countsLine({ standing, counts }: BacktestHunt): string {
  const { revised, retracted, suppressed } = counts;
  const parts = [countText(standing)];
  if (retracted > 0) parts.push(`${retracted} retracted`);
  if (revised > 0) parts.push(`${revised} revised`);
  if (suppressed > 0) parts.push(`${suppressed} more suppressed`);
  return parts.join(', ');
}

function noiseLine({ perDayAndHost, firstAlertDelayMs }: BacktestHunt, { range, hosts }: BacktestReport): string {
  const parts: string[] = [];
  if (perDayAndHost !== undefined && range !== undefined) {
    const span = range.to.ms - range.from.ms;
    const extrapolated = span < 86_400_000 ? `, extrapolated from ${durationText(span)}` : '';
    parts.push(
      `${rounded(perDayAndHost)} per day and host (${hosts} ${hosts === 1 ? 'host' : 'hosts'}${extrapolated})`,
    );
  }
  if (firstAlertDelayMs !== undefined) parts.push(`first alert ${durationText(firstAlertDelayMs)} after its event`);
  return parts.join('; ');
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function histogramLines({ byTime: { buckets, widthMs } }: BacktestHunt): string[] {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const counts = buckets.map(([, count]) => count);
  const bars = sparkline(counts, counts.length).replace(/./gu, (bar, at: number) => (counts[at] === 0 ? '·' : bar));
  return [
    `  ${isoTime(first[0])} ${bars} ${isoTime(last[0] + widthMs)}`,
    `  ${durationText(widthMs)} each, at most ${Math.max(...counts)}`,
  ];
}

function countLines(label: string, counts: CountsByName): string[] {
  const shown = counts.slice(0, MOST_NAMES);
  const width = Math.max(0, ...shown.map(([, count]) => String(count).length));
  const lines = shown.map(([name, count], i) => {
    const heading = (i === 0 ? label : '').padEnd(NAME_WIDTH);
    return `  ${heading} ${String(count).padStart(width)}  ${escapeTerminal(name, { maxLength: 160 })}`;
  });
  const rest = counts.length - shown.length;
  return rest > 0 ? [...lines, `  ${''.padEnd(NAME_WIDTH)} ${''.padStart(width)}  and ${rest} more`] : lines;
}

function suppressionLines({ suppressing }: BacktestHunt): string[] {
  return countLines(
    'suppressed',
    suppressing.slice(0, MOST_NAMES).map((alert) => [`under ${alert.message}`, alert.windhover.suppressed] as const),
  );
}

function comparisonLines(compare: Comparison, options: RenderBacktestOptions, style: TerminalStyle): string[] {
  const { against, gainedCount, lostCount, kept, isNew } = compare;
  const none = isNew ? 'no older version, ' : '';
  const head = `  against ${escapeTerminal(against)}: ${none}${gainedCount} gained, ${lostCount} lost, ${kept} kept`;
  return [head, ...changedLines(compare, options, style)];
}

function changedLines(
  { gained, lost, gainedCount, lostCount, kept, keptExamples }: Comparison,
  options: RenderBacktestOptions,
  style: TerminalStyle,
): string[] {
  const changed = (
    sign: string,
    colour: 'green' | 'red' | 'dim',
    alerts: readonly ChangedAlert[],
    total: number,
    most = MOST_CHANGED,
  ): string[] => [
    ...alerts.slice(0, most).flatMap(({ alert, responsible }) => {
      const text = renderAlert(alert, { color: false, width: options.width - 6, maxChain: 1 }).split('\n');
      const lines = text.map((line, i) => `    ${i === 0 ? style(colour, sign) : ' '} ${line}`);
      return [...lines, `      why: ${escapeTerminal(responsible.message)}`];
    }),
    ...(total > most ? [`    ${sign} and ${total - most} more`] : []),
  ];
  return [
    ...changed('+', 'green', gained, gainedCount),
    ...changed('-', 'red', lost, lostCount),
    ...changed('=', 'dim', keptExamples, kept, MOST_KEPT),
  ];
}

function verdict({ ok, decided }: ExpectationResult, style: TerminalStyle): string {
  if (decided === false) return style('yellow', 'open  ');
  return ok ? style('green', 'ok    ') : style('red', 'MISSED');
}

/** They may be of a clock that is wrong. */
const APART = 'more than 30 days from all others, in no rate';

function renderInput(report: BacktestReport): string {
  const { input, range, hosts, holes, elapsedMs } = report;
  const when = range === undefined ? '' : `, ${formatInstant(range.from)} to ${formatInstant(range.to)}`;
  const lines = [
    `${input.records} records of ${hosts} ${hosts === 1 ? 'host' : 'hosts'}${when}, in ${durationText(elapsedMs)}: ${recordsPerSecond(report)} records/s`,
  ];
  const missing = [
    ...(holes.undecodable > 0 ? [`${holes.undecodable} undecodable`] : []),
    ...(holes.refused > 0 ? [`${holes.refused} older than the retention`] : []),
    ...(holes.late > 0 ? [`${holes.late} late (taken in)`] : []),
    ...(input.ignored > 0 ? [`${input.ignored} of kinds that nothing is used of`] : []),
    ...(report.apart > 0 ? [`${report.apart} ${APART}`] : []),
  ];
  if (missing.length > 0) lines.push(`not seen as it came: ${missing.join(', ')}`);
  for (const each of holes.missing.slice(0, MOST_NAMES)) {
    lines.push(`  ${escapeTerminal(missingText(each), { maxLength: 300 })}`);
  }
  if (holes.missing.length > MOST_NAMES) lines.push(`  and ${holes.missing.length - MOST_NAMES} more`);
  for (const { host, records, neededMs } of holes.refusedByHost.slice(0, MOST_NAMES)) {
    const name = host === '' ? 'no host' : escapeTerminal(host, { maxLength: 100 });
    lines.push(`  ${name}: ${records} refused; a retention of ${durationText(neededMs)} would have kept them`);
  }
  return `${lines.join('\n')}\n`;
}
