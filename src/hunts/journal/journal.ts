import { parseStateKey } from '../../store/state-key-parser.ts';
import { stateKeyRange, stateKeys } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import { JournalGroupReader, JournalGroupWriter } from './journal-group.ts';
import type { JournalSetup, JournalStep } from './journal-step.ts';

export interface JournalLimits {
  /** What is older than this by the wall clock may go, ms. */
  readonly keepMs: number;
  readonly maxBytes: number;
}

/** Journals of scopes that keep everything are bounded by their bytes alone. */
export const MAX_JOURNAL_BYTES = 32 * 1024 * 1024;
/** Commits in a segment; what is dropped is dropped by segments. */
const GROUPS_A_SEGMENT = 1024;
/** Bytes of a segment. */
const SEGMENT_PARTS = 32;

interface Segment {
  readonly first: number;
  bytes: number;
  /** Of its last step. */
  clock: number;
}

/**
 * What a live scope did, commit by commit (decision 13): which ranges of its sources became epochs, in which order, and
 * what the clock said. It goes into the same atomic writes as what came of it, is bounded, and is written by segments, each of
 * which can be read alone. The numbers in its keys count up, so that the first one tells whether something was dropped.
 */
export class Journal {
  readonly #scope: string;
  readonly #limits: JournalLimits;
  /** Oldest first. */
  readonly #segments: Segment[];
  /** As of the last commit. */
  #setup: JournalSetup;
  #next: number;
  #writer: JournalGroupWriter | undefined;
  #groups = 0;
  #steps: JournalStep[] = [];

  private constructor(scope: string, setup: JournalSetup, limits: JournalLimits, segments: Segment[], next: number) {
    this.#scope = scope;
    this.#setup = setup;
    this.#limits = limits;
    this.#segments = segments;
    this.#next = next;
  }

  /** Goes on with the journal that the store has of the scope; the opening is its first step. */
  static async open(
    store: StateStore,
    scope: string,
    opening: JournalStep & { readonly kind: 'open' },
    limits: JournalLimits,
  ): Promise<Journal> {
    const segments: Segment[] = [];
    const reader = new JournalGroupReader();
    let next = 0;
    for await (const { key, value } of store.range(...boundsOf(scope))) {
      const sequence = sequenceOf(key);
      const { setup, steps } = reader.read(value);
      const clock = steps.at(-1)?.clock ?? 0;
      const last = segments.at(-1);
      if (setup !== undefined || last === undefined) segments.push({ first: sequence, bytes: value.length, clock });
      else {
        last.bytes += value.length;
        last.clock = clock;
      }
      next = sequence + 1;
    }
    const journal = new Journal(scope, opening.setup, limits, segments, next);
    journal.add(opening);
    return journal;
  }

  add(step: JournalStep): void {
    this.#steps.push(step);
  }

  /** What goes into the next commit. After one that failed nothing more may be committed. */
  takeWrites(): StateWrite[] {
    const steps = this.#steps;
    if (steps.length === 0) return [];
    this.#steps = [];
    const clock = (steps.at(-1) as JournalStep).clock;
    let segment = this.#segments.at(-1);
    const isFull =
      this.#groups >= GROUPS_A_SEGMENT || (segment?.bytes ?? 0) >= Math.ceil(this.#limits.maxBytes / SEGMENT_PARTS);
    if (this.#writer === undefined || segment === undefined || isFull) {
      this.#writer = new JournalGroupWriter(this.#setup);
      this.#groups = 0;
      segment = { first: this.#next, bytes: 0, clock };
      this.#segments.push(segment);
    }
    const value = this.#writer.write(steps);
    if (steps.some(({ kind }) => kind === 'live')) this.#setup = { ...this.#setup, backfilling: false };
    this.#groups++;
    segment.bytes += value.length;
    segment.clock = clock;
    const key = stateKeys.journal(this.#scope, this.#next++);
    return [{ kind: 'put', key, value }, ...this.#dropOld(clock)];
  }

  /** Whole segments, oldest first; never the last. */
  #dropOld(clock: number): StateWrite[] {
    const { keepMs, maxBytes } = this.#limits;
    const before = this.#segments.length;
    let bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    while (this.#segments.length > 1) {
      const oldest = this.#segments[0] as Segment;
      if (oldest.clock >= clock - keepMs && bytes <= maxBytes) break;
      bytes -= oldest.bytes;
      this.#segments.shift();
    }
    if (this.#segments.length === before) return [];
    const { first } = this.#segments[0] as Segment;
    return [{ kind: 'delete-range', from: boundsOf(this.#scope)[0], to: stateKeys.journal(this.#scope, first) }];
  }
}

/** Everything of the journal of a scope. */
export function boundsOf(scope: string): [from: Uint8Array, to: Uint8Array] {
  const { from, to } = stateKeyRange('p', 'journal', scope);
  return [from, to];
}

export function sequenceOf(key: Uint8Array): number {
  return parseStateKey(key).parts[2] as number;
}
