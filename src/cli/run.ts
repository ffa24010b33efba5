import { formatInstant } from '../catalogue/instant.ts';
import { UsageError, WindhoverError } from '../errors/windhover-error.ts';
import { hasErrors } from '../hunts/compile-hunt.ts';
import type { HuntFile } from '../hunts/hunt-file.ts';
import { DEFAULT_MAX_BACKFILL, DEFAULT_SETTLE_MS } from '../hunts/hunt-file.ts';
import type { InputCounts, RunObserver } from '../hunts/run-observer.ts';
import { parseTitle } from '../hunts/title-template.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import { freezeWindows } from '../plan/freeze-windows.ts';
import type { RunStatus } from '../server/run-status.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { renderError } from './render-error.ts';
import { changedHunt, huntPaths, loadHunt, type LoadedHunt } from './load-hunts.ts';
import { openOutputs, type RunOutputs } from './run-outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { elasticHistories } from './elastic-histories.ts';
import { kafkaLogs } from './kafka-logs.ts';
import { checkEndlessOptions, checkRunOptions, type RunOptions } from './run-options.ts';
import { reportDiagnostics } from './report-diagnostics.ts';
import {
  diagnosticDocument,
  displayChangeDocument,
  displayDocument,
  renderHunt,
  renderLiveDisplay,
  renderSummary,
  runDocument,
  snapshotDocument,
  type HuntReport,
} from './run-report.ts';
import type { ResolvedHunt } from './resolved-hunt.ts';
import { saveDiagnostics, tellSaveFailure, tellSaves, withoutSaveTwins } from './run-saves.ts';
import { tableSink } from './table-sink.ts';
import { isEndless, runSession, type ScopeFailure, type SessionResult } from './run-session.ts';
import { openRunStatus } from './open-run-status.ts';
import { SourceSummaries } from './source-summaries.ts';
import { SourceResolver, type ResolvedSource } from './source-resolver.ts';
import { isConfined, usesColour, write, writeJsonLine, type TerminalIo } from './terminal-io.ts';

const NOWHERE: Diagnostic['range'] = {
  start: { line: 1, column: 1, offset: 0 },
  end: { line: 1, column: 1, offset: 0 },
};

/** Wall time between two tellings of what changed in the displays of a live run (decision 32), ms. */
const DISPLAY_MS = { text: 5000, ndjson: 250, json: undefined };

/** A run that does not end writes the files of SAVE at most this often, ms of wall time. */
const SAVE_MS = 5000;

/** `windhover run`: hunts over sources, to their end or until interrupted. Answers with the exit code. */
export async function runHunts(options: RunOptions, io: TerminalIo, stdin: AsyncIterable<Uint8Array>): Promise<number> {
  checkRunOptions(options);
  const started = io.now();
  const loaded = await loadAll(options, io);
  const resolver = new SourceResolver(options.sources, options.everyName, io.cwd, options.live, isConfined(io));
  const hunts = withoutSaveTwins(
    loaded.map((hunt) => resolveSources(hunt, resolver)),
    io,
  );
  const hasNoEnd = hunts.some(({ session }) => session !== undefined && isEndless(session));
  if (hasNoEnd) checkEndlessOptions(options);
  for (const { loaded: hunt, diagnostics } of hunts) {
    if (diagnostics.length === 0) continue;
    if (options.format === 'ndjson') {
      for (const diagnostic of diagnostics)
        await writeJsonLine(io.stdout, {
          kind: 'diagnostic',
          hunt: hunt.id,
          file: hunt.file,
          diagnostic: diagnosticDocument(diagnostic),
        });
    }
    await reportDiagnostics(hunt, diagnostics, io);
  }
  const outputs = await openOutputs(options, io);
  const failures = new Map<string, Diagnostic>();
  const summaries = new SourceSummaries();
  let result: SessionResult;
  let status: RunStatus | undefined;
  try {
    status = await openRunStatus(options, io, outputs);
    result = await runSession({
      meter: status?.meter,
      hunts: hunts.flatMap(({ session }) => session ?? []),
      stateFolder: options.state,
      retentionMs: options.retentionMs,
      latenessMs: options.latenessMs,
      hostAliases: options.hostAliases,
      maxLineBytes: options.maxLineBytes,
      snapshots: options.snapshots,
      countRecords: options.records,
      rowsOf: (variable) => options.rows.includes('*') || options.rows.includes(variable),
      cwd: io.cwd,
      stdin,
      now: io.now,
      signal: io.signal,
      follow: options.follow === true,
      openLog: kafkaLogs(options, io),
      openHistory: elasticHistories(options, io),
      clock: options.clock,
      displayMs: DISPLAY_MS[options.format],
      scopeFailed: (failure) => void reportFailure(io, failure),
      observer: observerOf(options, io, outputs, failures, summaries, status),
      huntChanged: (hunt) => void write(io.stderr, changedHunt(hunt, loaded)),
      sink: outputs.sink,
      delivery: outputs.delivery,
      saves: {
        sink: tableSink(io),
        everyMs: options.follow === true || hasNoEnd ? SAVE_MS : null,
        failed: (hunt, save, error) => void tellSaveFailure(options.format, io, loaded, hunt, save, error),
      },
    });
  } finally {
    await status?.close();
    await outputs.close();
  }
  const reports = hunts.map(({ loaded: hunt, diagnostics }): HuntReport => {
    const failure = failures.get(hunt.id);
    const answer = result.results.get(hunt.file);
    const all = [
      ...diagnostics,
      ...(failure === undefined ? [] : [failure]),
      ...(hunt.hunt === undefined || answer === undefined ? [] : saveDiagnostics(hunt.hunt, answer.saves)),
    ];
    return {
      hunt: hunt.id,
      file: hunt.file,
      ok: !hasErrors(all),
      diagnostics: all,
      result: answer,
    };
  });
  if (io.stderr.isTTY === true) await write(io.stderr, '\r\u001b[K');
  if (!options.snapshots) {
    for (const text of summaries.lines(sourceNames(hunts))) await write(io.stderr, `${text}\n`);
  }
  await report(options, io, reports, result, io.now() - started, outputs.resumed);
  return exitCode(io, reports, result, lossOf(outputs, options));
}

async function loadAll(options: RunOptions, io: TerminalIo): Promise<LoadedHunt[]> {
  if (options.hunts.length === 0) {
    throw new UsageError(
      'hunt-missing',
      'There is no hunt to run',
      'Name a .hf or .hunt.yaml file, or a folder of them.',
    );
  }
  const files: string[] = [];
  for (const argument of options.hunts) files.push(...(await huntPaths(argument, io.cwd)));
  const loaded: LoadedHunt[] = [];
  for (const file of files) {
    const hunt = await loadHunt(file, io, (definition) => withAlerts(definition, options.alertOn));
    if (hunt.hunt !== undefined && !hunt.hunt.definition.enabled) continue;
    loaded.push(options.last === 'frozen' ? withFrozenWindows(hunt, io.now()) : hunt);
  }
  rejectTwins(loaded);
  return loaded;
}

function withFrozenWindows(loaded: LoadedHunt, nowMs: number): LoadedHunt {
  const { hunt } = loaded;
  return hunt === undefined ? loaded : { ...loaded, hunt: { ...hunt, plan: freezeWindows(hunt.plan, nowMs) } };
}

/** Alerts and state are kept by id. */
export function rejectTwins(loaded: readonly LoadedHunt[]): void {
  const byId = new Map<string, string>();
  for (const { id, file, hunt } of loaded) {
    if (hunt === undefined) continue;
    const other = byId.get(id);
    if (other !== undefined) {
      throw new UsageError(
        'hunt-twice',
        `${other} and ${file} are both the hunt ${id}`,
        'Give one of them another id.',
      );
    }
    byId.set(id, file);
  }
}

/** `--alert VARIABLE`: an alert without a title of its own. */
export function withAlerts(definition: HuntFile, variables: readonly string[]): HuntFile {
  if (variables.length === 0) return definition;
  return {
    ...definition,
    alerts: [
      ...definition.alerts,
      ...variables.map((on) => ({
        on,
        onRange: NOWHERE,
        title: parseTitle(`${on} of ${definition.title}`.replaceAll('{', '{{').replaceAll('}', '}}'))
          .template as NonNullable<ReturnType<typeof parseTitle>['template']>,
        severity: definition.severity,
        riskScore: definition.riskScore,
        latch: false,
        settleMs: DEFAULT_SETTLE_MS,
        maxBackfill: DEFAULT_MAX_BACKFILL,
        attributes: [],
      })),
    ],
  };
}

export function resolveSources(loaded: LoadedHunt, resolver: SourceResolver): ResolvedHunt {
  const { hunt } = loaded;
  if (hunt === undefined) return { loaded, diagnostics: loaded.diagnostics, session: undefined };
  const sources = new Map<string, ResolvedSource>();
  const problems: Diagnostic[] = [];
  for (const uri of hunt.plan.sources) {
    try {
      sources.set(uri, resolver.resolve(uri));
    } catch (error) {
      if (!(error instanceof WindhoverError)) throw error;
      problems.push({ code: error.code, severity: 'error', range: NOWHERE, message: error.message, hint: error.hint });
    }
  }
  const diagnostics = [...loaded.diagnostics, ...problems];
  return { loaded, diagnostics, session: problems.length > 0 ? undefined : { hunt, sources } };
}

/** Source → the names that hunts have for it, without a scheme. */
function sourceNames(hunts: readonly ResolvedHunt[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { session } of hunts) {
    for (const [uri, { id }] of session?.sources ?? []) {
      const known = names.get(id) ?? new Set();
      names.set(id, known.add(uri.replace(/^stixshifter:\/\//, '')));
    }
  }
  return names;
}

function observerOf(
  options: RunOptions,
  io: TerminalIo,
  outputs: RunOutputs,
  failures: Map<string, Diagnostic>,
  summaries: SourceSummaries,
  status: RunStatus | undefined,
): RunObserver {
  const progress = new ProgressLine(io);
  const color = usesColour(io.stdout, io.env);
  return {
    place: (source, notice) => {
      if (options.snapshots) return;
      const { place, format, resumed, replaced } = notice;
      // Followed files change their names: what they held is told by the counts of the run.
      if (options.follow !== true) summaries.place(source, notice);
      progress.clear();
      outputs.resumed ||= resumed;
      const how = replaced ? ', new content: read from the start' : resumed ? ', read on from where it stopped' : '';
      const what = resumed && format === 'unknown' ? 'nothing new' : `${format}${how}`;
      void write(io.stderr, `${escapeTerminal(place)}: ${what}\n`);
    },
    notice: (source, { place, code, message }) => {
      status?.notice(source, code);
      progress.clear();
      void write(io.stderr, `${escapeTerminal(place)}: ${escapeTerminal(message)}\n`);
    },
    completed: ({ hunt, variable, stop }) => {
      progress.clear();
      const when = formatInstant(stop);
      if (options.format === 'ndjson') void writeJsonLine(io.stdout, { kind: 'complete', hunt, variable, stop: when });
      void write(io.stderr, `${escapeTerminal(hunt)}: ${variable} is complete: its range ended at ${when}\n`);
    },
    displayChanged: (change) => {
      if (options.format === 'ndjson') void writeJsonLine(io.stdout, displayChangeDocument(change));
      if (options.format !== 'text') return;
      const view = { width: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 200, color };
      void write(io.stdout, `\n${renderLiveDisplay(change, view)}`);
    },
    rejects: (source, rejects) => outputs.deadLetters?.add(source, rejects),
    batch: (source, batch) => summaries.batch(source, batch),
    snapshot: (snapshot) => void writeJsonLine(io.stdout, snapshotDocument(snapshot)),
    huntFailed: (hunt, error) => {
      status?.huntFailed(hunt);
      const told = error instanceof WindhoverError ? error : undefined;
      failures.set(hunt, {
        code: told?.code ?? 'hunt-failed',
        severity: 'error',
        range: NOWHERE,
        message: `The hunt failed and was stopped: ${error instanceof Error ? error.message : String(error)}`,
        hint: told?.hint ?? 'This is a defect of Windhover; please report it with the huntflow.',
      });
    },
    progress: (counts) => progress.show(counts),
  };
}

async function report(
  options: RunOptions,
  io: TerminalIo,
  reports: readonly HuntReport[],
  result: SessionResult,
  elapsedMs: number,
  resumed: boolean,
): Promise<void> {
  if (!resumed) await warnAboutInput(io, reports, result.input);
  const document = runDocument(reports, result.input, elapsedMs);
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
    await write(io.stderr, `${inputLine(result.input, elapsedMs)}\n`);
  }
  await tellSaves(reports, io);
}

function reportFailure(io: TerminalIo, { hunts, error }: ScopeFailure): Promise<void> {
  const files = hunts.map((file) => `  hunt: ${escapeTerminal(file)}\n`).join('');
  return write(io.stderr, `${renderError(error)}${files}`);
}

async function warnAboutInput(io: TerminalIo, reports: readonly HuntReport[], input: InputCounts): Promise<void> {
  if (!reports.some((each) => each.result !== undefined)) return;
  if (input.undecodable > 0) {
    await write(
      io.stderr,
      `warning: ${input.undecodable} inputs could not be decoded and were skipped (--dead-letter PATH keeps a sample)\n`,
    );
  } else if (input.records === 0 && reports.some((each) => each.ok && each.result !== undefined)) {
    const why =
      input.ignored > 0 ? `all ${input.ignored} inputs are of kinds that no hunt uses` : 'the sources held no records';
    await write(io.stderr, `warning: ${why}\n`);
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

/** What became of alerts that a sink has not taken by the end. */
function lossOf({ delivery }: RunOutputs, { state }: RunOptions): 'none' | 'kept' | 'lost' {
  if (delivery === undefined || delivery.left.length === 0) return 'none';
  return state === undefined ? 'lost' : 'kept';
}

function exitCode(
  io: TerminalIo,
  reports: readonly HuntReport[],
  { failures, input }: SessionResult,
  untaken: 'none' | 'kept' | 'lost',
): number {
  if (untaken === 'lost') return 3;
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  if (failures.length > 0 || untaken !== 'none') return 3;
  if (reports.some(({ result }) => result?.saves.some((save) => save.failure !== undefined))) return 3;
  if (input.undecodable > 0 && input.records === 0 && input.ignored === 0) return 3;
  return reports.every((each) => each.ok) ? 0 : 1;
}
