import { earliestMs } from './earliest-time.ts';
import type { BatchSupply, PlacePosition, ReadBatch } from './source-reader.ts';

/** Places that are open at once; of more that overlap, those that begin later wait until one has ended. */
const MOST_OPEN = 128;
/** So few places are all open from the beginning: what they read ahead fits into the budget of a scope. */
const FEW_PLACES = 8;

interface OpenPlace {
  readonly reader: BatchSupply;
  readonly waiting: ReadBatch;
  readonly leastMs: number;
}

/**
 * One source whose places (files) overlap in time, batch by batch by earliest event time, then by the order of the places.
 * So a clock that goes by the records does not run to the end of one file before the next is read. Where there are many, each
 * is opened twice: for when it begins, and when its turn comes; the next one is opened while those before it are worked on.
 */
export class PlacesByTime implements BatchSupply {
  readonly name: string;
  readonly #survey: readonly (() => BatchSupply)[];
  readonly #open: readonly (() => BatchSupply)[];
  /** Places that have not been opened, the one that begins first at the end. */
  #closed: { readonly place: number; readonly beginsMs: number }[] | undefined;
  /** Places that have been opened before their turn. */
  readonly #prepared = new Map<number, BatchSupply>();
  readonly #reading = new Map<number, OpenPlace>();
  #given: number | undefined;

  /** Readers of one place each: `survey` tells nobody what it finds, `open` does. */
  constructor(name: string, survey: readonly (() => BatchSupply)[], open: readonly (() => BatchSupply)[]) {
    this.name = name;
    this.#survey = survey;
    this.#open = open;
  }

  async next(): Promise<ReadBatch | undefined> {
    this.#closed ??= this.#open.length > FEW_PLACES ? await this.#beginnings() : await this.#openAll();
    if (this.#given !== undefined) {
      const { reader } = this.#reading.get(this.#given) as OpenPlace;
      this.#reading.delete(this.#given);
      await this.#read(this.#given, reader);
      this.#given = undefined;
    }
    for (;;) {
      const first = this.#first();
      const closed = this.#closed.at(-1);
      const isDue = closed !== undefined && (first === undefined || closed.beginsMs <= first.leastMs);
      if (closed !== undefined && isDue && this.#reading.size < MOST_OPEN) {
        this.#closed.pop();
        await this.#read(closed.place, this.#prepare(closed.place));
      } else if (first === undefined) {
        return undefined;
      } else {
        if (closed !== undefined && this.#reading.size < MOST_OPEN) {
          this.#prepare(closed.place).prepare?.();
        }
        this.#given = first.place;
        return (this.#reading.get(first.place) as OpenPlace).waiting;
      }
    }
  }

  committed(positions: readonly PlacePosition[]): void {
    for (const { reader } of this.#reading.values()) reader.committed?.(positions);
  }

  async close(): Promise<void> {
    for (const { reader } of this.#reading.values()) await reader.close();
    for (const reader of this.#prepared.values()) await reader.close();
    this.#prepared.clear();
    this.#reading.clear();
    this.#closed = [];
    this.#given = undefined;
  }

  #prepare(place: number): BatchSupply {
    const reader = this.#prepared.get(place) ?? (this.#open[place] as () => BatchSupply)();
    this.#prepared.set(place, reader);
    return reader;
  }

  async #read(place: number, reader: BatchSupply): Promise<void> {
    const waiting = await reader.next();
    this.#prepared.delete(place);
    if (waiting === undefined) await reader.close();
    else this.#reading.set(place, { reader, waiting, leastMs: earliestMs(waiting.batch) });
  }

  #first(): { readonly place: number; readonly leastMs: number } | undefined {
    let first: { place: number; leastMs: number } | undefined;
    for (const [place, { leastMs: ms }] of this.#reading) {
      if (first === undefined || ms < first.leastMs || (ms === first.leastMs && place < first.place)) {
        first = { place, leastMs: ms };
      }
    }
    return first;
  }

  /** All of them are read at the same time, as far as their first batch. */
  async #openAll(): Promise<[]> {
    const places = [...this.#open.keys()];
    for (const place of places) this.#prepare(place).prepare?.();
    for (const place of places) await this.#read(place, this.#prepare(place));
    return [];
  }

  async #beginnings(): Promise<{ place: number; beginsMs: number }[]> {
    const beginnings: { place: number; beginsMs: number }[] = [];
    for (const [place, open] of this.#survey.entries()) {
      const reader = open();
      try {
        const read = await reader.next();
        beginnings.push({ place, beginsMs: read === undefined ? -Infinity : earliestMs(read.batch) });
      } finally {
        await reader.close();
      }
    }
    return beginnings.sort((a, b) => compare(b.beginsMs, a.beginsMs) || b.place - a.place);
  }
}

/** Both may be infinite, where a difference is no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
