import { fileURLToPath } from 'node:url';
import type { AlertDocument } from '../hunts/alert-document.ts';
import type { InputCounts } from '../hunts/run-observer.ts';
import { SCENARIOS, Simulation } from '../simulate/simulation.ts';
import { renderAlert } from '../sinks/terminal/render-alert.ts';
import { renderTable } from '../sinks/terminal/render-table.ts';
import { huntPaths, loadHunt } from './load-hunts.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from './run-options.ts';
import { runSession, type SessionHunt } from './run-session.ts';
import { usesColour, write, type TerminalIo } from './terminal-io.ts';

/** The hunts that come with the package. */
const BUNDLED_HUNTS = fileURLToPath(new URL('../../hunts', import.meta.url));
/** Event time that the demo covers. */
const EVENT_SPAN_MS = 300_000;
const RATE = 200;

/** Runs the demo and answers with the exit code. */
export async function demo(seconds: number, seed: number, io: TerminalIo): Promise<number> {
  const simulation = new Simulation({
    seed,
    linuxHosts: 3,
    windowsHosts: 3,
    start: Math.floor(io.now() / 1000) * 1000 - EVENT_SPAN_MS,
    rate: RATE,
    attacks: Object.fromEntries(SCENARIOS.map((scenario) => [scenario, 1])),
    attackSpanMs: EVENT_SPAN_MS,
    duplicates: 0.005,
    late: { share: 0.01, maxMs: 5000 },
  });
  const hunts = await bundledHunts();
  await write(
    io.stdout,
    `Three Linux servers (SysFlow) and three Windows desktops (Sysmon), five minutes of their life in ${seconds} s.\n` +
      `Standing hunts: ${hunts.map(({ hunt }) => hunt.id).join(', ')}\n\n`,
  );
  const raised = new Map<string, Set<string>>();
  const color = usesColour(io.stdout, io.env);
  const progress = new DemoProgress(io);
  const started = io.now();
  const { input, results } = await runSession({
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
    stdin: paced(simulation, seconds * 1000, io),
    now: io.now,
    signal: io.signal,
    observer: {
      place: () => {},
      rejects: () => {},
      snapshot: () => {},
      huntFailed: (hunt, error) => {
        throw new Error(`hunt ${hunt} failed`, { cause: error });
      },
      progress: (counts) => progress.show(counts, io.now() - started),
    },
    huntChanged: () => {},
    sink: {
      mark: () => undefined,
      rewind: async () => {},
      write: async (alerts) => {
        for (const alert of alerts) {
          note(raised, alert);
          await write(io.stdout, `${renderAlert(alert, { color })}\n\n`);
        }
      },
    },
  });
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  const { truth } = simulation;
  const rows = hunts
    .filter(({ hunt }) => hunt.alerts.length > 0)
    .map(({ hunt }) => {
      const planted = truth.hunts[hunt.id] ?? 0;
      const found = raised.get(hunt.id)?.size ?? 0;
      return [hunt.id, planted, found, planted === found ? 'as planted' : 'NOT as planted'];
    });
  await write(io.stdout, renderTable(['hunt', 'attacks planted', 'alerts', ''], rows, { color }));
  const variables = [...results.values()].flatMap((result) =>
    result.variables.map(({ name, type, entities }) => [result.hunt, name, type, entities]),
  );
  await write(io.stdout, `\n${renderTable(['hunt', 'variable', 'type', 'entities'], variables, { color })}`);
  await write(
    io.stdout,
    `\n${input.records} records in ${((io.now() - started) / 1000).toFixed(1)} s. Next: windhover run --help\n`,
  );
  return rows.every((row) => row[1] === row[2]) ? 0 : 1;
}

async function bundledHunts(): Promise<SessionHunt[]> {
  const hunts: SessionHunt[] = [];
  for (const file of await huntPaths(BUNDLED_HUNTS, '/')) {
    if (!file.endsWith('.hunt.yaml')) continue;
    const { hunt, diagnostics } = await loadHunt(file, '/');
    if (hunt === undefined) throw new Error(`bundled hunt ${file}: ${diagnostics[0]?.message ?? ''}`);
    hunts.push({ hunt, sources: new Map(hunt.plan.sources.map((uri) => [uri, { id: '-', uri: '-' }])) });
  }
  return hunts;
}

/** The telemetry as bytes, at the pace that makes the event time last `totalMs` of wall time. */
async function* paced(simulation: Simulation, totalMs: number, io: TerminalIo): AsyncGenerator<Uint8Array> {
  const first = simulation.now;
  const started = io.now();
  const steps = Math.max(1, Math.ceil(totalMs / 50));
  for (let step = 1; step <= steps && !io.signal.aborted; step++) {
    const due = started + (totalMs * step) / steps - io.now();
    if (due > 0) await pause(due, io.signal);
    for (const { text } of simulation.chunks({ until: first + (EVENT_SPAN_MS * step) / steps }))
      yield Buffer.from(text, 'utf8');
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
  });
}

/** A line every few seconds: plain text, also without a terminal. */
class DemoProgress {
  readonly #io: TerminalIo;
  #told = 0;

  constructor(io: TerminalIo) {
    this.#io = io;
  }

  show({ records }: InputCounts, elapsedMs: number): void {
    if (elapsedMs - this.#told < 3000) return;
    this.#told = elapsedMs;
    const rate = Math.round((records / elapsedMs) * 1000);
    void write(
      this.#io.stderr,
      `${(elapsedMs / 1000).toFixed(0).padStart(4)} s  ${records} records, ${rate} a second\n`,
    );
  }
}

/** Alerts that stand, by hunt. */
function note(raised: Map<string, Set<string>>, { windhover, event }: AlertDocument): void {
  const known = raised.get(windhover.hunt) ?? new Set<string>();
  raised.set(windhover.hunt, known);
  if (windhover.status === 'retracted') known.delete(event.id);
  else known.add(event.id);
}
