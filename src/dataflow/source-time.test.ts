import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naiveSourceTime } from '../../test/reference/naive-source-time.ts';
import { SourceTime } from './source-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 1);
const YEAR_9999 = Date.UTC(9999, 11, 31);

/** Times of a source of which records say [ms, host] in this order. */
function times(claims: readonly (readonly [number, string])[], limit?: () => number): number[] {
  const time = new SourceTime(DAY, limit);
  return claims.map(([ms, host]) => {
    time.observe(ms, host);
    return time.ms;
  });
}

describe('the time of a source', () => {
  test('is the greatest one that a step of an hour leads to', () => {
    expect(
      times([
        [NOW, 'a'],
        [NOW + HOUR, 'a'],
        [NOW + 5, 'b'],
      ]),
    ).toEqual([NOW, NOW + HOUR, NOW + HOUR]);
  });

  test('is not moved by a record of the year 9999, be it first, in the middle, or told again', () => {
    for (const at of [0, 1, 3]) {
      for (const others of [['a', 'b'], ['evil']]) {
        const claims: [number, string][] = [0, 1, 2, 3].map((i) => [NOW + i, others[i % others.length] as string]);
        claims.splice(at, 0, [YEAR_9999, 'evil'], [YEAR_9999, 'evil']);
        expect(times(claims).at(-1)).toBe(NOW + 3);
      }
    }
  });

  test('jumps once another host agrees, as far as the lesser says', () => {
    expect(
      times([
        [NOW, 'a'],
        [NOW, 'b'],
        [NOW + 9 * HOUR, 'a'],
        [YEAR_9999, 'b'],
      ]),
    ).toEqual([NOW, NOW, NOW, NOW + 9 * HOUR]);
  });

  test('jumps after a pause of the only host, once time has gone on there', () => {
    expect(
      times([
        [NOW, 'a'],
        [NOW + DAY, 'a'],
        [NOW + DAY, 'a'],
        [NOW + DAY + 1, 'a'],
      ]),
    ).toEqual([NOW, NOW, NOW, NOW + DAY]);
  });

  test('jumps where all others have fallen silent for good', () => {
    const time = new SourceTime(DAY);
    time.observe(NOW, 'a');
    time.observe(NOW, 'b');
    for (let i = 0; i < 999; i++) time.observe(NOW + DAY + i, 'a');
    expect(time.ms).toBe(NOW);
    time.observe(NOW + DAY + 999, 'a');
    expect(time.ms).toBe(NOW + DAY);
  });

  test('never lies beyond the wall clock, whoever agrees', () => {
    const claims: [number, string][] = [
      [NOW - 1, 'a'],
      [YEAR_9999, 'b'],
      [YEAR_9999, 'c'],
      [YEAR_9999 + 1, 'd'],
    ];
    expect(times(claims, () => NOW)).toEqual([NOW - 1, NOW, NOW, NOW]);
  });

  test('is that of the naive reference, also after a restart at any point', () => {
    const claim = fc.record({
      ms: fc.oneof(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 100, max: 130 }),
        fc.constantFrom(-YEAR_9999, 0, 1000, YEAR_9999, YEAR_9999 + 1),
      ),
      host: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
    });
    const hosts = fc.constantFrom<readonly string[]>(['a'], ['a', 'b', 'c']);
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 12 }), hosts, fc.nat(12), (drawn, known, restartAt) => {
        const claims = drawn.filter(({ host }) => known.includes(host));
        let time = new SourceTime(40);
        for (const [i, { ms, host }] of claims.entries()) {
          time.observe(ms, host);
          expect(time.ms).toBe(naiveSourceTime(claims.slice(0, i + 1), 40));
          if (i !== restartAt) continue;
          const stored = JSON.parse(JSON.stringify(time.stored())) as ReturnType<SourceTime['stored']>;
          time = new SourceTime(40);
          time.restore(stored);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
