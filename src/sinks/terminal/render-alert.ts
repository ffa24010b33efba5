import type { AlertDocument, EcsFields, EcsValue } from '../../hunts/alerts/alert-document.ts';
import { displayWidth, truncateToWidth } from './display-width.ts';
import { escapeTerminal } from './escape-terminal.ts';
import { terminalStyle, type StyleName } from './terminal-style.ts';

const SEVERITY_STYLES: Readonly<Record<string, StyleName>> = {
  low: 'blue',
  medium: 'yellow',
  high: 'red',
  critical: 'alarm',
};

export interface RenderAlertOptions {
  readonly color?: boolean;
  /** Columns of the terminal. Default: lines are as long as they are. */
  readonly width?: number;
  /** Most processes shown, the nearest ones. Default 4. */
  readonly maxChain?: number;
}

/**
 * An alert for people, without a line feed at the end: severity and message; when, where and which hunt; then the
 * processes that led to it, each below its parent. Everything that telemetry or a hunt says is escaped.
 */
export function renderAlert(alert: AlertDocument, options: RenderAlertOptions = {}): string {
  const style = terminalStyle(options.color ?? false);
  const width = options.width ?? Infinity;
  const { severity, status, revision, suppressed, chain = [] } = alert.windhover;
  const label = escapeTerminal(severity, { maxLength: 10 }).toUpperCase().padEnd(8);
  const dry = alert.windhover.dry_run === true ? '[dry run] ' : '';
  const change = status === 'open' ? '' : `[${escapeTerminal(status, { maxLength: 12 })} ${revision}] `;
  const message = truncateToWidth(dry + change + shown(alert.message), width - label.length - 1);
  const severityStyle = SEVERITY_STYLES[severity] ?? 'bold';
  const head = `${style(severityStyle, label)} ${style(status === 'retracted' ? 'dim' : 'bold', message)}`;

  const host = labelled('host', field(alert.host, 'name') ?? field(alert.host, 'id'));
  const container = labelled('container', field(alert.container, 'name') ?? field(alert.container, 'id'));
  const user = labelled('user', field(alert.user, 'name'));
  const causes = [...new Set((alert.windhover.coverage ?? []).map(({ cause }) => cause))];
  const hunt = [
    `hunt ${shown(alert.windhover.hunt)}`,
    ...(suppressed > 0 ? [`and ${suppressed} more`] : []),
    ...(causes.length > 0 ? [`not all was seen (${shown(causes.join(', '))})`] : []),
  ];
  const indent = ' '.repeat(label.length + 1);
  const time = [shown(alert['@timestamp'])];
  // Where there is no room for all, who and in what is left out, and the day, before the host and the hunt.
  const timeOfDay = `${shown(alert['@timestamp']).slice(11, 19)}Z`;
  const where = [
    [...time, ...host, ...container, ...user, ...hunt],
    [...time, ...host, ...user, ...hunt],
    [...time, ...host, ...hunt],
    [timeOfDay, ...host, ...hunt],
  ].map((parts) => indent + parts.join(' · '));
  const told = where.find((text) => displayWidth(text) <= width) ?? (where.at(-1) as string);
  const lines = [head, style('dim', truncateToWidth(told, width))];

  const shownChain = chain.slice(-(options.maxChain ?? 4));
  if (shownChain.length > 1) {
    for (const [depth, process] of shownChain.entries()) {
      const branch = depth === 0 ? (shownChain.length < chain.length ? '… ' : '') : `${'  '.repeat(depth - 1)}└ `;
      const name = process.name === undefined ? '?' : shown(process.name);
      const pid = process.pid === undefined ? '' : ` (${process.pid})`;
      const command = process.command_line === undefined ? '' : `  ${shown(process.command_line)}`;
      lines.push(truncateToWidth(`${indent}${branch}${name}${pid}${command}`, width));
    }
  }
  return lines.join('\n');
}

function labelled(label: string, value: EcsValue | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${label} ${shown(String(value))}`];
}

function field(fields: EcsFields | undefined, name: string): EcsValue | undefined {
  const value = fields?.[name];
  return typeof value === 'object' && !Array.isArray(value) ? undefined : (value as EcsValue | undefined);
}

function shown(text: string): string {
  return escapeTerminal(text, { maxLength: 400 });
}
