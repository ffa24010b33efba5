import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../store/state-codec.ts';
import { endOf, type CoverageHole } from './coverage-hole.ts';
import { HoleList, NEAR_MS } from './hole-list.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';

type Noted = Omit<CoverageHole, 'cause' | 'parts'>;

/** Every hole that was noted, in groups of those that are one. */
class NaiveHoles {
  #groups: { members: Noted[]; parts: number }[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get holes(): CoverageHole[] {
    return this.#groups.map(({ members, parts }) => {
      const offsets = members.flatMap((each) => each.offsets ?? []);
      return {
        cause: 'undecodable' as const,
        fromMs: Math.min(...members.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...members.map(({ toMs }) => toMs)),
        isOpen: members.some(({ isOpen }) => isOpen),
        count: members.reduce((sum, { count }) => sum + count, 0),
        isUncounted: members.some(({ isUncounted }) => isUncounted),
        offsets: offsets.length === 0 ? undefined : ([Math.min(...offsets), Math.max(...offsets)] as const),
        parts,
      };
    });
  }

  add(hole: Noted): void {
    const all = this.holes;
    const isNear = all.map((each) => each.fromMs - NEAR_MS <= endOf(hole) && hole.fromMs - NEAR_MS <= endOf(each));
    const near = this.#groups.filter((_, i) => isNear[i]);
    const members = [...near.flatMap((group) => group.members), hole];
    this.#groups = this.#groups.filter((_, i) => isNear[i] !== true);
    this.#groups.push({ members, parts: Math.max(1, ...near.map(({ parts }) => parts)) });
    this.#sort();
    if (this.#groups.length <= this.#most) return;
    const holes = this.holes;
    const distances = holes.slice(1).map(({ fromMs }, i) => fromMs - endOf(holes[i] as CoverageHole));
    const at = distances.indexOf(Math.min(...distances));
    const [one, other] = this.#groups.slice(at, at + 2);
    if (one === undefined || other === undefined) throw new Error('nothing to join');
    this.#groups.splice(at, 2, { members: [...one.members, ...other.members], parts: one.parts + other.parts });
  }

  close(ms: number): void {
    for (const group of this.#groups) {
      const [hole] = this.holes.filter((_, i) => this.#groups[i] === group);
      if (hole?.isOpen !== true) continue;
      group.members = group.members.map((each) => ({ ...each, isOpen: false }));
      group.members[0] = { ...(group.members[0] as Noted), toMs: Math.max(hole.toMs, hole.fromMs, ms) };
    }
    this.#sort();
  }

  #sort(): void {
    const from = ({ members }: { members: Noted[] }): number => Math.min(...members.map(({ fromMs }) => fromMs));
    this.#groups.sort((a, b) => (from(a) < from(b) ? -1 : from(a) > from(b) ? 1 : 0));
  }
}

/** Coarse, so that ends meet exactly. */
const time = fc.integer({ min: 0, max: 160 }).map((quarters) => (quarters * NEAR_MS) / 4);
const noted: fc.Arbitrary<Noted> = fc
  .record({
    fromMs: fc.oneof({ weight: 6, arbitrary: time }, { weight: 1, arbitrary: fc.constant(-Infinity) }),
    length: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 12 }).map((quarters) => (quarters * NEAR_MS) / 4),
    ),
    isOpen: fc.nat(4).map((n) => n === 0),
    count: fc.nat(9),
    isUncounted: fc.boolean(),
    offsets: fc.option(fc.tuple(fc.nat(99), fc.nat(99)), { nil: undefined }),
  })
  .map(({ fromMs, length, offsets, ...rest }) => ({
    ...rest,
    fromMs,
    toMs: fromMs + length,
    offsets: offsets === undefined ? undefined : ([Math.min(...offsets), Math.max(...offsets)] as const),
  }));

test('holes are those that were noted, however near, many and often restored', () => {
  let joined = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 3, arbitrary: noted }, { weight: 1, arbitrary: time }), {
        maxLength: 40,
        size: 'max',
      }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(6),
      (steps, most, restart) => {
        let list = new HoleList('undecodable', most);
        const naive = new NaiveHoles(most);
        const all: Noted[] = [];
        steps.forEach((step, i) => {
          if (typeof step === 'number') {
            list.close(step);
            naive.close(step);
          } else {
            list.add(step);
            naive.add(step);
            all.push(step);
          }
          expect(list.holes).toEqual(naive.holes);
          if (i % 7 !== restart) return;
          const stored = decodeState(encodeState(list.store())) as ReturnType<HoleList['store']>;
          list = new HoleList('undecodable', most);
          list.restore(stored);
          expect(list.holes).toEqual(naive.holes);
        });
        // Nothing that was noted is lost, and the list is bounded.
        expect(list.holes.length).toBeLessThanOrEqual(most);
        expect(list.count).toBe(all.reduce((sum, { count }) => sum + count, 0));
        for (const { fromMs, toMs } of all)
          expect(list.holes.some((hole) => hole.fromMs <= fromMs && endOf(hole) >= toMs)).toBe(true);
        expect(list.noted).toBeGreaterThanOrEqual(list.holes.length);
        if (list.holes.some(({ parts }) => parts > 1)) joined++;
      },
    ),
    { numRuns: LONG ? 20_000 : 300, seed: 1 },
  );
  expect(joined).toBeGreaterThan(100);
});
