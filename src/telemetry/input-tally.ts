import type { RecordBatch } from './record-batch.ts';

/** Kinds of ignored input that are told apart. */
const MOST_KINDS = 64;
const OTHERS = 'others';

/** Counts of what a place or a source held: what could be used of it, and what not. */
export class InputTally {
  records = 0;
  ignored = 0;
  undecodable = 0;
  readonly #ignoredAs = new Map<string, number>();

  add(batch: RecordBatch): void {
    this.records += batch.size;
    this.ignored += batch.ignored;
    this.undecodable += batch.undecodable;
    for (const [what, count] of batch.ignoredAs ?? []) {
      const as = this.#ignoredAs.has(what) || this.#ignoredAs.size < MOST_KINDS ? what : OTHERS;
      this.#ignoredAs.set(as, (this.#ignoredAs.get(as) ?? 0) + count);
    }
  }

  /** Inputs of every sort. */
  get inputs(): number {
    return this.records + this.ignored + this.undecodable;
  }

  /** The share that could be used, 0 to 1; of nothing, all. */
  get usableShare(): number {
    return this.inputs === 0 ? 1 : this.records / this.inputs;
  }

  /** What the ignored inputs were, the most frequent first; those that no decoder named are `others`. */
  get ignoredKinds(): readonly { readonly what: string; readonly count: number }[] {
    const named = [...this.#ignoredAs].map(([what, count]) => ({ what, count }));
    const rest = this.ignored - named.reduce((sum, { count }) => sum + count, 0);
    const others = named.find(({ what }) => what === OTHERS);
    if (others !== undefined) others.count += rest;
    else if (rest > 0) named.push({ what: OTHERS, count: rest });
    return named.sort((a, b) => b.count - a.count);
  }
}
