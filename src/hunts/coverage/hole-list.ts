import { endOf, type CoverageCause, type CoverageHole } from './coverage-hole.ts';

/** Holes of one cause that lie no further apart are one, ms. */
export const NEAR_MS = 60_000;
/** So many holes of one cause are told apart. */
export const MOST_HOLES = 32;

export type StoredHole = readonly [
  from: number,
  to: number,
  isOpen: boolean,
  count: number,
  isUncounted: boolean,
  offsets: readonly [number, number] | null,
  parts: number,
];

/** The holes of one cause, in the order of their beginnings, bounded in number; and what they come to. */
export class HoleList {
  readonly #cause: CoverageCause;
  readonly #most: number;
  #holes: CoverageHole[] = [];
  /** How many were noted, those that are one by now included. */
  #noted = 0;

  constructor(cause: CoverageCause, most = MOST_HOLES) {
    this.#cause = cause;
    this.#most = most;
  }

  get holes(): readonly CoverageHole[] {
    return this.#holes;
  }

  /** How many separate holes there have been. Grows only. */
  get noted(): number {
    return this.#noted;
  }

  /** Inputs that are missing in all of them, as far as that is known. */
  get count(): number {
    return this.#holes.reduce((sum, { count }) => sum + count, 0);
  }

  add(hole: Omit<CoverageHole, 'cause' | 'parts'>): void {
    let merged: CoverageHole = { ...hole, cause: this.#cause, parts: 1 };
    const others: CoverageHole[] = [];
    for (const other of this.#holes) {
      if (areNear(other, merged)) merged = union(other, merged, Math.max(other.parts, merged.parts));
      else others.push(other);
    }
    if (others.length === this.#holes.length) this.#noted++;
    const at = others.findIndex(({ fromMs }) => fromMs > merged.fromMs);
    others.splice(at < 0 ? others.length : at, 0, merged);
    this.#holes = others;
    if (this.#holes.length > this.#most) this.#joinNearest();
  }

  /** Something came behind the holes that are open. True where there was one. */
  close(ms: number): boolean {
    if (!this.#holes.some(({ isOpen }) => isOpen)) return false;
    this.#holes = this.#holes.map((hole) =>
      // Where nothing is known of it but that it came before this record, it ends there.
      hole.isOpen ? { ...hole, isOpen: false, toMs: Math.max(hole.toMs, ms) } : hole,
    );
    return true;
  }

  store(): { readonly noted: number; readonly holes: readonly StoredHole[] } {
    return {
      noted: this.#noted,
      holes: this.#holes.map(({ fromMs, toMs, isOpen, count, isUncounted, offsets, parts }) => [
        fromMs,
        toMs,
        isOpen,
        count,
        isUncounted,
        offsets ?? null,
        parts,
      ]),
    };
  }

  restore({ noted, holes }: { readonly noted: number; readonly holes: readonly StoredHole[] }): void {
    this.#noted = noted;
    this.#holes = holes.map(([fromMs, toMs, isOpen, count, isUncounted, offsets, parts]) => ({
      cause: this.#cause,
      fromMs,
      toMs,
      isOpen,
      count,
      isUncounted,
      offsets: offsets ?? undefined,
      parts,
    }));
  }

  /** No room: the two that lie nearest to each other become one that says so. */
  #joinNearest(): void {
    let nearest = 1;
    let least = Infinity;
    for (let i = 1; i < this.#holes.length; i++) {
      const distance = (this.#holes[i] as CoverageHole).fromMs - endOf(this.#holes[i - 1] as CoverageHole);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    const [one, other] = this.#holes.slice(nearest - 1, nearest + 1) as [CoverageHole, CoverageHole];
    this.#holes.splice(nearest - 1, 2, union(one, other, one.parts + other.parts));
  }
}

function areNear(a: CoverageHole, b: CoverageHole): boolean {
  return a.fromMs - NEAR_MS <= endOf(b) && b.fromMs - NEAR_MS <= endOf(a);
}

function union(a: CoverageHole, b: CoverageHole, parts: number): CoverageHole {
  const { offsets: one } = a;
  const { offsets: other } = b;
  const offsets: readonly [number, number] | undefined =
    one === undefined || other === undefined
      ? (one ?? other)
      : [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
  return {
    cause: a.cause,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    isOpen: a.isOpen || b.isOpen,
    count: a.count + b.count,
    isUncounted: a.isUncounted || b.isUncounted,
    offsets,
    parts,
  };
}
