import { backtestDocument } from '../../backtest/backtest-document.ts';
import type { BacktestReport } from '../../backtest/backtest-report.ts';
import { renderBacktestHtml } from '../../backtest/html/render-backtest-html.ts';
import { renderBacktest } from '../../backtest/render-backtest-text.ts';
import { backtestJunit } from './backtest-junit.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { jsonChunks } from '../json-chunks.ts';
import { diagnosticDocument } from '../run/run-report.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';
import { joinedPieces, writeReport } from '../write-report.ts';

/** Writes the report in the format of the call, to standard output or at once into a file. Throws `SinkError`. */
export async function writeBacktestReport(
  report: BacktestReport,
  { format, output }: Pick<BacktestOptions, 'format' | 'output'>,
  io: TerminalIo,
): Promise<void> {
  const pieces = rendered(report, format, output === undefined, io);
  if (output !== undefined) return writeReport(output, pieces);
  for (const text of joinedPieces(pieces)) await write(io.stdout, text);
}

function rendered(
  report: BacktestReport,
  format: BacktestOptions['format'],
  isTerminal: boolean,
  io: TerminalIo,
): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonLines(backtestDocument(report, diagnosticDocument));
    case 'junit':
      return [backtestJunit(report)];
    case 'html':
      return [renderBacktestHtml(report)];
    case 'text': {
      const width = isTerminal && io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 200;
      return [renderBacktest(report, { width, color: isTerminal && usesColour(io.stdout, io.env) })];
    }
  }
}

function* jsonLines(document: unknown): Generator<string> {
  yield* jsonChunks(document);
  yield '\n';
}
