import { agrees, shownValue, type ExpectedRow, type TestRow } from '../../hunts/hunt-tests/compare-rows.ts';
import { expectedValue } from '../../hunts/hunt-tests/describe-failure.ts';
import type { TestFailure } from '../../hunts/hunt-tests/run-test.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { displayWidth } from '../../sinks/terminal/display-width.ts';
import { terminalStyle } from '../../sinks/terminal/terminal-style.ts';
import { reasonsOf, type TestResult } from './test-report.ts';

const MAX_REASON = 600;
const MAX_CELL = 120;

export interface ResultLayout {
  readonly huntWidth: number;
  readonly nameWidth: number;
  readonly color: boolean;
}

/** `hunt  name  ok`, or `FAILED` with the first reason; below it the other reasons, and rows beside what was asked for. */
export function renderTestResult(result: TestResult, { huntWidth, nameWidth, color }: ResultLayout): string {
  const style = terminalStyle(color);
  const head = `${padded(escapeTerminal(result.hunt), huntWidth)}  ${padded(escapeTerminal(result.name), nameWidth)}  `;
  if (result.ok) return `${head}${style('green', 'ok')}\n`;
  const reasons = reasonsOf(result).map((reason) => escapeTerminal(reason, { maxLength: MAX_REASON }));
  const indent = ' '.repeat(4);
  const lines = [`${head}${style('red', 'FAILED')}  ${reasons[0] ?? ''}`];
  for (const reason of reasons.slice(1)) lines.push(`${indent}${reason}`);
  for (const failure of result.failures) {
    if (failure.kind === 'include' && failure.rows.length > 0) lines.push(...comparison(failure, indent, color));
  }
  return `${lines.join('\n')}\n`;
}

/** What was asked for above the nearest rows, column by column; `≠` marks what differs. */
function comparison(failure: TestFailure, indent: string, color: boolean): string[] {
  const style = terminalStyle(color);
  const expected = failure.expected as ExpectedRow;
  const names = Object.keys(expected);
  const cell = (text: string): string => escapeTerminal(text, { maxLength: MAX_CELL });
  const wanted = names.map((name) => cell(`${name}=${expectedValue(expected[name] ?? null)}`));
  const found = failure.rows.map((row: TestRow) =>
    names.map((name) => ({
      text: cell(`${name}=${shownValue(row[name])}`) + (agrees(expected[name] ?? null, row[name]) ? '' : ' ≠'),
      agrees: agrees(expected[name] ?? null, row[name]),
    })),
  );
  const widths = names.map((_, i) =>
    Math.max(displayWidth(wanted[i] ?? ''), ...found.map((row) => displayWidth(row[i]?.text ?? ''))),
  );
  const line = (label: string, cells: readonly string[]): string =>
    `${indent}${label.padEnd(10)}${cells.join('  ')}`.trimEnd();
  return [
    line(
      'expected',
      wanted.map((text, i) => padded(text, widths[i] ?? 0)),
    ),
    ...found.map((row) =>
      line(
        'nearest',
        row.map(({ text, agrees: same }, i) => {
          const shown = padded(text, widths[i] ?? 0);
          return same ? shown : style('red', shown);
        }),
      ),
    ),
  ];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
