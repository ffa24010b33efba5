import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { HuntSizes } from '../../hunts/run/run-observer.ts';
import { Simulation } from '../../simulate/simulation.ts';
import type { ScreenInput } from '../../sinks/terminal/full-screen.ts';
import { grouped } from '../../sinks/terminal/live-header.ts';
import { fitParts } from '../../sinks/terminal/fit-parts.ts';
import type { LiveView } from '../../sinks/terminal/live-view-content.ts';
import { renderTable } from '../../sinks/terminal/render-table.ts';
import { demoAttacks } from './demo-attacks.ts';
import { DemoBoard } from './demo-board.ts';
import type { DemoDisplay } from './demo-display.ts';
import { DemoFeed } from './demo-feed.ts';
import { DemoLiveDisplay } from './demo-live-display.ts';
import { DemoPlainDisplay } from './demo-plain-display.ts';
import { demoVerdict } from './demo-verdict.ts';
import { huntPaths, loadHunt } from '../load-hunts.ts';
import { renderError } from '../render-error.ts';
import { renderDemoVerdict } from './render-demo-verdict.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { runSession } from '../run/run-session.ts';
import type { SessionHunt } from '../run/session-options.ts';
import type { SessionResult } from '../run/session-result.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';

export interface DemoOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Records a second. */
  readonly rate: number;
}

/** The hunts that come with the package. */
const BUNDLED_HUNTS = fileURLToPath(new URL('../../../hunts', import.meta.url));

/**
 * Runs the demo and answers with the exit code: live telemetry under attack, the bundled hunts standing over it, shown
 * on the terminal or as plain lines, and at the end the alerts held against what was planted.
 */
export async function demo(
  { seconds, seed, rate }: DemoOptions,
  io: TerminalIo,
  keyboard: ScreenInput | undefined,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<number> {
  const all = await bundledHunts();
  const totalMs = seconds * 1000;
  const attacks = demoAttacks(new Set(all.map(({ hunt }) => hunt.id)), totalMs);
  // An attack that was made for one hunt may well be noticed by another: the verdict would not know what to make of it.
  const hunts = all.filter(({ hunt }) => attacks.answering.has(hunt.id));
  const bundled = new Set(hunts.map(({ hunt }) => hunt.id));
  const started = io.now();
  const simulation = new Simulation({
    seed,
    linuxHosts: 3,
    windowsHosts: 3,
    start: started,
    rate,
    attacks: attacks.counts,
    attackSpanMs: totalMs,
    attackPace: attacks.pace,
    attackMoments: 'even',
    duplicates: 0.005,
    late: { share: 0.01, maxMs: Math.min(5000, totalMs / 4) },
  });
  const quit = new AbortController();
  const board = new DemoBoard(() => emptySizes(hunts));
  const feed = new DemoFeed(simulation, {
    totalMs,
    now: io.now,
    wait,
    signal: AbortSignal.any([io.signal, quit.signal]),
    onStep: () => {
      board.tick(io.now() - started);
      display.step();
    },
  });
  const view = (selected: number): LiveView => {
    const elapsedMs = io.now() - started;
    return {
      title: 'windhover demo',
      about: '3 Linux (SysFlow) and 3 Windows hosts (Sysmon)',
      elapsedMs,
      totalMs,
      records: board.records,
      rates: board.rates(elapsedMs),
      lagMs: feed.lagMs,
      notes: board.late > 0 ? [`${board.late} late`] : [],
      hunts: board.hunts(elapsedMs),
      alerts: board.alerts.map(({ document }) => document),
      selected,
      keys: keyboard !== undefined,
    };
  };
  const color = usesColour(io.stdout, io.env);
  const isLive = io.stdout.isTTY === true && io.env.TERM !== 'dumb';
  if (!isLive) {
    await write(
      io.stdout,
      `Three Linux servers (SysFlow) and three Windows desktops (Sysmon), live for ${seconds} s, ` +
        `${grouped(rate)} records a second.\nStanding hunts: ${hunts.map(({ hunt }) => hunt.id).join(', ')}\n\n`,
    );
  }
  const display: DemoDisplay = isLive
    ? new DemoLiveDisplay({
        output: io.stdout,
        input: keyboard,
        color,
        view,
        now: io.now,
        quit: () => quit.abort(),
      })
    : new DemoPlainDisplay(
        io,
        () => io.now() - started,
        () => view(0),
      );
  let session: SessionResult;
  try {
    session = await run(hunts, io, feed, board, display, started);
  } finally {
    display.close();
  }
  if (io.signal.aborted) {
    if (io.signal.reason === 'output-closed') return 0;
    await write(io.stderr, `interrupted after ${((io.now() - started) / 1000).toFixed(1)} s\n`);
    return 130;
  }
  for (const { error } of session.failures) await write(io.stderr, renderError(error));
  if (session.failures.length > 0) return 3;
  const planted = Object.values(attacks.counts).reduce((sum, each) => sum + each, 0);
  const verdict = demoVerdict({
    begun: simulation.begun,
    done: simulation.truth.attacks,
    planted,
    hunts: attacks.hunts,
    bundled,
    alerts: board.alerts,
    early: quit.signal.aborted,
  });
  // A pipe has no width: nothing is cut there.
  const width = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : Infinity;
  await write(io.stdout, huntsTable(session, { width, color }));
  await write(io.stdout, `\n${renderDemoVerdict(verdict, { width, color })}`);
  for (const [scenario, needed] of attacks.tooSlow) {
    await write(io.stdout, `Not planted, as it takes its time: ${scenario} (--seconds ${needed})\n`);
  }
  const took = ((io.now() - started) / 1000).toFixed(1);
  await write(io.stdout, `${grouped(session.input.records)} records in ${took} s. Next: windhover run --help\n`);
  return verdict.asPlanted ? 0 : 1;
}

function run(
  hunts: readonly SessionHunt[],
  io: TerminalIo,
  feed: DemoFeed,
  board: DemoBoard,
  display: DemoDisplay,
  started: number,
): Promise<SessionResult> {
  return runSession({
    hunts,
    stateFolder: undefined,
    retentionMs: Infinity,
    latenessMs: DEFAULT_LATENESS_MS,
    hostAliases: new Map(),
    maxLineBytes: DEFAULT_MAX_LINE_BYTES,
    snapshots: false,
    countRecords: false,
    rowsOf: () => false,
    cwd: io.cwd,
    stdin: feed.bytes(),
    now: io.now,
    signal: io.signal,
    // It is live: time passes although nothing is written (decision 8).
    clock: 'wall',
    observer: {
      place: () => {},
      rejects: () => {},
      snapshot: () => {},
      huntFailed: (hunt, error) => {
        throw new Error(`hunt ${hunt} failed`, { cause: error });
      },
      progress: (counts, sizes) => {
        feed.processed(counts.records + counts.ignored + counts.undecodable);
        board.progress(counts, sizes, io.now() - started);
        display.progress();
      },
    },
    sink: {
      mark: () => undefined,
      rewind: async () => {},
      write: async (alerts) => {
        for (const alert of alerts) {
          const isNew = board.alert(alert, io.now());
          await display.alert(alert, isNew);
        }
      },
    },
  });
}

async function bundledHunts(): Promise<SessionHunt[]> {
  const hunts: SessionHunt[] = [];
  for (const file of await huntPaths(BUNDLED_HUNTS, '/')) {
    if (!file.endsWith('.hunt.yaml')) continue;
    const { hunt, diagnostics } = await loadHunt(file, { cwd: '/', env: {} });
    if (hunt === undefined) throw new Error(`bundled hunt ${file}: ${diagnostics[0]?.message ?? ''}`);
    hunts.push({ hunt, sources: new Map(hunt.plan.sources.map((uri) => [uri, { id: '-', uri: '-' }])) });
  }
  return hunts;
}

function emptySizes(hunts: readonly SessionHunt[]): HuntSizes[] {
  return hunts.map(({ hunt }) => ({
    hunt: hunt.id,
    variables: hunt.plan.variables.map(({ name, listing }) => ({ name, type: listing.type, entities: 0 })),
  }));
}

/** A line per hunt: its alerts that left, and how many members its variables have. */
function huntsTable({ results }: SessionResult, options: { width: number; color: boolean }): string {
  const hunts = [...results.values()];
  const before = Math.max(0, ...hunts.map(({ hunt }) => hunt.length)) + '  alerts  '.length;
  const rows = hunts.map(({ hunt, alerts, variables }) => [
    hunt,
    alerts.opened,
    fitParts(
      variables.map(({ name, entities }) => `${name} ${entities}`),
      ', ',
      options.width - before,
    ),
  ]);
  return renderTable(['hunt', 'alerts', 'variables'], rows, options);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {
    // Asked to stop: there is nothing to wait for any more.
  });
}
