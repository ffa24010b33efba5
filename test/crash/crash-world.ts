import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertDelivery } from '../../src/cli/alerts/alert-delivery.ts';
import type { AlertSinkConfig } from '../../src/cli/config/alert-config.ts';
import { runSession, type SessionResult } from '../../src/cli/run/run-session.ts';
import { DEFAULT_OUTBOX_LIMITS } from '../../src/hunts/alerts/alert-outbox.ts';
import type { StoredCoverage } from '../../src/hunts/coverage/partition-coverage.ts';
import type { HuntResult } from '../../src/hunts/run/hunt-result.ts';
import type { RunMeter } from '../../src/hunts/run/run-meter.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import { decodeState } from '../../src/store/state-codec.ts';
import { stateKeyRange } from '../../src/store/state-keys.ts';
import type { StateStore } from '../../src/store/state-store.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import type { CrashInput } from './crash-input.ts';
import type { CrashPlan, CrashPoint } from './crash-points.ts';
import { CrashingLog } from './crashing-log.ts';
import { SavedFiles } from './crashing-saves.ts';
import { CrashingStore } from './crashing-store.ts';
import { DoomedProcess } from './doomed-process.ts';
import { VersionedIndex } from './versioned-index.ts';

const SINK: AlertSinkConfig = {
  id: 'soc',
  kind: 'webhook',
  url: 'http://soc',
  headers: {},
  batch: 1,
  single: false,
  timeoutMs: 1,
};
/** How far time goes on in one turn of the process, ms. */
const TURN_MS = 10;
/** The disk has a time of its own, so that many turns may go by for a write. */
const DRAIN_MS = 600_000;

export interface CrashWorldOptions {
  readonly input: CrashInput;
  /** Holds the alert log. */
  readonly folder: string;
  /** Opens what outlives the process. Default: one state in memory. */
  readonly openStore?: () => Promise<StateStore>;
  /** Wall time between two readings of the clock, ms; absent: it goes with the turns. */
  readonly tick?: () => number;
}

/** One life of the process. */
export interface Life {
  /** The plan was carried out. */
  readonly struck: boolean;
  /** There when the run came to its end. */
  readonly results: ReadonlyMap<string, HuntResult> | undefined;
  /** How often each point was passed. */
  readonly passed: ReadonlyMap<CrashPoint, number>;
}

/**
 * What outlives a process (state, alert log, files of SAVE, index of alerts, input), and the lives of the process over it. A life is a
 * whole session as `windhover run` makes it; what is failed on purpose stands in its outermost ports.
 */
export class CrashWorld {
  readonly index = new VersionedIndex();
  /** What a run should never say: that the log is not what the state remembers, that a hunt failed. */
  readonly warnings: string[] = [];
  readonly #options: CrashWorldOptions;
  readonly #logPath: string;
  /** Files of SAVE. */
  readonly saved: SavedFiles;
  readonly #openStore: () => Promise<StateStore>;
  #now = Date.UTC(2026, 5, 1);

  constructor(options: CrashWorldOptions) {
    this.#options = options;
    this.#logPath = join(options.folder, 'log.ndjson');
    this.saved = new SavedFiles(options.folder);
    const memory = new MemoryStateStore();
    const inMemory: StateStore = {
      get: (key) => memory.get(key),
      getMany: (keys) => memory.getMany(keys),
      range: (from, to) => memory.range(from, to),
      write: (batch) => memory.write(batch),
      close: () => Promise.resolve(),
    };
    this.#openStore = options.openStore ?? (async () => inMemory);
  }

  /** A process starts, and dies as planned or runs to its end. */
  async live(plan?: CrashPlan): Promise<Life> {
    const { input, tick } = this.#options;
    const stop = new AbortController();
    const process = new DoomedProcess(plan);
    const timer = new ManualTimer(this.#now);
    const now = tick === undefined ? (): number => timer.now() : (): number => (this.#now += tick());
    const known = await this.positions();
    const log = await CrashingLog.open(this.#logPath, process, (message) => this.warnings.push(message));
    const delivery = new AlertDelivery({
      sinks: [SINK],
      limits: DEFAULT_OUTBOX_LIMITS,
      drainMs: DRAIN_MS,
      open: async (_config, generation) => this.index.sink(process, generation),
      timer,
      random: () => 0.5,
      rejectedPath: undefined,
      isDurable: true,
      tell: () => {},
    });
    const session = runSession({
      hunts: input.hunts.map((hunt) => ({
        hunt,
        sources: new Map(hunt.plan.sources.map((uri) => [uri, input.source(uri)])),
      })),
      stateFolder: this.#options.folder,
      openStore: async () => new CrashingStore(await this.#openStore(), process),
      latenessMs: 60_000,
      hostAliases: new Map(),
      maxLineBytes: 1 << 20,
      snapshots: false,
      countRecords: false,
      rowsOf: () => true,
      cwd: this.#options.folder,
      stdin: emptyInput(),
      now,
      signal: stop.signal,
      timer,
      meter: meterOf(process),
      bytesRead: () => process.pass('ingest: input read'),
      observer: {
        place: () => process.pass('ingest: source opened'),
        rejects: () => {},
        snapshot: () => {},
        huntFailed: (hunt, error) => {
          if (!process.isDead) this.warnings.push(`${hunt}: ${String(error)}`);
        },
        batch: (source, batch) => {
          input.taken(source, batch);
          process.pass('ingest: batch told');
        },
        progress: () => {},
      },
      huntChanged: ({ hunt, outcome }) => this.warnings.push(`${hunt} is another one: ${outcome}`),
      sink: log.sink,
      delivery,
      saves: this.saved.options(process),
      ...input.session(process, known),
    });
    const ended = await settled(session, () => {
      // Whatever a dead process waits for, nobody waits for it.
      timer.pass(process.isDead ? DRAIN_MS : TURN_MS);
      if (input.turn() || process.isDead) stop.abort();
    });
    await log.close();
    input.died();
    this.saved.check();
    this.#now = Math.max(this.#now, timer.now()) + 1000;
    this.#expectPlanned(process, ended);
    const result = ended.status === 'fulfilled' && !process.isDead ? ended.value : undefined;
    const isWhole = result?.failures.length === 0;
    // What was told to fail and was not killed tries again.
    if (isWhole) this.warnings.push(...delivery.left.map(({ sink, alerts }) => `${sink}: ${alerts} alerts were left`));
    return { struck: process.isStruck, passed: process.passed, results: isWhole ? result.results : undefined };
  }

  /** Whatever else ends a life is a defect. */
  #expectPlanned(process: DoomedProcess, ended: PromiseSettledResult<SessionResult>): void {
    if (process.isStruck) return;
    if (ended.status === 'rejected') throw ended.reason;
    for (const { error } of ended.value.failures) throw error;
  }

  /** Lines of the alert log. */
  log(): string[] {
    const text = readFileSync(this.#logPath, 'utf8');
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  }

  /** How far every place was read, as the state has it. */
  async positions(): Promise<PlacePosition[]> {
    return this.#entries<PlacePosition>('p', 'position');
  }

  /** What was seen of every place and what not, as the state has it. */
  async coverage(): Promise<StoredCoverage[]> {
    return this.#entries<StoredCoverage>('c');
  }

  async #entries<T>(...prefix: Parameters<typeof stateKeyRange>): Promise<T[]> {
    const store = await this.#openStore();
    const { from, to } = stateKeyRange(...prefix);
    const entries: T[] = [];
    for await (const { value } of store.range(from, to)) entries.push(decodeState(value) as T);
    await store.close();
    return entries;
  }
}

/** Lets a session go on, turn by turn, until it has ended. */
async function settled<T>(session: Promise<T>, turn: () => void): Promise<PromiseSettledResult<T>> {
  const ends: PromiseSettledResult<T>[] = [];
  void Promise.allSettled([session]).then(([end]) => ends.push(end));
  for (;;) {
    const [end] = ends;
    if (end !== undefined) return end;
    await new Promise((resolve) => setImmediate(resolve));
    turn();
  }
}

function meterOf(process: DoomedProcess): RunMeter {
  return {
    now: () => 0,
    expect: () => {},
    opened: () => process.pass('ingest: state restored'),
    closed: () => {},
    turned: () => process.loops++,
    epoch: () => {
      process.hasUncommitted = true;
      process.pass('ingest: epoch done');
    },
    committed: () => {
      process.hasUncommitted = false;
      process.pass('ingest: committed');
    },
    loaded: (contents) => {
      if (contents > 0) process.pass('ingest: contents loaded');
    },
  };
}

// oxlint-disable-next-line require-yield
async function* emptyInput(): AsyncGenerator<Uint8Array> {
  // Standard input with nothing in it.
}
