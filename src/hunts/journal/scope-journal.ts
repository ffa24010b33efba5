import type { SourcedBatch } from '../input/batch-merge.ts';
import type { ScopeRunOptions, ScopeSource } from '../run/scope-run-options.ts';
import { positionKey, type PlacePosition } from '../input/source-reader.ts';
import { MAX_JOURNAL_BYTES, type Journal, type JournalLimits } from './journal.ts';
import type { JournalMark, JournalPlace, JournalSetup, JournalStep } from './journal-step.ts';

/** Where everything is kept, the journal is kept for a day. */
const DEFAULT_KEEP_MS = 86_400_000;

/** How a scope stands when it is opened. */
export interface ScopeOpening {
  /** Of LAST and retentions. */
  readonly smallestWindowMs: number;
  readonly backfilling: boolean;
  readonly resumed: boolean;
}

function journalSetup(options: ScopeRunOptions, opening: ScopeOpening): JournalSetup {
  const { sourceRetentionMs = new Map(), typeRetentionMs = new Map() } = options;
  const { sources, hunts, clock = 'event', retentionMs, latenessMs, maxLineBytes, hostAliases, countRecords } = options;
  const { smallestWindowMs, backfilling, resumed } = opening;
  return {
    sources: sources.map(({ name }) => name),
    hunts: hunts.map(({ id, fingerprint }) => ({ id, fingerprint })),
    clock,
    retentionMs: retentionMs === Infinity ? null : retentionMs,
    sourceRetentionMs: [...sourceRetentionMs],
    typeRetentionMs: [...typeRetentionMs],
    latenessMs,
    smallestWindowMs: smallestWindowMs === Infinity ? null : smallestWindowMs,
    maxLineBytes,
    hostAliases: [...hostAliases],
    countRecords,
    backfilling,
    resumed,
  };
}

function journalLimits(retentionMs: number): JournalLimits {
  return { keepMs: retentionMs === Infinity ? DEFAULT_KEEP_MS : retentionMs, maxBytes: MAX_JOURNAL_BYTES };
}

/** The journal of a scope that runs; nothing is written where there is none: without a state, and where input has an end. */
export class ScopeJournal {
  static readonly none = new ScopeJournal(undefined, []);
  readonly #journal: Journal | undefined;
  readonly #sources: readonly ScopeSource[];

  private constructor(journal: Journal | undefined, sources: readonly ScopeSource[]) {
    this.#journal = journal;
    this.#sources = sources;
  }

  /** Input that has an end is read the same way again without a journal. `clock`: wall time, ms. */
  static async open(options: ScopeRunOptions, clock: number, opening: ScopeOpening): Promise<ScopeJournal> {
    const { state, live, script, retentionMs, sources } = options;
    if (state === undefined || live === undefined || script !== undefined) return ScopeJournal.none;
    const earlier = opening.resumed ? [] : await state.earlierRevisions();
    const setup = journalSetup(options, opening);
    const step = { kind: 'open', clock, setup, ...(earlier.length === 0 ? {} : { earlier }) } as const;
    return new ScopeJournal(await state.openJournal(step, journalLimits(retentionMs)), sources);
  }

  /** A batch has been processed. `before`: where its place stood; absent: it was not known. */
  epoch(clock: number, number: number, read: SourcedBatch, before: PlacePosition | undefined): void {
    if (this.#journal === undefined) return;
    const { source, position, batch } = read;
    const to = markOf(position);
    this.#journal.add({
      kind: 'epoch',
      clock,
      number,
      read: {
        place: { ...placeOf(position, source, this.#isStream(source)), ...nameThen(read) },
        key: positionKey(position),
        // Without records nothing has to be read again.
        from: before === undefined ? { offset: 0, records: 0 } : markOf(before),
        to,
        size: batch.size,
      },
    });
  }

  add(step: JournalStep & { readonly kind: 'tick' | 'live' | 'end' }): void {
    this.#journal?.add(step);
  }

  #isStream(source: string): boolean {
    return this.#sources.some(({ name, places }) => name === source && places.some(({ place }) => place === '-'));
  }
}

function markOf({ position, partition, history }: PlacePosition): JournalMark {
  const { within = 0, replayFrom } = partition ?? {};
  return {
    offset: position.offset,
    records: position.records,
    ...(within === 0 ? {} : { within }),
    ...(replayFrom === undefined ? {} : { replayFrom }),
    ...(history?.cursor === undefined ? {} : { cursor: history.cursor }),
  };
}

/** A rotated file that is open still goes by the name that it was opened by: alerts name their records by that. */
function nameThen({ batch, position }: SourcedBatch): Partial<Pick<JournalPlace, 'place'>> {
  return position.file === undefined || batch.size === 0 ? {} : { place: batch.locator(0).place };
}

function placeOf(
  { place, head, headLength, file, partition, history }: PlacePosition,
  source: string,
  isStream: boolean,
): JournalPlace {
  const base = { source, place, head: { head, headLength } };
  if (partition !== undefined) {
    const { topic, partition: number, cluster } = partition;
    return { ...base, kind: 'partition', partition: { topic, partition: number, cluster } };
  }
  if (history !== undefined) return { ...base, kind: 'history' };
  if (isStream) return { ...base, kind: 'stream' };
  if (file !== undefined) return { ...base, kind: 'followed', identity: file.identity };
  return { ...base, kind: 'file' };
}
