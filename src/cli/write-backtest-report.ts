import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backtestDocument } from '../backtest/backtest-document.ts';
import type { BacktestReport } from '../backtest/backtest-report.ts';
import { renderBacktestHtml } from '../backtest/html/render-backtest-html.ts';
import { renderBacktest } from '../backtest/render-backtest-text.ts';
import { SinkError } from '../errors/windhover-error.ts';
import { backtestJunit } from './backtest-junit.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { diagnosticDocument } from './run-report.ts';
import { usesColour, write, type TerminalIo } from './terminal-io.ts';

/** Writes the report in the format of the call, to standard output or at once into a file. Throws `SinkError`. */
export async function writeBacktestReport(
  report: BacktestReport,
  { format, output }: Pick<BacktestOptions, 'format' | 'output'>,
  io: TerminalIo,
): Promise<void> {
  const text = rendered(report, format, output === undefined, io);
  if (output === undefined) return write(io.stdout, text);
  const temporary = `${output}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(output), { recursive: true });
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, output);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SinkError('report-unwritable', `The report cannot be written to ${output}: ${reason}`, {
      hint: 'Name a file in a folder that you may write to.',
      cause,
    });
  }
}

function rendered(
  report: BacktestReport,
  format: BacktestOptions['format'],
  isTerminal: boolean,
  io: TerminalIo,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(backtestDocument(report, diagnosticDocument), null, 2)}\n`;
    case 'junit':
      return backtestJunit(report);
    case 'html':
      return renderBacktestHtml(report);
    case 'text': {
      const width = isTerminal && io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 200;
      return renderBacktest(report, { width, color: isTerminal && usesColour(io.stdout, io.env) });
    }
  }
}
