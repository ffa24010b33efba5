import { missingText } from '../missing-stretch.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import { recordsPerSecond } from '../backtest-document.ts';
import type { BacktestHunt, BacktestReport } from '../backtest-report.ts';
import type { ChangedAlert, Comparison } from '../compare-versions.ts';
import { durationText } from '../../catalogue/duration-text.ts';
import { exampleAlerts } from '../example-alerts.ts';
import type { ExpectationResult } from '../expectations.ts';
import { interruptionText } from '../interruption.ts';
import { alertHtml } from './alert-html.ts';
import { escapeHtml } from './escape-html.ts';
import { PAGE_STYLE } from './page-style.ts';
import { countsPlot, timelinePlot } from './svg-plots.ts';

/** Alerts shown in full: on the page, and of one hunt; and names in a plot. */
const MOST_ON_PAGE = 500;
const MOST_OF_HUNT = 50;
const LEAST_OF_HUNT = 3;
const MOST_NAMES = 15;

/** The report as one page that needs nothing else: no script, no request; everything that is not ours is escaped. */
export function renderBacktestHtml(report: BacktestReport): string {
  const perHunt = Math.floor(MOST_ON_PAGE / Math.max(1, report.hunts.length));
  const examples = Math.max(LEAST_OF_HUNT, Math.min(MOST_OF_HUNT, perHunt));
  const title = `Backtest: ${report.hunts.length === 1 ? report.hunts[0]!.hunt : `${report.hunts.length} hunts`}`;
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${escapeHtml(title)}</title><style>${PAGE_STYLE}</style></head><body>\n` +
    `<h1>${escapeHtml(title)}</h1>\n${interruptionHtml(report)}${verdictHtml(report)}${inputHtml(report)}${overviewHtml(report)}` +
    report.hunts.map((hunt) => huntHtml(hunt, report, examples)).join('') +
    removedHtml(report, examples) +
    '</body></html>\n'
  );
}

function interruptionHtml({ interruption }: BacktestReport): string {
  return interruption === undefined ? '' : `<p class="missed">${escapeHtml(interruptionText(interruption))}</p>\n`;
}

function verdictHtml({ gate, expectations, input, interruption }: BacktestReport): string {
  if (gate === undefined) return '';
  const missed = `The gate ${interruption === undefined ? 'was missed' : 'is not decided'}.`;
  const words = gate ? '<p class="ok">The gate holds.</p>' : `<p class="missed">${missed}</p>`;
  const empty =
    input.records === 0 && interruption === undefined
      ? '<p>There are no records in the range: nothing has been tested.</p>'
      : '';
  return `${words}${empty}${expectationsHtml(expectations)}\n`;
}

function inputHtml(report: BacktestReport): string {
  const { input, range, hosts, holes, elapsedMs } = report;
  const rows: [string, string][] = [
    ['Records', `${input.records} of ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`],
    ...(range === undefined
      ? []
      : [['Range', `${formatInstant(range.from)} to ${formatInstant(range.to)}`] as [string, string]]),
    ['Speed', `${durationText(elapsedMs)}, ${recordsPerSecond(report)} records/s`],
    ['Late', `${holes.late}, taken in`],
    ['Older than the retention', String(holes.refused)],
    ['Undecodable', String(holes.undecodable)],
    ['Of kinds that nothing is used of', String(input.ignored)],
    ...(report.apart === 0
      ? []
      : [['More than 30 days from all others', `${report.apart}, in no rate`] as [string, string]]),
    ...holes.missing.slice(0, MOST_NAMES).map((each): [string, string] => ['Missing', missingText(each)]),
    ...holes.refusedByHost
      .slice(0, MOST_NAMES)
      .map(({ host, records, neededMs }): [string, string] => [
        `Refused of ${host === '' ? 'no host' : host}`,
        `${records}; a retention of ${durationText(neededMs)} would have kept them`,
      ]),
  ];
  return `<table>${rows.map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</table>\n`;
}

function overviewHtml({ hunts }: BacktestReport): string {
  if (hunts.length < 2) return '';
  const rows = hunts.map(
    ({ hunt, ran, standing, counts }) =>
      `<tr><td><a href="#${escapeHtml(hunt)}">${escapeHtml(hunt)}</a></td><td class="number">${ran ? standing : 'errors'}</td>` +
      `<td class="number">${counts.suppressed}</td><td class="number">${counts.retracted}</td></tr>`,
  );
  return `<h2>Hunts</h2><table><tr><th>Hunt</th><th>Alerts</th><th>Suppressed</th><th>Retracted</th></tr>${rows.join('')}</table>\n`;
}

function huntHtml(hunt: BacktestHunt, report: BacktestReport, examples: number): string {
  const head = `<h2 id="${escapeHtml(hunt.hunt)}">${escapeHtml(hunt.title)}</h2><p class="dim">${escapeHtml(hunt.hunt)}, ${escapeHtml(hunt.file)}</p>`;
  const problems = hunt.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ range, message }) => `<li>${range.start.line}:${range.start.column}: ${escapeHtml(message)}</li>`);
  const errors = problems.length === 0 ? '' : `<ul class="missed">${problems.join('')}</ul>`;
  if (!hunt.ran) return `<section>${head}${errors}</section>\n`;
  return (
    `<section>${head}${errors}<p>${factsOf(hunt, report)}</p>${expectationsHtml(hunt.expectations ?? [])}${leftOutHtml(hunt)}` +
    `${hunt.standing === 0 ? '' : alertsHtml(hunt, examples)}` +
    `${hunt.compare === undefined ? '' : comparisonHtml(hunt.compare, examples)}</section>\n`
  );
}

function removedHtml({ removed }: BacktestReport, examples: number): string {
  if (removed.length === 0) return '';
  const rows = removed.map(({ hunt, file, ok, compare }) => {
    const facts = `${escapeHtml(hunt)} <span class="dim">${escapeHtml(file)}</span>`;
    const lost = ok ? `${compare.lostCount} lost` : '<span class="missed">it cannot be run any more</span>';
    return `<p>${facts}: ${lost}</p>${compare.lost.length === 0 ? '' : comparisonHtml(compare, examples)}`;
  });
  return `<section><h2>Removed hunts</h2>${rows.join('')}</section>\n`;
}

function factsOf(
  { standing, counts, perDayAndHost, firstAlertDelayMs }: BacktestHunt,
  { range }: BacktestReport,
): string {
  const parts = [
    `<b>${standing}</b> ${standing === 1 ? 'alert' : 'alerts'}`,
    `${counts.suppressed} suppressed`,
    `${counts.retracted} retracted`,
  ];
  if (standing > 0 && perDayAndHost !== undefined && range !== undefined) {
    const span = range.to.ms - range.from.ms;
    const extrapolated = span < 86_400_000 ? `, extrapolated from ${durationText(span)}` : '';
    parts.push(`${Number(perDayAndHost.toPrecision(3))} per day and host${extrapolated}`);
  }
  if (firstAlertDelayMs !== undefined) parts.push(`first alert ${durationText(firstAlertDelayMs)} after its event`);
  return parts.join(' · ');
}

function alertsHtml(hunt: BacktestHunt, examples: number): string {
  const shown = exampleAlerts(hunt.alerts, examples);
  const plot = (name: string, svg: string): string => (svg === '' ? '' : `<h3>${name}</h3>${svg}`);
  const suppressing = hunt.suppressing.map(({ message, windhover }) => [message, windhover.suppressed] as const);
  const rest = hunt.standing - shown.length;
  return (
    plot('Over time (UTC)', timelinePlot(hunt.byTime)) +
    plot('By host', countsPlot(hunt.byHost, MOST_NAMES, 'Alerts by host')) +
    plot('By technique', countsPlot(hunt.byTechnique, MOST_NAMES, 'Alerts by technique')) +
    plot('By title', countsPlot(hunt.byTitle, MOST_NAMES, 'Alerts by title')) +
    plot('Suppressed under', countsPlot(suppressing, MOST_NAMES, 'Suppressed alerts')) +
    `<h3>Alerts</h3>${shown.map((alert) => alertHtml(alert)).join('')}` +
    (rest > 0 ? `<p class="dim">and ${rest} more</p>` : '')
  );
}

function comparisonHtml(
  { against, gained, lost, gainedCount, lostCount, kept, keptExamples, isNew }: Comparison,
  examples: number,
): string {
  const list = (name: string, changed: readonly ChangedAlert[], count: number): string => {
    if (count === 0) return '';
    const shown = changed.slice(0, examples);
    const rest = count - shown.length;
    const alerts = shown.map(({ alert, responsible }) => alertHtml(alert, responsible.message));
    return `<h3>${name}</h3>${alerts.join('')}${rest > 0 ? `<p class="dim">and ${rest} more</p>` : ''}`;
  };
  return (
    `<h3>Against ${escapeHtml(against)}</h3><p>${isNew ? 'no older version · ' : ''}${gainedCount} gained · ${lostCount} lost · ${kept} kept</p>` +
    list('Gained', gained, gainedCount) +
    list('Lost', lost, lostCount) +
    list('Kept', keptExamples, kept)
  );
}

function leftOutHtml({ leftOut = [] }: BacktestHunt): string {
  return leftOut.map(({ message }) => `<p class="dim">${escapeHtml(message)}</p>`).join('');
}

function expectationsHtml(results: readonly ExpectationResult[]): string {
  if (results.length === 0) return '';
  const items = results.map((each) => {
    const [sort, sign] = each.decided === false ? ['dim', '?'] : each.ok ? ['ok', '✓'] : ['missed', '✗'];
    return `<li class="${sort}">${sign} ${escapeHtml(each.message)}</li>`;
  });
  return `<ul class="gate">${items.join('')}</ul>`;
}
