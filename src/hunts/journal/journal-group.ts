import { decodeState, encodeState } from '../../store/state-codec.ts';
import type { HuntRevisions, JournalMark, JournalPlace, JournalSetup, JournalStep } from './journal-step.ts';

/** Numbers of the kinds of steps, as they are stored. */
const OPEN = 0;
const EPOCH = 1;
const TICK = 2;
const LIVE = 3;
const END = 4;
/** A place that is new in the segment, or named otherwise from here on: number, key, place. */
const PLACE = 5;

type StoredMark = readonly [offset: number, records: number, ...rest: unknown[]];
/** Steps are arrays, as there are many: kind, clock, and what the kind has. */
type StoredStep = readonly [kind: number, clock: number, ...rest: unknown[]];

interface StoredGroup {
  /** A segment begins: places are numbered anew, and nothing before it is needed to read it. */
  readonly begins?: true;
  readonly setup?: JournalSetup;
  readonly steps: readonly StoredStep[];
}

/** Writes the groups of steps of one segment, one per commit: what a segment has said is not said again. */
export class JournalGroupWriter {
  readonly #numbers = new Map<string, number>();
  readonly #told = new Map<number, string>();
  /** Where each place stood after its last step. */
  readonly #marks = new Map<number, string>();
  readonly #setup: JournalSetup;
  #begun = false;

  /** `setup`: as of the beginning of the segment. */
  constructor(setup: JournalSetup) {
    this.#setup = setup;
  }

  write(steps: readonly JournalStep[]): Uint8Array {
    const group: StoredGroup = {
      ...(this.#begun ? {} : { begins: true as const, setup: this.#setup }),
      steps: steps.flatMap((step) => this.#step(step)),
    };
    this.#begun = true;
    return encodeState(group);
  }

  #step(step: JournalStep): StoredStep[] {
    const { kind, clock } = step;
    if (kind === 'open') return [[OPEN, clock, step.setup, ...(step.earlier === undefined ? [] : [step.earlier])]];
    if (kind === 'tick') return [[TICK, clock]];
    if (kind === 'live') return [[LIVE, clock]];
    if (kind === 'end') return [[END, clock]];
    const stored: StoredStep[] = [];
    const { key, place, from, to, size } = step.read;
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = this.#numbers.size));
    const told = JSON.stringify(place);
    if (this.#told.get(number) !== told) {
      this.#told.set(number, told);
      stored.push([PLACE, clock, number, key, place]);
    }
    const begins = JSON.stringify(storeMark(from));
    const follows = this.#marks.get(number) === begins;
    const end = storeMark(to);
    this.#marks.set(number, JSON.stringify(end));
    stored.push([EPOCH, clock, step.number, number, size, end, ...(follows ? [] : [storeMark(from)])]);
    return stored;
  }
}

/** Reads groups in their order, from the beginning of a segment on. */
export class JournalGroupReader {
  readonly #places = new Map<number, { readonly key: string; readonly place: JournalPlace }>();
  readonly #marks = new Map<number, JournalMark>();

  /** `setup`: of the scope where a segment begins. */
  read(bytes: Uint8Array): { readonly setup: JournalSetup | undefined; readonly steps: readonly JournalStep[] } {
    const { begins, setup, steps } = decodeState(bytes) as StoredGroup;
    if (begins === true) {
      this.#places.clear();
      this.#marks.clear();
    }
    return { setup, steps: steps.flatMap((step) => this.#step(step) ?? []) };
  }

  #step([kind, clock, ...rest]: StoredStep): JournalStep | undefined {
    if (kind === OPEN) {
      const [opened, earlier] = rest as [JournalSetup, (readonly HuntRevisions[])?];
      return { kind: 'open', clock, setup: opened, ...(earlier === undefined ? {} : { earlier }) };
    }
    if (kind === TICK) return { kind: 'tick', clock };
    if (kind === LIVE) return { kind: 'live', clock };
    if (kind === END) return { kind: 'end', clock };
    if (kind === PLACE) {
      const [at, key, place] = rest as [number, string, JournalPlace];
      this.#places.set(at, { key, place });
      return undefined;
    }
    const [number, at, size, end, begin] = rest as [number, number, number, StoredMark, StoredMark | undefined];
    const { key, place } = this.#places.get(at) as { key: string; place: JournalPlace };
    const to = loadMark(end);
    const from = begin === undefined ? (this.#marks.get(at) as JournalMark) : loadMark(begin);
    this.#marks.set(at, to);
    return { kind: 'epoch', clock, number, read: { key, place, from, to, size } };
  }
}

function storeMark({ offset, records, within = 0, replayFrom, cursor }: JournalMark): StoredMark {
  if (cursor !== undefined) return [offset, records, within, replayFrom ?? null, cursor];
  if (replayFrom !== undefined) return [offset, records, within, replayFrom];
  return within === 0 ? [offset, records] : [offset, records, within];
}

function loadMark([offset, records, within, replayFrom, cursor]: StoredMark): JournalMark {
  return {
    offset,
    records,
    ...(within === undefined || within === 0 ? {} : { within: within as number }),
    ...(replayFrom === undefined || replayFrom === null ? {} : { replayFrom: replayFrom as number }),
    ...(cursor === undefined ? {} : { cursor: cursor as NonNullable<JournalMark['cursor']> }),
  };
}
