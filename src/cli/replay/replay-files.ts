import { UsageError, type WindhoverError } from '../../errors/windhover-error.ts';
import { formatTime } from '../../telemetry/time-text.ts';
import { mergeByTime } from '../../replay/merge-by-time.ts';
import type { Recorded } from '../../replay/recorded-item.ts';
import { recordedItems } from '../../replay/recorded-items.ts';
import { replay, type ReplayOutcome, type ReplayProgress } from '../../replay/replay.ts';
import type { ReplaySink } from '../../replay/replay-sink.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { byteSources } from '../../sources/byte-sources.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { ProgressLine } from '../progress-line.ts';
import { renderError } from '../render-error.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

export interface ReplayFilesOptions {
  /** Files, folders, globs, `-`. */
  readonly files: readonly string[];
  /** 1 = as recorded; Infinity = as fast as it goes. */
  readonly speed: number;
  readonly rate: number;
  readonly skip: number;
  /** The target wants to know the host of each record. */
  readonly keyed: boolean;
  readonly quiet: boolean;
}

/** Files are open all at once while they are merged. */
const MOST_FILES = 256;

/**
 * `windhover replay`: recorded telemetry to a target, in its order. `openSink` is called when the files are known, with
 * their paths. Answers with the exit code.
 */
export async function replayFiles(
  options: ReplayFilesOptions,
  openSink: (paths: readonly string[]) => Promise<ReplaySink>,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
  timer: Timer,
): Promise<number> {
  const sources = await sourcesOf(options.files, io, stdin, timer);
  const sink = await openSink(sources.map(({ place }) => place).filter((place) => place !== '-'));
  const progress = new ProgressLine(io);
  const started = io.now();
  const left = { count: 0, first: '' };
  const { maxDocumentBytes, maxTraceBytes } = sink;
  const recordings = sources.map((source) =>
    refusingTraces(
      recordedItems(source, {
        looksInside: options.speed !== Infinity || options.keyed || sources.length > 1,
        maxBytes: maxDocumentBytes,
        maxTraceBytes: maxTraceBytes === 0 ? Infinity : maxTraceBytes,
        tooLong: (place, number) => {
          if (left.count++ === 0)
            left.first = `document ${number} of ${place} is longer than ${maxDocumentBytes} bytes`;
        },
      }),
      maxTraceBytes > 0,
    ),
  );
  let outcome: ReplayOutcome;
  try {
    outcome = await replay(
      recordings.length === 1 ? (recordings[0] as AsyncIterable<Recorded>) : mergeByTime(recordings),
      sink,
      {
        ...options,
        timer,
        signal: io.signal,
        progress: (so) => progress.say(() => progressText(so, io.now() - started)),
      },
    );
  } finally {
    await sink.close();
  }
  progress.clear();
  const all =
    left.count === 0
      ? outcome
      : { ...outcome, refused: outcome.refused + left.count, reason: outcome.reason ?? left.first };
  await tell(all, options, io, started);
  return exitCode(all, io);
}

async function sourcesOf(
  files: readonly string[],
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
  timer: Timer,
): Promise<readonly ByteSource[]> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new UsageError('source-twice', 'Standard input is named twice', 'It can be read only once.');
  }
  const sources: ByteSource[] = [];
  for (const file of files) {
    const context = { workingFolder: io.cwd, stdin, live: { timer, signal: io.signal } };
    sources.push(...(await byteSources('recorded', file, context)));
  }
  if (sources.length > MOST_FILES) {
    throw new UsageError(
      'replay-files',
      `${sources.length} files are more than can be merged at once`,
      `Name at most ${MOST_FILES}, or join them in their order: cat FILE… | windhover replay - …`,
    );
  }
  return sources;
}

async function* refusingTraces(items: AsyncIterable<Recorded>, takesTraces: boolean): AsyncGenerator<Recorded, void> {
  for await (const item of items) {
    if (!takesTraces && item !== 'pause' && item.content === 'trace') {
      throw new UsageError(
        'replay-content',
        `${item.place} is a SysFlow trace, which is no document for an index`,
        "Send it to Kafka, or make ECS documents of it with SysFlow's processor first.",
      );
    }
    yield item;
  }
}

function progressText({ taken, last }: ReplayProgress, elapsedMs: number): string {
  const rate = elapsedMs < 500 ? '' : `, ${Math.round((taken * 1000) / elapsedMs)}/s`;
  const at = last?.timeMs === undefined ? '' : `, ${formatTime(last.timeMs, 0)}`;
  return `${taken} records confirmed${rate}${at}`;
}

async function tell(
  outcome: ReplayOutcome,
  { skip, quiet }: ReplayFilesOptions,
  io: TerminalIo,
  started: number,
): Promise<void> {
  const { taken, present, refused, reason, last, failure } = outcome;
  if (failure !== undefined) await write(io.stderr, renderError(failure));
  const ended = failure !== undefined || io.signal.aborted;
  if (refused > 0) {
    await write(
      io.stderr,
      `warning: ${refused} records were refused: ${escapeTerminal(reason ?? 'no reason was given')}\n`,
    );
  }
  if (quiet && !ended) return;
  const seconds = (io.now() - started) / 1000;
  const rate = seconds < 0.5 ? '' : `, ${Math.round(taken / seconds)}/s`;
  const known = present === 0 ? '' : ` (${present} were there already)`;
  await write(io.stderr, `${taken} records confirmed${known} in ${seconds.toFixed(1)} s${rate}\n`);
  if (!ended) {
    if (taken + refused === 0) await write(io.stderr, 'warning: there was nothing to send\n');
    return;
  }
  if (last !== undefined) {
    const at = last.timeMs === undefined ? '' : `, of ${formatTime(last.timeMs, 0)}`;
    await write(io.stderr, `the last one is number ${last.number} of ${escapeTerminal(last.place)}${at}\n`);
  }
  await write(io.stderr, `the same call with --skip ${skip + taken + outcome.refused} goes on there\n`);
}

function exitCode(
  { failure, refused }: { failure: WindhoverError | undefined; refused: number },
  io: TerminalIo,
): number {
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  if (failure !== undefined) return failure.exitCode;
  return refused > 0 ? 3 : 0;
}
