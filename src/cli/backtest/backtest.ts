import { AlertTally, type DocumentBudget } from '../../backtest/alert-tally.ts';
import { isoTime } from '../../backtest/backtest-document.ts';
import type { BacktestReport } from '../../backtest/backtest-report.ts';
import { interruptionText } from '../../backtest/interruption.ts';
import { UsageError } from '../../errors/windhover-error.ts';
import type { HuntFile } from '../../hunts/hunt-file/hunt-file.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { BacktestObserver } from './backtest-observer.ts';
import { historyRange, type BacktestOptions } from './backtest-options.ts';
import { BacktestProgress, bytesToRead } from './backtest-progress.ts';
import { backtestCall, boundsOf, sourceFiles, storedBounds } from './backtest-call.ts';
import { NoteBook } from './note-book.ts';
import { checkReportTarget } from './report-target.ts';
import { ResumeFolder } from './resume-folder.ts';
import { BacktestVersions } from './backtest-versions.ts';
import { buildBacktestReport } from './build-backtest-report.ts';
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
  const { old, removed } = await oldVersions(options, loaded, resolver, io);
  for (const { loaded: hunt, diagnostics } of [...hunts, ...old.values(), ...removed]) {
    if (diagnostics.length > 0) await reportDiagnostics(hunt, diagnostics, io);
  }
  await tellRemoved(removed, io);
  rejectUnread(options.offsets, hunts);
  const all = [...loaded, ...[...old.values()].map((hunt) => hunt.loaded)];
  for (const { message } of unreadNames(options.givenNames ?? [], all)) await write(io.stderr, unreadText(message));
  await tellHistories(options.historyOf, hunts, io);

  const budget: DocumentBudget = { left: options.maxAlerts };
  const notes = options.resume === undefined ? undefined : new NoteBook();
  const versions = new BacktestVersions(hunts, old, {
    makeTally: () => new AlertTally(budget),
    against: options.against,
    forgets: options.retentionMs !== undefined,
    removed,
    notes,
  });
  await checkOutput(options, [...loaded, ...[...old.values(), ...removed].map((hunt) => hunt.loaded)], versions, io);
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
  const interruption = io.signal.aborted ? { goesOn: resume !== undefined } : undefined;
  progress.clear();
  for (const line of observer.places.rest) await write(io.stderr, `${line}\n`);
  const report = buildBacktestReport({
    options: { ...options, bounds },
    expectations,
    hunts,
    old,
    removed,
    versions,
    observer,
    result,
    elapsedMs: io.now() - started,
    interruption,
  });
  await warn(report, hunts, result, observer, io);
  // The text says it at its head.
  const isShown = options.format === 'text' && options.output === undefined;
  if (interruption !== undefined && !isShown) await write(io.stderr, `${interruptionText(interruption)}\n`);
  await writeBacktestReport(report, options, io);
  return exitCode(report, result, io);
}

async function checkOutput(
  { output, expect }: BacktestOptions,
  hunts: readonly LoadedHunt[],
  { session }: BacktestVersions,
  { cwd }: TerminalIo,
): Promise<void> {
  if (output === undefined) return;
  const uris = new Set(session.flatMap(({ sources }) => [...sources.values()].map(({ uri }) => uri)));
  await checkReportTarget(output, { hunts, expect, sources: await sourceFiles([...uris], cwd) }, cwd);
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

interface ResolvedVersions {
  /** By hunt; what does not check or lacks a source is among them, without a session. */
  readonly old: ReadonlyMap<string, ResolvedHunt>;
  /** Hunts that have no newer version. */
  readonly removed: readonly ResolvedHunt[];
}

async function oldVersions(
  { against, alertOn, hunts: called }: BacktestOptions,
  loaded: readonly LoadedHunt[],
  resolver: SourceResolver,
  io: TerminalIo,
): Promise<ResolvedVersions> {
  if (against === undefined) return { old: new Map(), removed: [] };
  const adapt = (definition: HuntFile): HuntFile => withAlerts(definition, alertOn);
  const { versions, removed, beside } = await loadOldVersions(against, { called, hunts: loaded }, io, adapt);
  // Of a single hunt it is clear that the call is not about the others.
  if (beside.length > 0 && loaded.length > 1) {
    const text = `${against} has other hunts, too (${beside.length}); whether one is gone is looked at where the call names a folder`;
    await write(io.stderr, `${escapeTerminal(text)}\n`);
  }
  const resolved = (hunt: LoadedHunt): ResolvedHunt => upToTheirEnds(resolveSources(hunt, resolver));
  return { old: new Map([...versions].map(([id, hunt]) => [id, resolved(hunt)])), removed: removed.map(resolved) };
}

/** A comparison by hunt would not show what is gone as a whole. */
async function tellRemoved(removed: readonly ResolvedHunt[], io: TerminalIo): Promise<void> {
  if (removed.length === 0) return;
  const names = removed.map(({ loaded }) => escapeTerminal(loaded.id)).join(', ');
  await write(io.stderr, `warning: the older version has hunts that are not in the call: ${names}\n`);
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

async function warn(
  { hunts, input, interruption }: BacktestReport,
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
  if (result.failures.length > 0 || interruption !== undefined) return;
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
  if (io.signal.aborted) {
    if (io.signal.reason !== 'output-closed') return 130;
    return gate === false ? 1 : 0;
  }
  if (result.failures.length > 0) return 3;
  if (isNothingDecoded(input)) return 3;
  return gate !== false && hunts.every(({ ok }) => ok) ? 0 : 1;
}
