import { blankBatch } from '../../telemetry/messages/blank-batch.ts';
import type { DecodeOptions } from '../../telemetry/decoder.ts';
import type { SourcedBatch } from '../input/batch-merge.ts';
import type { LiveInput, OrderedInput, ScopeInput } from '../input/scope-input.ts';
import type { PlacePosition } from '../input/source-reader.ts';
import type { JournalRead, JournalStep } from './journal-step.ts';
import type { RangeReader } from './range-reader.ts';

export interface ScriptedInputOptions {
  /** Steps from behind an opening on. */
  readonly steps: AsyncIterator<JournalStep>;
  readonly readerOf: (range: JournalRead) => RangeReader;
  readonly decode: Omit<DecodeOptions, 'from'>;
  /** The wall clock reads this from now on, ms. */
  readonly setClock: (ms: number) => void;
  /** The scope was opened again, or the journal is at its end: what runs has to stop without an end of its input. */
  readonly stop: () => void;
}

/** What a scope reads by its journal, from one opening to the next: the same batches, in the same order, at the same time. */
export class ScriptedInput implements ScopeInput, LiveInput {
  readonly supplies = [];
  readonly history: OrderedInput = { next: () => this.#nextOfHistory() };
  readonly ordered: OrderedInput = { next: () => Promise.resolve(undefined) };
  readonly live: LiveInput = this;
  readonly #options: ScriptedInputOptions;
  #ahead: JournalStep | undefined;
  #ended = false;
  #stopped = false;
  /** The opening that ended this; absent: the journal has come to its end. */
  #opening: (JournalStep & { readonly kind: 'open' }) | undefined;

  constructor(options: ScriptedInputOptions) {
    this.#options = options;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get opening(): (JournalStep & { readonly kind: 'open' }) | undefined {
    return this.#opening;
  }

  async take(): Promise<SourcedBatch | undefined> {
    const step = await this.#look();
    if (step?.kind === 'epoch') {
      this.#ahead = undefined;
      return this.#read(step);
    }
    if (step?.kind === 'end') {
      this.#ahead = undefined;
      this.#options.setClock(step.clock);
      this.#ended = true;
    }
    return undefined;
  }

  /** Time passes: to the tick that comes next. */
  async wait(): Promise<void> {
    const step = await this.#look();
    if (step === undefined || step.kind === 'epoch' || step.kind === 'end') return;
    this.#ahead = undefined;
    this.#options.setClock(step.clock);
  }

  /** To the last step that is known, for what comes behind an end. */
  async drain(): Promise<void> {
    while (!this.#stopped && (await this.#look()) !== undefined) this.#ahead = undefined;
  }

  async #nextOfHistory(): Promise<SourcedBatch | undefined> {
    const step = await this.#look();
    if (step === undefined) return undefined;
    this.#ahead = undefined;
    if (step.kind === 'epoch') return this.#read(step);
    this.#options.setClock(step.clock);
    return undefined;
  }

  async #look(): Promise<JournalStep | undefined> {
    if (this.#ahead !== undefined || this.#stopped) return this.#ahead;
    const { value, done } = await this.#options.steps.next();
    if (done === true || (value as JournalStep).kind === 'open') {
      this.#stopped = true;
      if (done !== true) this.#opening = value as JournalStep & { readonly kind: 'open' };
      this.#options.stop();
      return undefined;
    }
    return (this.#ahead = value as JournalStep);
  }

  async #read({ clock, read }: JournalStep & { readonly kind: 'epoch' }): Promise<SourcedBatch> {
    const { source } = read.place;
    const batch =
      read.size === 0
        ? blankBatch(source, read.place.place, this.#options.decode)
        : await this.#options.readerOf(read).read(read);
    this.#options.setClock(clock);
    return { source, batch, position: positionOf(read) };
  }
}

function positionOf({ place, key, to }: JournalRead): PlacePosition {
  // Nobody goes on from it; it only has to be told from others.
  return { place: key, position: { offset: to.offset, records: to.records }, ...place.head };
}
