import { renderTable } from '../../sinks/terminal/render-table.ts';
import { terminalStyle } from '../../sinks/terminal/terminal-style.ts';
import { alertDelayMs, type DemoVerdict } from './demo-verdict.ts';

/** Below this width the alert needs the room of the hunt's name. */
const NARROW = 120;

const OUTCOMES = {
  alerted: '',
  missed: 'MISSED',
  'going-on': 'was still going on',
} as const;

/** The planted attacks against the alerts, as a table, and what comes out of it in one line. */
export function renderDemoVerdict(
  { rows, strays, missing, asPlanted }: DemoVerdict,
  options: { readonly width?: number; readonly color: boolean },
): string {
  const style = terminalStyle(options.color);
  const isNarrow = (options.width ?? Infinity) < NARROW;
  const lines = [
    ...rows.map(({ scenario, host, startMs, hunt, alert, outcome }) => [
      scenario,
      time(startMs),
      isNarrow ? shortName(host) : host,
      ...(isNarrow ? [] : [hunt]),
      alert === undefined ? OUTCOMES[outcome] : alert.document.message,
      alert === undefined ? null : `${(alertDelayMs(alert) / 1000).toFixed(1)} s`,
    ]),
    ...strays.map((stray) => [
      'NOT PLANTED',
      time(Date.parse(stray.document['@timestamp'])),
      isNarrow ? shortName(hostOf(stray.document.host)) : hostOf(stray.document.host),
      ...(isNarrow ? [] : [stray.document.windhover.hunt]),
      stray.document.message,
      `${(alertDelayMs(stray) / 1000).toFixed(1)} s`,
    ]),
  ];
  const table =
    lines.length === 0
      ? ''
      : renderTable(['attack', 'when', 'host', ...(isNarrow ? [] : ['hunt']), 'alert', 'delay'], lines, options);
  const alerted = rows.filter(({ outcome }) => outcome === 'alerted').length;
  const missed = rows.filter(({ outcome }) => outcome === 'missed').length;
  const goingOn = rows.length - alerted - missed;
  const facts = [
    `${alerted} of ${rows.length} expected alerts`,
    ...(goingOn > 0 ? [`${goingOn} not yet due`] : []),
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(missing > 0 ? [`${missing} attacks never began`] : []),
    strays.length === 0 ? 'no other alerts' : `${strays.length} other alerts`,
  ];
  const verdict = asPlanted ? style('green', 'as planted') : style('red', 'NOT as planted');
  return `${table}\n${facts.join(', ')}: ${verdict}\n`;
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)}Z`;
}

function hostOf(host: Readonly<Record<string, unknown>> | undefined): string {
  const name = host?.['name'] ?? host?.['id'];
  return typeof name === 'string' ? name : '';
}

function shortName(host: string): string {
  return /^[^.]+/.exec(host)?.[0] ?? host;
}
