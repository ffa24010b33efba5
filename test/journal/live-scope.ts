import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadHunt } from '../../src/cli/load-hunts.ts';
import { openScopeSources, type SourceOpening } from '../../src/cli/sources/open-scope-sources.ts';
import { replaySource } from '../../src/cli/replay/replay-sources.ts';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { replayedLine } from '../../src/hunts/journal/replayed-line.ts';
import type { CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { demandOf } from '../../src/hunts/demand-of.ts';
import { journalExtent, readJournal } from '../../src/hunts/journal/read-journal.ts';
import { replayScope } from '../../src/hunts/journal/replay-scope.ts';
import type { RunObserver } from '../../src/hunts/run/run-observer.ts';
import { ScopeRun } from '../../src/hunts/run/scope-run.ts';
import { ScopeState } from '../../src/hunts/state/scope-state.ts';
import { huntIdentity } from '../../src/hunts/upgrade/hunt-identity.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import type { StateStore } from '../../src/store/state-store.ts';
import type { ManualTimer } from '../support/manual-timer.ts';

/** Alerts that open, are revised, retracted and suppressed, and windows that close. */
const HUNT = `hunt: journaled
title: Shells
severity: low
huntflow: |
  p = GET process FROM logs WHERE pid > 0
  sh = GET process FROM p WHERE name = 'sh'
  fresh = GET process FROM logs WHERE name = 'sh' LAST 5 SECONDS
  n = GROUP fresh BY name WITH COUNT(pid) AS shells
  many = n WHERE shells > 2
alerts:
  - on: sh
    title: 'shell {pid} {name} {command_line}'
    settle: 2s
  - on: fresh
    title: 'fresh {pid}'
  - on: many
    title: 'many {shells}'
  - on: p
    title: 'some {name}'
    suppress: { by: [host.id], for: 10s }
`;

const SILENT: RunObserver = {
  place: () => {},
  rejects: () => {},
  snapshot: () => {},
  huntFailed: (_hunt, error) => {
    throw error;
  },
  progress: () => {},
};

export async function huntsIn(folder: string): Promise<CompiledHunt[]> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'shells.hunt.yaml');
  writeFileSync(path, HUNT);
  const { hunt, diagnostics } = await loadHunt(path, { cwd: folder, env: {} });
  if (hunt === undefined) throw new Error(JSON.stringify(diagnostics));
  return [hunt];
}

export interface LiveScopeOptions {
  readonly hunts: readonly CompiledHunt[];
  readonly sources: readonly ResolvedSource[];
  readonly session: SourceOpening;
  readonly timer: ManualTimer;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A live scope over a state in memory, which may be stopped, killed and started again; and the replay of its journal. */
export class LiveScope {
  /** Lines of the alert log. */
  readonly lines: string[] = [];
  readonly #options: LiveScopeOptions;
  readonly #store = new MemoryStateStore();
  #stop: AbortController | undefined;
  #running: Promise<void> | undefined;
  #dead = { is: false };
  readonly #failures: unknown[] = [];

  constructor(options: LiveScopeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { hunts, timer, sources, session } = this.#options;
    const stop = (this.#stop = new AbortController());
    const dead = (this.#dead = { is: false });
    const state = new ScopeState(mortal(this.#store, dead), 'c1', hunts.map(huntIdentity));
    const run = await ScopeRun.open({
      ...this.#common(),
      sources: await openScopeSources(sources, { session, group: 'live', timer, signal: stop.signal }),
      state,
      emit: async (alerts) => {
        if (!dead.is) this.lines.push(...alerts.map(replayedLine));
      },
      wallClock: () => timer.now(),
      live: { timer },
    });
    this.#running = run
      .run(stop.signal)
      .catch((error: unknown) => {
        if (!dead.is) this.#failures.push(error);
      })
      .finally(() => run.close());
  }

  /** What is under way goes on. */
  async go(turns: number): Promise<void> {
    for (let i = 0; i < turns; i++) await turn();
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#running = undefined;
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** What was not committed is lost. */
  async kill(): Promise<void> {
    this.#dead.is = true;
    await this.stop();
  }

  /** Alert lines of a replay. */
  async replay(hunts = this.#options.hunts): Promise<string[]> {
    const { sources, session, timer } = this.#options;
    const steps = (): ReturnType<typeof readJournal> => readJournal(this.#store, 'c1');
    const extent = await journalExtent(steps());
    if (extent === undefined) return [];
    const lines: string[] = [];
    const { signal } = new AbortController();
    const opening = { session, timer, signal, startedMs: extent.fromMs };
    await replayScope({
      ...this.#common(),
      hunts,
      steps,
      sources: new Map(sources.map((source) => [source.id, replaySource(source, opening)])),
      store: new MemoryStateStore(),
      emit: async (alerts: readonly AlertDocument[]) => void lines.push(...alerts.map(replayedLine)),
      signal,
    });
    return lines;
  }

  /** Records of each epoch that has been committed. */
  async batchSizes(): Promise<number[]> {
    const sizes: number[] = [];
    for await (const step of readJournal(this.#store, 'c1')) if (step.kind === 'epoch') sizes.push(step.read.size);
    return sizes;
  }

  async recordsRead(): Promise<number> {
    return (await this.batchSizes()).reduce((sum, size) => sum + size, 0);
  }

  #common() {
    const { hunts, sources } = this.#options;
    const options = { hostAliases: new Map<string, string>(), snapshots: false, countRecords: false };
    return {
      ...options,
      hunts,
      resolveSource: (): string => (sources[0] as ResolvedSource).id,
      demand: demandOf(hunts, { ...options, rowsOf: () => false }),
      retentionMs: 86_400_000,
      latenessMs: 1000,
      maxLineBytes: 1 << 20,
      seed: 7,
      observer: SILENT,
      sinkMark: (): null => null,
      clock: 'wall' as const,
    };
  }
}

/** A store whose process may die: then it writes nothing more. */
function mortal(store: StateStore, dead: { readonly is: boolean }): StateStore {
  return {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    range: (from, to) => store.range(from, to),
    write: async (batch) => {
      if (dead.is) throw new Error('the process is dead');
      await store.write(batch);
    },
    close: async () => {},
  };
}
