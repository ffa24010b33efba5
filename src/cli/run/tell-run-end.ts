import { formatInstant } from '../../catalogue/instant.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import { renderError } from '../render-error.ts';
import { isNothingDecoded, nothingDecoded } from '../sources/nothing-decoded.ts';
import type { RunLog } from '../log/run-log.ts';
import type { RunOptions } from './run-options.ts';
import { displayDocument, renderHunt, renderSummary, runDocument, type HuntReport } from './run-report.ts';
import { tellSaves } from './run-saves.ts';
import type { SessionResult } from './session-result.ts';
import { usesColour, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

/** How a run ended. */
export interface RunEnd {
  readonly reports: readonly HuntReport[];
  readonly result: SessionResult;
  readonly elapsedMs: number;
  /** Some place was read on from where it stopped: no input is no surprise. */
  readonly resumed: boolean;
  readonly exitCode: number;
  /** One that was read, and rather one in which nothing was recognised. */
  readonly place: string | undefined;
}

/** The answer on stdout, and what is to be said of the input in the log. */
export async function tellRunEnd(options: RunOptions, io: TerminalIo, log: RunLog, end: RunEnd): Promise<void> {
  const { reports, result, elapsedMs, resumed, exitCode } = end;
  if (isNothingDecoded(result.input) && result.failures.length === 0 && exitCode === 3) {
    await tellNothingDecoded(log, result.input, end.place);
  } else if (!resumed) await warnAboutInput(log, reports, result.input);
  const document = runDocument(reports, result, elapsedMs);
  if (options.format === 'json') {
    await write(io.stdout, `${JSON.stringify(document, null, 2)}\n`);
  } else if (options.format === 'ndjson') {
    if (!options.snapshots) {
      for (const { hunt, result: answer } of reports) {
        for (const display of answer?.displays ?? []) {
          await writeJsonLine(io.stdout, { ...(displayDocument(display) as object), kind: 'display', hunt });
        }
      }
    }
    await writeJsonLine(io.stdout, { kind: 'end', ...(document as object) });
  } else {
    const view = {
      width: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 200,
      color: usesColour(io.stdout, io.env),
    };
    for (const each of reports) {
      const text = renderHunt(each, view);
      if (text !== '') await write(io.stdout, `\n${text}`);
    }
    const summary = renderSummary(reports, view);
    if (summary !== '') await write(io.stdout, `\n${summary}`);
  }
  const { records, ignored, undecodable, late, refused } = result.input;
  const line = inputLine(result.input, elapsedMs);
  const fields = { exitCode, records, ignored, undecodable, late, refused, elapsedMs };
  await log.event('run-ended', line, fields, options.format === 'text' ? `${line}\n` : '');
  await tellSaves(reports, log);
}

async function tellNothingDecoded(log: RunLog, input: InputCounts, place: string | undefined): Promise<void> {
  const error = nothingDecoded(input, place);
  const { undecodable } = input;
  await log.event(
    'input-undecodable',
    `${undecodable} inputs could not be decoded and were skipped`,
    { undecodable },
    '',
  );
  await log.event('input-unusable', error.message, { code: error.code, hint: error.hint }, renderError(error));
}

async function warnAboutInput(log: RunLog, reports: readonly HuntReport[], input: InputCounts): Promise<void> {
  if (!reports.some((each) => each.result !== undefined)) return;
  if (input.undecodable > 0) {
    const { undecodable } = input;
    const told = `${undecodable} inputs could not be decoded and were skipped (--dead-letter PATH keeps a sample)`;
    await log.event('input-undecodable', told, { undecodable }, `warning: ${told}\n`);
  } else if (input.records === 0 && reports.some((each) => each.ok && each.result !== undefined)) {
    const why =
      input.ignored > 0 ? `all ${input.ignored} inputs are of kinds that no hunt uses` : 'the sources held no records';
    await log.event('input-empty', why, { ignored: input.ignored }, `warning: ${why}\n`);
  }
}

function inputLine(input: InputCounts, elapsedMs: number): string {
  const parts = [`${input.records} records`];
  if (input.ignored > 0) parts.push(`${input.ignored} ignored`);
  if (input.undecodable > 0) parts.push(`${input.undecodable} undecodable`);
  if (input.late > 0) parts.push(`${input.late} late`);
  if (input.refused > 0) parts.push(`${input.refused} refused as too old`);
  const range =
    input.from === undefined || input.to === undefined
      ? ''
      : `, ${formatInstant(input.from)} to ${formatInstant(input.to)}`;
  return `${parts.join(', ')}${range}, in ${(elapsedMs / 1000).toFixed(1)} s`;
}
