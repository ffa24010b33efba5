import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { terminalStyle } from '../../sinks/terminal/terminal-style.ts';
import type { SetupReport } from '../doctor/doctor-setup.ts';

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' } as const;
const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

/** Findings as people read them, under what was looked at. Everything is escaped. */
export function renderSetup({ findings }: SetupReport, color: boolean): string {
  const style = terminalStyle(color);
  const lines: string[] = [];
  let check = '';
  for (const finding of findings) {
    if (finding.check !== check) lines.push(style('bold', escapeTerminal(finding.check)));
    ({ check } = finding);
    lines.push(`  ${style(COLOURS[finding.status], MARKS[finding.status])}${escapeTerminal(finding.message)}`);
    if (finding.hint !== undefined) lines.push(`          ${escapeTerminal(finding.hint)}`);
  }
  const count = (status: keyof typeof MARKS): number => findings.filter((each) => each.status === status).length;
  lines.push('', `${count('problem')} problems, ${count('warning')} warnings`);
  return `${lines.join('\n')}\n`;
}
