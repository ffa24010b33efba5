import type { ByteSource, DecodeOptions } from '../../telemetry/decoder.ts';
import type { Demand } from '../../telemetry/demand.ts';
import { BATCH_CAPACITY } from '../../telemetry/record-batch.ts';
import type { StateStore } from '../../store/state-store.ts';
import { SourceError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { RunObserver } from '../run/run-observer.ts';
import type { ScopeHistory, ScopeLog } from '../run/scope-run-options.ts';
import { ScopeRun } from '../run/scope-run.ts';
import { ScopeState } from '../state/scope-state.ts';
import { huntIdentity } from '../upgrade/hunt-identity.ts';
import { FileRanges } from './file-ranges.ts';
import { HistoryRanges } from './history-ranges.ts';
import type { JournalPlace, JournalRead, JournalSetup, JournalStep } from './journal-step.ts';
import { MessageRanges } from './message-ranges.ts';
import { rangeGone, type RangeReader } from './range-reader.ts';
import { ScriptedInput } from './scripted-input.ts';

/** How what a source gave is reached once more. Absent: the source has nothing of the kind. */
export interface ReplaySource {
  /** Files that may be what was read; the most likely ones first. */
  readonly find?: (place: JournalPlace) => Promise<readonly ByteSource[]>;
  readonly openLog?: () => Promise<ScopeLog>;
  readonly openHistory?: () => Promise<ScopeHistory>;
}

export interface ReplayScopeOptions {
  /** The journal, from its beginning, each time it is asked for. */
  readonly steps: () => AsyncIterable<JournalStep>;
  /** Steps from this wall time on are left out, ms. */
  readonly toMs?: number;
  readonly hunts: readonly CompiledHunt[];
  readonly resolveSource: (uri: string) => string;
  /** By the name that the journal has of it. */
  readonly sources: ReadonlyMap<string, ReplaySource>;
  readonly demand: Demand;
  /** Seed of the text hashes, as the state has it. */
  readonly seed: number;
  /** An empty one: what was committed stands there between one opening and the next. */
  readonly store: StateStore;
  readonly observer: RunObserver;
  readonly emit: (alerts: readonly AlertDocument[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Runs the hunts of a scope again by its journal: the same ranges of the same sources, cut as they were, at the same readings
 * of the clock, opened again where it was opened again. Throws `SourceError` `range-gone`, `range-differs`.
 */
export async function replayScope(options: ReplayScopeOptions): Promise<void> {
  const { hunts, store, signal } = options;
  const firsts = await firstRanges(options.steps());
  const steps = until(options.steps(), options.toMs ?? Infinity)[Symbol.asyncIterator]();
  const first = await steps.next();
  let opening = first.done === true ? undefined : (first.value as Opening);
  while (opening !== undefined && !signal.aborted) {
    const { setup, clock, earlier = [] }: Opening = opening;
    const present = hunts.filter(({ id }) => setup.hunts.some((each) => each.id === id));
    const state = new ScopeState(store, 'replay', present.map(huntIdentity));
    await state.seedRevisions(earlier);
    opening = await replaySession({ ...options, hunts: present }, { setup, clock, state, steps, firsts });
  }
}

type Opening = JournalStep & { readonly kind: 'open' };

interface Session {
  readonly setup: JournalSetup;
  readonly clock: number;
  readonly state: ScopeState;
  readonly steps: AsyncIterator<JournalStep>;
  readonly firsts: ReadonlyMap<string, JournalRead>;
}

/** From one opening to the next, which it gives. */
async function replaySession(options: ReplayScopeOptions, session: Session): Promise<Opening | undefined> {
  const { setup, steps, state } = session;
  let nowMs = session.clock;
  const stopped = new AbortController();
  const decode = decodeOptions(options, setup);
  const readers = new Readers(options, decode, session.firsts);
  const input = new ScriptedInput({
    steps,
    decode,
    readerOf: (range) => readers.of(range),
    setClock: (ms) => (nowMs = ms),
    stop: () => stopped.abort(),
  });
  const run = await ScopeRun.open({
    hunts: options.hunts,
    sources: [],
    resolveSource: options.resolveSource,
    demand: options.demand,
    retentionMs: setup.retentionMs ?? Infinity,
    sourceRetentionMs: new Map(setup.sourceRetentionMs),
    typeRetentionMs: new Map(setup.typeRetentionMs),
    latenessMs: setup.latenessMs,
    hostAliases: decode.hostAliases,
    maxLineBytes: setup.maxLineBytes,
    seed: options.seed,
    snapshots: false,
    countRecords: setup.countRecords,
    observer: options.observer,
    state,
    emit: options.emit,
    sinkMark: () => null,
    wallClock: () => nowMs,
    clock: setup.clock,
    live: { timer: { now: () => nowMs, after: () => () => {} } },
    script: { input, backfilling: setup.backfilling },
  });
  try {
    await run.run(AbortSignal.any([options.signal, stopped.signal]));
    if (!options.signal.aborted) await input.drain();
  } finally {
    run.close();
    await readers.close();
  }
  return input.opening;
}

function decodeOptions({ demand, seed }: ReplayScopeOptions, setup: JournalSetup): Omit<DecodeOptions, 'from'> {
  return {
    demand,
    seed,
    batchSize: BATCH_CAPACITY,
    maxSpanMs: setup.smallestWindowMs ?? Infinity,
    maxLineBytes: setup.maxLineBytes,
    hostAliases: new Map(setup.hostAliases),
  };
}

/** One reader for each source and kind of place. */
class Readers {
  readonly #options: ReplayScopeOptions;
  readonly #decode: Omit<DecodeOptions, 'from'>;
  readonly #firsts: ReadonlyMap<string, JournalRead>;
  readonly #open = new Map<string, RangeReader>();

  constructor(
    options: ReplayScopeOptions,
    decode: Omit<DecodeOptions, 'from'>,
    firsts: ReadonlyMap<string, JournalRead>,
  ) {
    this.#options = options;
    this.#decode = decode;
    this.#firsts = firsts;
  }

  of(range: JournalRead): RangeReader {
    const { source, kind } = range.place;
    const key = `${kind}\n${source}`;
    let reader = this.#open.get(key);
    if (reader === undefined) this.#open.set(key, (reader = this.#start(range)));
    return reader;
  }

  async close(): Promise<void> {
    for (const reader of this.#open.values()) await reader.close();
  }

  #start(range: JournalRead): RangeReader {
    const { source, kind } = range.place;
    if (kind === 'stream') throw rangeGone(range, 'what came on standard input is kept nowhere');
    const { find, openLog, openHistory } = this.#options.sources.get(source) ?? {};
    const decode = this.#decode;
    if (kind === 'partition' && openLog !== undefined) {
      const firsts = new Map([...this.#firsts].filter(([, { place }]) => place.source === source));
      return new MessageRanges({ source, decode, open: openLog, firsts });
    }
    if (kind === 'history' && openHistory !== undefined)
      return new HistoryRanges({ source, decode, open: openHistory });
    if (find !== undefined && (kind === 'file' || kind === 'followed')) return new FileRanges({ decode, find });
    throw new SourceError('range-source', `${source} is not the source that the journal was written with`, {
      hint: 'Call it with the sources of the run, as its configuration or --source named them.',
    });
  }
}

/** Where each partition is first wanted. */
async function firstRanges(steps: AsyncIterable<JournalStep>): Promise<Map<string, JournalRead>> {
  const firsts = new Map<string, JournalRead>();
  for await (const step of steps) {
    if (step.kind !== 'epoch' || step.read.size === 0 || step.read.place.kind !== 'partition') continue;
    if (!firsts.has(step.read.key)) firsts.set(step.read.key, step.read);
  }
  return firsts;
}

async function* until(steps: AsyncIterable<JournalStep>, toMs: number): AsyncGenerator<JournalStep> {
  for await (const step of steps) {
    if (step.clock >= toMs) return;
    yield step;
  }
}
