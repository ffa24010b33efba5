import { AlertTally, type DocumentBudget } from '../../backtest/alert-tally.ts';
import { isoTime } from '../../backtest/backtest-document.ts';
import { summariseAlerts, type BacktestHunt, type BacktestReport } from '../../backtest/backtest-report.ts';
import { missingStretches } from '../../backtest/missing-stretch.ts';
import { checkExpectations, noRecords } from '../../backtest/expectations.ts';
import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import { UsageError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { hasErrors } from '../../hunts/compile-hunt.ts';
import type { Expectation, ExpectationFile } from '../../hunts/hunt-file/expectation-schema.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import type { TimeBounds } from '../../hunts/input/time-bounds.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { BacktestObserver } from './backtest-observer.ts';
import { NOWHERE } from '../nowhere.ts';
import { historyRange, type BacktestOptions } from './backtest-options.ts';
import { BacktestProgress, bytesToRead } from './backtest-progress.ts';
import { backtestCall, boundsOf, storedBounds } from './backtest-call.ts';
import { NoteBook } from './note-book.ts';
import { ResumeFolder } from './resume-folder.ts';
import { BacktestVersions } from './backtest-versions.ts';
import { historySession } from '../history-session.ts';
import { elasticHistories } from '../sources/elastic-histories.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunts, type LoadedHunt } from '../load-hunts.ts';
import { loadOldVersions } from './load-old-versions.ts';
import { readExpectations } from '../hunt-tests/read-expectations.ts';
import { renderError } from '../render-error.ts';
import { reportDiagnostics } from '../report-diagnostics.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import { rejectTwins, resolveSources, withAlerts } from '../run/load-run-hunts.ts';
import { runSession } from '../run/run-session.ts';
import type { SessionResult } from '../run/session-result.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import type { OffsetRange } from '../../sources/kafka/partition-stretches.ts';
import { kafkaRanges } from '../sources/kafka-ranges.ts';
import { isNothingDecoded, nothingDecoded } from '../sources/nothing-decoded.ts';
import { unreadNames, unreadText } from '../sources/unread-names.ts';
import { SourceResolver, type ResolvedSource } from '../sources/source-resolver.ts';
import { isConfined, write, type TerminalIo } from '../terminal-io.ts';
import { writeBacktestReport } from './write-backtest-report.ts';

/** `windhover backtest`: hunts over history, and a report of what they raise. Answers with the exit code. */
export async function backtestHunts(
  options: BacktestOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Promise<number> {
  const started = io.now();
  const loaded = await loadAll(options, io);
  const expectations =
    options.expect === undefined
      ? undefined
      : await readExpectations(
          options.expect,
          loaded.map(({ id }) => id),
        );
  const resolver = new SourceResolver(options.sources, options.everyName, io.cwd, undefined, isConfined(io));
  const hunts = loaded.map((hunt) => upToTheirEnds(resolveSources(hunt, resolver)));
  const old = await oldVersions(options, loaded, resolver, io);
  for (const { loaded: hunt, diagnostics } of [...hunts, ...old.values()]) {
    if (diagnostics.length > 0) await reportDiagnostics(hunt, diagnostics, io);
  }
  rejectUnread(options.offsets, hunts);
  const all = [...loaded, ...[...old.values()].map((hunt) => hunt.loaded)];
  for (const { message } of unreadNames(options.givenNames ?? [], all)) await write(io.stderr, unreadText(message));
  await tellHistories(options.historyOf, hunts, io);

  const budget: DocumentBudget = { left: options.maxAlerts };
  const notes = options.resume === undefined ? undefined : new NoteBook();
  const versions = new BacktestVersions(hunts, old, {
    makeTally: () => new AlertTally(budget),
    forgets: options.retentionMs !== undefined,
    notes,
  });
  const resume = await openResume(options, versions, io);
  const bounds = resume === undefined ? options.bounds : boundsOf(resume.bounds);
  const progress = new BacktestProgress(
    io,
    io.stderr.isTTY === true ? await bytesToRead(versions.session, io.cwd) : undefined,
  );
  const observer = new BacktestObserver(io, progress, notes);
  const result = await runSession({
    ...historySession(io, stdin),
    stateFolder: resume?.path,
    notes,
    hunts: versions.session,
    retentionMs: options.retentionMs ?? Infinity,
    latenessMs: options.latenessMs,
    hostAliases: options.hostAliases,
    maxLineBytes: options.maxLineBytes,
    openHistory: elasticHistories({ elastic: options.elastic ?? new Map(), range: historyRange(bounds) }, io),
    openRange: kafkaRanges({ ...options, bounds }, io),
    bounds,
    bytesRead: (bytes) => progress.read(bytes),
    opened: (view) => versions.opened(view),
    inspect: async (view) => versions.endScope(view),
    observer: {
      ...observer.observer,
      left: (alerts) => versions.leaving(alerts),
      batch: (source, batch, outside) => {
        observer.observer.batch?.(source, batch, outside);
        versions.seeBatch(batch, outside);
      },
    },
    scopeFailed: ({ error }) => void write(io.stderr, renderError(error)),
    sink: resume?.sink((alerts) => versions.take(alerts)) ?? {
      mark: () => undefined,
      rewind: async () => {},
      write: async (alerts: readonly AlertDocument[]) => versions.take(alerts),
    },
  }).finally(() => resume?.close());
  progress.clear();
  for (const line of observer.places.rest) await write(io.stderr, `${line}\n`);
  const report = buildReport({
    options: { ...options, bounds },
    expectations,
    hunts,
    old,
    versions,
    observer,
    result,
    elapsedMs: io.now() - started,
  });
  await warn(report, hunts, result, observer, io);
  await writeBacktestReport(report, options, io);
  return exitCode(report, result, io);
}

/** Where the backtest can be interrupted. Throws `UsageError` where the folder is not that of this call. */
async function openResume(
  options: BacktestOptions,
  { session }: BacktestVersions,
  io: TerminalIo,
): Promise<ResumeFolder | undefined> {
  const { resume, against, bounds } = options;
  if (resume === undefined) return undefined;
  if (against !== undefined) {
    throw new UsageError(
      'resume-against',
      '--resume keeps one version of each hunt, and --against runs two',
      'Backtest the older version by itself, or leave --resume out.',
    );
  }
  const call = await backtestCall(options, session, io.cwd);
  const folder = await ResumeFolder.open(resume, call, storedBounds(bounds));
  if (folder.goesOn) await write(io.stderr, `${escapeTerminal(resume)}: goes on where the backtest was\n`);
  return folder;
}

/** Also hunts that are not enabled: a backtest asks what they would raise. */
async function loadAll(options: BacktestOptions, io: TerminalIo): Promise<LoadedHunt[]> {
  if (options.hunts.length === 0) {
    throw new UsageError(
      'hunt-missing',
      'There is no hunt to test',
      'Name a .hf or .hunt.yaml file, or a folder of them.',
    );
  }
  const files = await huntFilesOf(options.hunts, io.cwd);
  const loaded = await loadHunts(files, io, (definition) => withAlerts(definition, options.alertOn));
  rejectTwins(loaded);
  return loaded;
}

/** By hunt; what does not check or lacks a source is among them, without a session. */
async function oldVersions(
  { against, alertOn }: BacktestOptions,
  loaded: readonly LoadedHunt[],
  resolver: SourceResolver,
  io: TerminalIo,
): Promise<Map<string, ResolvedHunt>> {
  if (against === undefined) return new Map();
  const old = await loadOldVersions(against, loaded, io, (definition) => withAlerts(definition, alertOn));
  return new Map([...old].map(([id, hunt]) => [id, upToTheirEnds(resolveSources(hunt, resolver))]));
}

/** Topics are read up to where they end when the backtest begins. */
function upToTheirEnds(hunt: ResolvedHunt): ResolvedHunt {
  const { session } = hunt;
  if (session === undefined) return hunt;
  const sources = [...session.sources].map(([name, { endless, ...source }]): [string, ResolvedSource] => [
    name,
    endless === true ? { ...source, range: true } : source,
  ]);
  return { ...hunt, session: { ...session, sources: new Map(sources) } };
}

/** A source with history and topics has been in both: which of them a backtest is about has to be known. */
async function tellHistories(names: readonly string[], hunts: readonly ResolvedHunt[], io: TerminalIo): Promise<void> {
  const read = new Set(hunts.flatMap(({ session }) => [...(session?.sources.keys() ?? [])]));
  for (const name of names) {
    if (![...read].some((uri) => uri === name || uri.endsWith(`://${name}`))) continue;
    const remedy = `what only they have is read with --source ${name}=kafka://…`;
    await write(
      io.stderr,
      `${escapeTerminal(name)}: its history is read, and its topics are not; ${escapeTerminal(remedy)}\n`,
    );
  }
}

/** `--offsets` of a topic that no hunt reads would be passed over without a word. */
function rejectUnread(offsets: readonly OffsetRange[], hunts: readonly ResolvedHunt[]): void {
  const read = hunts.flatMap(({ session }) => [...(session?.sources.values() ?? [])]).filter(({ range }) => range);
  const topics = read.flatMap(({ uri }) => parseKafkaUri(uri.replace(/^kafka:/u, '')).topics);
  const unread = offsets.find(({ topic }) => !topics.includes(topic));
  if (unread === undefined) return;
  throw new UsageError(
    'option-offsets',
    `--offsets names ${unread.topic}, and no hunt reads that topic`,
    topics.length === 0
      ? 'Name topics: --source kafka://HOST:PORT/TOPIC.'
      : `Topics that are read: ${topics.join(', ')}.`,
  );
}

interface ReportParts {
  readonly options: BacktestOptions;
  readonly expectations: ExpectationFile | undefined;
  readonly hunts: readonly ResolvedHunt[];
  readonly old: ReadonlyMap<string, ResolvedHunt>;
  readonly versions: BacktestVersions;
  readonly observer: BacktestObserver;
  readonly result: SessionResult;
  readonly elapsedMs: number;
}

function buildReport(parts: ReportParts): BacktestReport {
  const { options, expectations, observer, result, elapsedMs, versions } = parts;
  const { input } = result;
  const summed = { range: rangeOf(input, options.bounds), hosts: observer.hosts };
  const hunts = parts.hunts.map((hunt): BacktestHunt => {
    const { id, file } = hunt.loaded;
    const diagnostics = [
      ...hunt.diagnostics,
      ...observer.failuresOf(id),
      ...olderErrors(parts.old.get(id)),
      ...sourceFailures(file, result),
    ];
    const compare = versions.comparisonOf(id);
    const summary = summariseAlerts(versions.tallyOf(id), summed);
    const expected = expectationOf(hunt, expectations);
    const subject = { ...summary, alerts: summary.standing, compare };
    return {
      hunt: id,
      file,
      title: hunt.loaded.hunt?.definition.title ?? id,
      ok: !hasErrors(diagnostics),
      ran: result.results.has(file),
      diagnostics,
      counts: versions.tallyOf(id).counts,
      ...summary,
      ...(compare === undefined ? {} : { compare }),
      ...(expected === undefined ? {} : { expectations: checkExpectations(expected, subject) }),
    };
  });
  const isGated = expectations !== undefined || hunts.some((hunt) => (hunt.expectations ?? []).length > 0);
  const called = [
    ...(isGated && input.records === 0 ? [noRecords()] : []),
    ...(expectations === undefined ? [] : checkExpectations(expectations, sumOf(hunts))),
  ];
  const results = [...called, ...hunts.flatMap((hunt) => hunt.expectations ?? [])];
  const gate = isGated ? results.every(({ ok }) => ok) && hunts.every(({ ok }) => ok) : undefined;
  return {
    hunts,
    input,
    ...summed,
    holes: {
      late: input.late,
      refused: input.refused,
      undecodable: input.undecodable,
      missing: missingStretches(result.coverage.flatMap(({ partitions }) => partitions)),
      refusedByHost: observer.refusedByHost,
    },
    elapsedMs,
    expectations: called,
    gate,
  };
}

/** What its sources did not give: the report is about what came before. */
function sourceFailures(file: string, { failures }: SessionResult): Diagnostic[] {
  return failures
    .filter(({ hunts }) => hunts.includes(file))
    .map(({ error: { code, message, hint } }) => ({ code, severity: 'error', range: NOWHERE, message, hint }));
}

/** What keeps an older version from running, with its file: the places are in that. */
function olderErrors(old: ResolvedHunt | undefined): Diagnostic[] {
  if (old === undefined) return [];
  return old.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((each) => ({ ...each, message: `${old.loaded.file}:${each.range.start.line}: ${each.message}` }));
}

/** With `--expect` its file alone rules. */
function expectationOf({ loaded }: ResolvedHunt, file: ExpectationFile | undefined): Expectation | undefined {
  if (file === undefined) return loaded.hunt?.definition.expect;
  const { hunts = {} } = file;
  return Object.hasOwn(hunts, loaded.id) ? hunts[loaded.id] : undefined;
}

/** All hunts of the call as one. */
function sumOf(hunts: readonly BacktestHunt[]): Parameters<typeof checkExpectations>[1] {
  const compared = hunts.flatMap(({ compare }) => compare ?? []);
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  return {
    alerts: sum(hunts.map(({ standing }) => standing)),
    byHost: hunts.flatMap(({ byHost }) => byHost),
    byTitle: hunts.flatMap(({ byTitle }) => byTitle),
    compare:
      compared.length === 0
        ? undefined
        : {
            gainedCount: sum(compared.map(({ gainedCount }) => gainedCount)),
            lostCount: sum(compared.map(({ lostCount }) => lostCount)),
          },
  };
}

/** From the first to the last record, as far as they lie within the bounds of the call. */
function rangeOf({ from, to }: InputCounts, bounds: TimeBounds | undefined): BacktestReport['range'] {
  if (from === undefined || to === undefined) return undefined;
  const least: Instant = { ms: bounds?.fromMs ?? -Infinity, ns: 0 };
  const most: Instant = { ms: bounds?.toMs ?? Infinity, ns: 0 };
  return { from: compareInstants(from, least) < 0 ? least : from, to: compareInstants(to, most) > 0 ? most : to };
}

async function warn(
  { hunts, input }: BacktestReport,
  resolved: readonly ResolvedHunt[],
  result: SessionResult,
  { outside, places }: BacktestObserver,
  io: TerminalIo,
): Promise<void> {
  for (const { loaded } of resolved) {
    if (loaded.hunt?.alerts.length !== 0) continue;
    const text = `${escapeTerminal(loaded.id)} alerts on nothing: name a variable with --alert, or write alerts: into a hunt file`;
    await write(io.stderr, `warning: ${text}\n`);
  }
  if (result.failures.length > 0 || io.signal.aborted) return;
  if (isNothingDecoded(input)) {
    await write(io.stderr, renderError(nothingDecoded(input, places.doubtful)));
  } else if (hunts.some(({ ok }) => ok) && input.records === 0) {
    const why =
      input.ignored > 0 && outside === undefined
        ? `all ${input.ignored} inputs are of kinds that no hunt uses`
        : 'there are no records in the range';
    const where =
      outside === undefined
        ? ''
        : `; those that were read reach from ${isoTime(outside.fromMs)} to ${isoTime(outside.toMs)}`;
    await write(io.stderr, `warning: ${why}: nothing has been tested${where}\n`);
  }
}

function exitCode({ hunts, gate, input }: BacktestReport, result: SessionResult, io: TerminalIo): number {
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  if (result.failures.length > 0) return 3;
  if (isNothingDecoded(input)) return 3;
  return gate !== false && hunts.every(({ ok }) => ok) ? 0 : 1;
}
