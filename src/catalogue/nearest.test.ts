import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['nmae', ['pid', 'name'], 'name'],
    ['NAME', ['nam', 'name'], 'name'],
    ['pd', ['pid'], 'pid'],
    ['proces', ['processes', 'process'], 'process'],
    ['parent_rf', ['parent_ref'], 'parent_ref'],
    ['x', ['y'], undefined],
    ['', ['a'], undefined],
    ['abc', ['xyz'], undefined],
    ['name', [], undefined],
  ])('%s among %j is %s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it('leaves long words alone', () => {
    const word = 'a'.repeat(65);
    expect(nearest(word, [word])).toBeUndefined();
    expect(nearest('a'.repeat(64), ['a'.repeat(63)])).toBe('a'.repeat(63));
  });

  it('takes the first of equally near ones', () => {
    expect(nearest('nane', ['name', 'nine'])).toBe('name');
    expect(nearest('nane', ['nine', 'name'])).toBe('nine');
  });
});

describe('boundedDistance', () => {
  it('agrees with the recursive definition up to its bound', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.nat(6), (a, b, limit) => {
        expect(boundedDistance(a, b, limit)).toBe(Math.min(distance(a, b), limit + 1));
      }),
    );
  });
});

function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [lastA, lastB] = [a.at(-1), b.at(-1)];
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const costs = [distance(restA, b) + 1, distance(a, restB) + 1, distance(restA, restB) + (lastA === lastB ? 0 : 1)];
  if (a.length > 1 && b.length > 1 && lastA === restB.at(-1) && restA.at(-1) === lastB) {
    costs.push(distance(restA.slice(0, -1), restB.slice(0, -1)) + 1);
  }
  return Math.min(...costs);
}
