import type { Support } from './support.ts';

const NONE: readonly Support[] = [];

/** Supports by subject and key. Most subjects have one, which is then kept without a table of its own. */
export class SupportTable {
  readonly #bySubject = new Map<number, Support | Map<string, Support>>();

  find(subject: number, key: string): Support | undefined {
    const known = this.#bySubject.get(subject);
    if (known instanceof Map) return known.get(key);
    return known?.key === key ? known : undefined;
  }

  /** Subjects that have any. */
  get size(): number {
    return this.#bySubject.size;
  }

  has(subject: number): boolean {
    return this.#bySubject.has(subject);
  }

  /** Supports of a subject, in no particular order; the table must not change meanwhile. */
  of(subject: number): Iterable<Support> {
    const known = this.#bySubject.get(subject);
    if (known === undefined) return NONE;
    return known instanceof Map ? known.values() : [known];
  }

  /** Every support; the one given last may be deleted meanwhile. */
  *[Symbol.iterator](): Generator<Support> {
    for (const known of this.#bySubject.values()) {
      if (known instanceof Map) yield* known.values();
      else yield known;
    }
  }

  /** There is none of its subject and key yet. */
  add(support: Support): void {
    const { subject, key } = support;
    const known = this.#bySubject.get(subject);
    if (known === undefined) this.#bySubject.set(subject, support);
    else if (known instanceof Map) known.set(key, support);
    else {
      const table = new Map([[known.key, known]]);
      this.#bySubject.set(subject, table.set(key, support));
    }
  }

  /** The support must be in the table. */
  delete({ subject, key }: Support): void {
    const known = this.#bySubject.get(subject);
    if (known instanceof Map) {
      known.delete(key);
      if (known.size > 0) return;
    }
    this.#bySubject.delete(subject);
  }
}
