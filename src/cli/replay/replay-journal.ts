import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StateError, UsageError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { demandOf } from '../../hunts/demand-of.ts';
import { journalExtent, readJournal, type JournalExtent } from '../../hunts/journal/read-journal.ts';
import { replayedLine } from '../../hunts/journal/replayed-line.ts';
import { replayScope } from '../../hunts/journal/replay-scope.ts';
import type { RunObserver } from '../../hunts/run/run-observer.ts';
import { StateFolder } from '../../hunts/state/state-folder.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { renderAlert } from '../../sinks/terminal/render-alert.ts';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';
import { demandCovers } from '../../telemetry/demand-covers.ts';
import { elasticHistories } from '../sources/elastic-histories.ts';
import { kafkaLogs } from '../sources/kafka-logs.ts';
import { compareAlertLines, loggedLines } from './journal-check.ts';
import { refuseEditedHunts } from './refuse-edited-hunts.ts';
import { replaySource } from './replay-sources.ts';
import { reportDiagnostics } from '../report-diagnostics.ts';
import { loadAll, resolveSources } from '../run/load-run-hunts.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { SessionHunt } from '../run/run-session.ts';
import { SourceResolver } from '../sources/source-resolver.ts';
import { systemTimer } from '../system-timer.ts';
import { isConfined, usesColour, write, writeJsonLine, type TerminalIo } from '../terminal-io.ts';

export interface ReplayJournalOptions {
  /** How the run was called; `state` holds the journal. */
  readonly run: RunOptions & { readonly state: string };
  /** Alerts written from this wall time on, and before the other, ms. Default: all. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Ids of hunts; empty: all. */
  readonly only: readonly string[];
  readonly check: boolean;
  /** Also hunts that are not what they were: as they are now, from the beginning. */
  readonly edited: boolean;
}

/**
 * Runs hunts again by the journal of a state folder, in memory, and tells their alerts, or holds them against the alert log.
 * Answers with the exit code. Throws `UsageError`, `StateError`, `SourceError`.
 */
export async function replayJournal(
  options: ReplayJournalOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { run } = options;
  const hunts = await selectedHunts(options, io);
  const store = await openState(run.state);
  try {
    const folder = await StateFolder.open(store, io.now());
    const alerts: AlertDocument[] = [];
    let whole = true;
    const begins = new Map<string, number>();
    let extents = 0;
    for (const { id, sources, demand } of folder.known) {
      const extent = await journalExtent(readJournal(store, id));
      if (extent === undefined) continue;
      const own = hunts.filter((hunt) => readsThese(hunt, sources) && isIn(hunt, extent));
      if (own.length === 0) continue;
      extents++;
      await tellExtent(extent, own, io);
      const compiled = own.map(({ hunt }) => hunt);
      if (!options.edited) await refuseEditedHunts(readJournal(store, id), compiled, options.toMs);
      whole &&= extent.isWhole;
      for (const { hunt } of own) begins.set(hunt.id, extent.fromMs);
      const given: AlertDocument[] = [];
      await replayOne(options, io, stdin, { store, id, own, extent, seed: folder.seed, demand }, async (batch) => {
        given.push(...batch.filter(({ windhover }) => isWithin(options, windhover.times.written)));
      });
      alerts.push(...given);
      if (options.check) continue;
      for (const alert of given) await tellAlert(alert, run.format, io);
    }
    if (extents === 0) {
      throw new UsageError(
        'journal-missing',
        `${run.state} has no journal of these hunts over these sources`,
        'A journal is kept by runs with --state over sources that have no end; name hunts and sources as for that run.',
      );
    }
    if (io.signal.aborted) return 130;
    return options.check ? await check(options, alerts, begins, whole, io) : 0;
  } finally {
    await store.close();
  }
}

async function check(
  options: ReplayJournalOptions,
  alerts: readonly AlertDocument[],
  begins: ReadonlyMap<string, number>,
  whole: boolean,
  io: TerminalIo,
): Promise<number> {
  const { run } = options;
  const log = run.alerts ?? join(run.state, 'alerts.ndjson');
  // What a hunt that started over had raised before is in the log, and not in the journal.
  const isMeant = (hunt: string, written: string): boolean =>
    isWithin(options, written) && Date.parse(written) >= (begins.get(hunt) ?? Infinity);
  const logged = await loggedLines(log, isMeant);
  const lines = alerts.map(replayedLine);
  const difference = compareAlertLines(logged, lines);
  if (difference === undefined) {
    await write(io.stderr, `${lines.length} alert lines, as ${escapeTerminal(log)} has them\n`);
    return 0;
  }
  await write(io.stdout, `${difference}\n`);
  if (!whole) {
    await write(
      io.stderr,
      'The journal has dropped its beginning: what rests on records before it may differ. --from leaves out the first hours.\n',
    );
  }
  return 1;
}

interface ReplayedCohort {
  readonly store: RocksStateStore;
  readonly id: string;
  readonly own: readonly SessionHunt[];
  readonly extent: JournalExtent;
  readonly seed: number;
  readonly demand: Parameters<typeof demandCovers>[0];
}

async function replayOne(
  { run, toMs }: ReplayJournalOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
  { store, id, own, extent, seed, demand }: ReplayedCohort,
  emit: (alerts: readonly AlertDocument[]) => Promise<void>,
): Promise<void> {
  const hunts = own.map(({ hunt }) => hunt);
  const wanted = demandOf(hunts, { rowsOf: () => false, countRecords: extent.setup.countRecords });
  const sources = new Map(own.flatMap((each) => [...each.sources.values()].map((source) => [source.id, source])));
  const bySource = new Map(own.flatMap((each) => [...each.sources].map(([uri, source]) => [uri, source.id])));
  const session = {
    cwd: io.cwd,
    stdin,
    retentionMs: extent.setup.retentionMs ?? Infinity,
    openLog: kafkaLogs(run, io),
    openHistory: elasticHistories(run, io),
  };
  const opening = { session, timer: systemTimer(io.now), signal: io.signal, startedMs: extent.fromMs };
  await replayScope({
    steps: () => readJournal(store, id),
    toMs,
    hunts,
    resolveSource: (uri) => bySource.get(uri) ?? uri,
    sources: new Map([...sources].map(([name, source]) => [name, replaySource(source, opening)])),
    demand: demandCovers(demand, wanted) ? demand : wanted,
    seed,
    store: new MemoryStateStore(),
    observer: observerOf(io),
    emit,
    signal: io.signal,
  });
}

function observerOf(io: TerminalIo): RunObserver {
  return {
    place: () => {},
    rejects: () => {},
    snapshot: () => {},
    progress: () => {},
    huntFailed: (hunt, error) => {
      const why = error instanceof Error ? error.message : String(error);
      void write(io.stderr, `${escapeTerminal(hunt)} failed and was stopped: ${escapeTerminal(why)}\n`);
    },
  };
}

async function selectedHunts({ run, only }: ReplayJournalOptions, io: TerminalIo): Promise<SessionHunt[]> {
  const resolver = new SourceResolver(run.sources, run.everyName, io.cwd, run.live, isConfined(io));
  const hunts: SessionHunt[] = [];
  const known = new Set<string>();
  for (const loaded of await loadAll(run, io)) {
    known.add(loaded.id);
    if (only.length > 0 && !only.includes(loaded.id)) continue;
    const { session, diagnostics } = resolveSources(loaded, resolver);
    if (diagnostics.length > 0) await reportDiagnostics(loaded, diagnostics, io);
    if (session !== undefined) hunts.push(session);
  }
  const unknown = only.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new UsageError('hunt-unknown', `No hunt has the id ${unknown}`, `There are: ${[...known].join(', ')}.`);
  }
  return hunts;
}

async function openState(folder: string): Promise<RocksStateStore> {
  // Opening would make a state where there is none.
  await access(join(folder, 'CURRENT')).catch((cause: unknown) => {
    throw new UsageError('state-missing', `${folder} holds no state`, 'Name a state folder with --journal.', cause);
  });
  try {
    return await RocksStateStore.open(folder);
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'state-locked') throw error;
    throw new StateError('state-locked', `${folder} is in use by a run`, {
      hint: 'End the run first; or, on a file system with snapshots, take one and name the state folder in it.',
      cause: error,
    });
  }
}

function readsThese({ sources }: SessionHunt, names: readonly string[]): boolean {
  const ids = new Set([...sources.values()].map(({ id }) => id));
  return ids.size === names.length && names.every((name) => ids.has(name));
}

function isIn({ hunt }: SessionHunt, { setup }: JournalExtent): boolean {
  return setup.hunts.some(({ id }) => id === hunt.id);
}

function isWithin({ fromMs, toMs }: ReplayJournalOptions, written: string): boolean {
  const ms = Date.parse(written);
  return ms >= fromMs && ms < toMs;
}

async function tellExtent(
  { setup, isWhole, fromMs, toMs, epochs }: JournalExtent,
  own: readonly SessionHunt[],
  io: TerminalIo,
): Promise<void> {
  const span = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
  const dropped = isWhole ? '' : '; what came before has been dropped: revisions count from 1';
  await write(
    io.stderr,
    `journal of ${escapeTerminal(setup.sources.join(', '))}: ${epochs} epochs, ${span}${dropped}\n`,
  );
  for (const { hunt } of own) {
    const then = setup.hunts.find(({ id }) => id === hunt.id);
    if (then?.fingerprint === hunt.fingerprint) continue;
    await write(io.stderr, `${escapeTerminal(hunt.id)} is not what it was: its alerts may differ\n`);
  }
}

async function tellAlert(alert: AlertDocument, format: RunOptions['format'], io: TerminalIo): Promise<void> {
  if (format === 'text') await write(io.stdout, `${renderAlert(alert, { color: usesColour(io.stdout, io.env) })}\n`);
  else await writeJsonLine(io.stdout, alert);
}
