import { hasErrors, type CompiledHunt } from '../../hunts/compile-hunt.ts';
import type { HuntCanary } from '../../hunts/hunt-tests/hunt-canary.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import type { RunStatus } from '../../server/run-status.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { elasticHistories } from '../sources/elastic-histories.ts';
import { kafkaLogs } from '../sources/kafka-logs.ts';
import { HuntReload } from './hunt-reload.ts';
import { changedHunt, type LoadedHunt } from '../load-hunts.ts';
import { loadAll, resolveSources } from './load-run-hunts.ts';
import { logDiagnostics } from '../log/log-diagnostics.ts';
import { DEFAULT_LOG, openRunLog } from '../log/open-run-log.ts';
import type { RunLog } from '../log/run-log.ts';
import { observerOf } from './observe-run.ts';
import { openCanary } from './open-canary.ts';
import { MeasuredState } from './measured-state.ts';
import { openRunStatus } from './open-run-status.ts';
import { checkReload, readHuntsAgain } from './read-hunts-again.ts';
import { renderError } from '../render-error.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import { checkEndlessOptions, checkRunOptions, type RunOptions } from './run-options.ts';
import { openOutputs, type RunOutputs } from './run-outputs.ts';
import { diagnosticDocument, type HuntReport } from './run-report.ts';
import { saveDiagnostics, tellSaveFailure, withoutSaveTwins } from './run-saves.ts';
import { isEndless } from './endless-sources.ts';
import { runSession } from './run-session.ts';
import type { ScopeFailure, SessionResult } from './session-result.ts';
import { isNothingDecoded } from '../sources/nothing-decoded.ts';
import { ToldPlaces } from '../sources/told-places.ts';
import { unreadNames, unreadText } from '../sources/unread-names.ts';
import { unreadRetentions } from './source-retention.ts';
import { SourceResolver } from '../sources/source-resolver.ts';
import { SourceSummaries } from '../sources/source-summaries.ts';
import { tableSink } from '../table-sink.ts';
import { tellRunEnd } from './tell-run-end.ts';
import { isConfined, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

/** Wall time between two tellings of what changed in the displays of a live run (decision 32), ms. */
const DISPLAY_MS = { text: 5000, ndjson: 250, json: undefined };

/** A run that does not end writes the files of SAVE at most this often, ms of wall time. */
const SAVE_MS = 5000;

/** `windhover run`: hunts over sources, to their end or until interrupted. Answers with the exit code. */
export async function runHunts(options: RunOptions, io: TerminalIo, stdin: AsyncIterable<Uint8Array>): Promise<number> {
  checkRunOptions(options);
  const reload = new HuntReload();
  const unheard = io.onHangup?.(() => reload.request());
  try {
    return await runReloading(options, io, stdin, reload);
  } finally {
    unheard?.();
  }
}

async function runReloading(
  options: RunOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
  reload: HuntReload,
): Promise<number> {
  const started = io.now();
  const log = await openRunLog(options.log ?? DEFAULT_LOG, io);
  const loaded = await loadAll(options, io);
  const resolver = new SourceResolver(options.sources, options.everyName, io.cwd, options.live, isConfined(io));
  const first = withoutSaveTwins(
    loaded.map((hunt) => resolveSources(hunt, resolver)),
    io,
  );
  const hasNoEnd = first.some(({ session }) => session !== undefined && isEndless(session));
  if (hasNoEnd) checkEndlessOptions(options);
  const isLive = options.follow === true || hasNoEnd;
  await log.event(
    'run-started',
    `${first.length} ${first.length === 1 ? 'hunt' : 'hunts'} read`,
    { hunts: first.length },
    '',
  );
  for (const hunt of first) await tellDiagnostics(options, io, log, hunt);
  for (const { name, message } of unreadNames(options.givenNames ?? [], loaded)) {
    await log.event('source-unread', message, { source: name }, unreadText(message));
  }
  const sessions = first.flatMap(({ session }) => session ?? []);
  for (const source of unreadRetentions(options.sourceRetentionMs, sessions)) {
    const told = `retention.sources has ${source}, which no hunt that runs reads; it changes nothing`;
    await log.event('retention-unread', told, { source });
  }
  const outputs = await openOutputs(options, io, log);
  const running = (): LoadedHunt[] => reload.hunts.map(({ loaded: hunt }) => hunt);
  const failures = new Map<string, Diagnostic>();
  const summaries = new SourceSummaries();
  const places = new ToldPlaces();
  let result: SessionResult;
  const state = new MeasuredState();
  let status: RunStatus | undefined;
  let canary: HuntCanary | undefined;
  try {
    status = await openRunStatus(options, io, outputs, log, state);
    reload.start({
      log,
      hunts: first,
      check: (running) => checkReload(options, running, isLive),
      read: (running) => readHuntsAgain(running, options, { io, log, resolver }),
      taken: () => failures.clear(),
    });
    const compiled = (): CompiledHunt[] => reload.hunts.flatMap(({ session }) => session?.hunt ?? []);
    canary = await openCanary(options, { hunts: compiled, status, log, now: io.now });
    result = await runSession({
      meter: status?.meter,
      hunts: sessions,
      exchange: reload,
      stateFolder: options.state,
      openStore: state.open,
      retentionMs: options.retentionMs,
      sourceRetentionMs: options.sourceRetentionMs,
      typeRetentionMs: options.typeRetentionMs,
      latenessMs: options.latenessMs,
      hostAliases: options.hostAliases,
      maxLineBytes: options.maxLineBytes,
      limits: options.limits,
      disk: {
        full: (reason) => {
          status?.waitsForDisk(true);
          void log.event('state-full', `The state has no room, ${reason}: the input waits for it`, {});
        },
        room: () => {
          status?.waitsForDisk(false);
          void log.event('state-room', 'The state has room again: the input goes on', {});
        },
      },
      snapshots: options.snapshots,
      countRecords: options.records,
      rowsOf: (variable) => options.rows.includes('*') || options.rows.includes(variable),
      cwd: io.cwd,
      stdin,
      now: io.now,
      signal: io.signal,
      follow: options.follow === true,
      openLog: kafkaLogs(options, io),
      openHistory: elasticHistories(options, io, true),
      clock: options.clock,
      displayMs: DISPLAY_MS[options.format],
      scopeFailed: (failure) => void tellScopeFailure(log, failure),
      observer: observerOf({ options, io, log, outputs, failures, summaries, places, status }),
      holds: (hunt) => reload.holds(hunt),
      huntChanged: (change) => {
        const text = changedHunt(change, running());
        void log.event('hunt-changed', text.trimEnd(), { ...change }, text);
      },
      sink: outputs.sink,
      delivery: outputs.delivery,
      saves: {
        sink: tableSink(io),
        everyMs: isLive ? SAVE_MS : null,
        failed: (hunt, save, error) => void tellSaveFailure(options.format, io, log, running(), hunt, save, error),
      },
    });
  } finally {
    await canary?.close();
    await status?.close();
    await outputs.close();
  }
  const { hunts } = reload;
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
  if (log.format === 'text' && io.stderr.isTTY === true) await write(io.stderr, '\r\u001b[K');
  if (log.format === 'text' && options.follow !== true) {
    for (const line of places.rest) await write(io.stderr, `${line}\n`);
  }
  if (!options.snapshots) {
    for (const text of summaries.lines(sourceNames(hunts))) await log.event('source-summary', text, {}, `${text}\n`);
  }
  const code = exitCode(io, reports, result, lossOf(outputs, options));
  const end = {
    reports,
    result,
    elapsedMs: io.now() - started,
    resumed: outputs.resumed,
    exitCode: code,
    place: places.doubtful,
  };
  await tellRunEnd(options, io, log, end);
  return code;
}

/** What is wrong with a hunt, on stderr and as lines of ndjson. */
async function tellDiagnostics(
  { format }: RunOptions,
  io: TerminalIo,
  log: RunLog,
  { loaded, diagnostics }: ResolvedHunt,
): Promise<void> {
  if (diagnostics.length === 0) return;
  const { id: hunt, file } = loaded;
  if (format === 'ndjson') {
    for (const diagnostic of diagnostics) {
      const document = diagnosticDocument(diagnostic);
      await writeJsonLine(io.stdout, { kind: 'diagnostic', hunt, file, diagnostic: document });
    }
  }
  await logDiagnostics(log, loaded, diagnostics, io);
}

function tellScopeFailure(log: RunLog, { hunts, error }: ScopeFailure): Promise<void> {
  const files = hunts.map((file) => `  hunt: ${escapeTerminal(file)}\n`).join('');
  const { code, hint, message } = error;
  return log.event('scope-failed', message, { hunts: hunts.join(', '), code, hint }, `${renderError(error)}${files}`);
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
  if (isNothingDecoded(input)) return 3;
  return reports.every((each) => each.ok) ? 0 : 1;
}
