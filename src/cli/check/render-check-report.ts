import type { Severity } from '../../language/diagnostic.ts';
import { displayWidth } from '../../sinks/terminal/display-width.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { type StyleName, type TerminalStyle, terminalStyle } from '../../sinks/terminal/terminal-style.ts';
import type { CheckedText, CheckReport, ReportedDiagnostic } from './check.ts';

export interface RenderCheckOptions {
  readonly color: boolean;
  /** The checked texts, to show the lines that diagnostics speak of. */
  readonly texts?: readonly CheckedText[];
  /** The line that sums up. Default: true. */
  readonly summary?: boolean;
}

const STYLES: Readonly<Record<Severity, StyleName>> = { error: 'red', warning: 'yellow', info: 'blue' };

/** Of a longer line the surroundings of the place are shown. */
const MAX_BEFORE = 80;
const MAX_AFTER = 80;

/**
 * The report for people: place, message, the line with the place underlined, hint; then a line that sums up. Whatever
 * comes from the files is escaped.
 */
export function renderCheckReport(report: CheckReport, options: RenderCheckOptions): string {
  const style = terminalStyle(options.color);
  const texts = new Map((options.texts ?? []).map((each) => [each.file, each.text]));
  const blocks = report.files.flatMap(({ file, diagnostics }) => {
    const lines = texts.get(file)?.split('\n');
    return diagnostics.map((each) => renderDiagnostic(file, each, lines?.[each.start.line - 1], style));
  });
  return [...blocks, ...(options.summary === false ? [] : [`${summary(report, style)}\n`])].join('\n');
}

function renderDiagnostic(
  file: string,
  diagnostic: ReportedDiagnostic,
  line: string | undefined,
  style: TerminalStyle,
): string {
  const { severity, start } = diagnostic;
  const place = style('bold', `${escapeTerminal(file)}:${start.line}:${start.column}`);
  const label = style(STYLES[severity], severity);
  const code = style('dim', `[${escapeTerminal(diagnostic.code)}]`);
  const head = `${place}: ${label}: ${escapeTerminal(diagnostic.message)} ${code}`;
  const excerpt = line === undefined ? [] : excerptOf(line, diagnostic, style);
  const hint = diagnostic.hint === undefined ? [] : [`  ${style('cyan', 'hint:')} ${escapeTerminal(diagnostic.hint)}`];
  return [head, ...excerpt, ...hint, ''].join('\n');
}

function excerptOf(line: string, { start, end, severity }: ReportedDiagnostic, style: TerminalStyle): string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const from = Math.min(start.column - 1, text.length);
  const to = end.line === start.line ? Math.max(from, Math.min(end.column - 1, text.length)) : text.length;
  const first = Math.max(0, from - MAX_BEFORE);
  const last = Math.min(text.length, to, from + MAX_AFTER);
  const before = (first > 0 ? '…' : '') + shown(text.slice(first, from));
  const marked = shown(text.slice(from, last));
  const rest = text.slice(last, from + MAX_AFTER);
  const after = shown(rest) + (last + rest.length < text.length ? '…' : '');
  const gutter = String(start.line);
  const underline = '^'.repeat(Math.max(1, displayWidth(marked)));
  return [
    `  ${style('dim', `${gutter} |`)} ${before}${marked}${after}`,
    `  ${style('dim', `${' '.repeat(gutter.length)} |`)} ${' '.repeat(displayWidth(before))}${style(STYLES[severity], underline)}`,
  ];
}

/** A tab is one blank, so that marks stand below what they mark. */
function shown(text: string): string {
  return escapeTerminal(text.replaceAll('\t', ' '));
}

function summary(report: CheckReport, style: TerminalStyle): string {
  const diagnostics = report.files.flatMap((each) => each.diagnostics);
  const count = (severity: Severity): number => diagnostics.filter((each) => each.severity === severity).length;
  const statements = report.files.reduce((sum, each) => sum + each.statements, 0);
  const checked = `${plural(report.files.length, 'file')}, ${plural(statements, 'statement')}`;
  const verdict = report.ok ? style('green', 'ok') : style('red', plural(count('error'), 'error'));
  const warnings = count('warning') > 0 ? `, ${style('yellow', plural(count('warning'), 'warning'))}` : '';
  return `${checked}: ${verdict}${warnings}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
