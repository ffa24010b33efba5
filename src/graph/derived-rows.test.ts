import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DerivedRows } from './derived-rows.ts';
import type { Value } from './value.ts';

const entities = {
  typeOf: () => 'process',
  keyOf: (handle: number) => `e${handle}`,
  compareKeys: (a: number, b: number) => a - b,
};

function group(rows: DerivedRows, key: string, order: readonly (Value | undefined)[] = []): number {
  return rows.hold(key, () => ({ type: 'process', bases: [], order, values: new Map() }));
}

describe('derived rows', () => {
  test('a row of one key is one row, until the last who holds it lets go and the epoch ends', () => {
    const rows = new DerivedRows(entities);
    const handle = group(rows, 'a');
    expect(group(rows, 'a')).toBe(handle);
    rows.release(handle);
    rows.sweep();
    expect(rows.keyOf(handle)).toBe('a');
    rows.release(handle);
    expect(rows.keyOf(handle)).toBe('a');
    rows.sweep();
    expect(() => rows.keyOf(handle)).toThrow('gone');
    expect(rows.size).toBe(0);
    expect(group(rows, 'a')).not.toBe(handle);
  });

  test('a row that comes back before the epoch ends is still there', () => {
    const rows = new DerivedRows(entities);
    const handle = group(rows, 'a');
    rows.release(handle);
    expect(group(rows, 'a')).toBe(handle);
    rows.sweep();
    expect(rows.keyOf(handle)).toBe('a');
  });

  test('stands for the entity of its first base; a group for none', () => {
    const rows = new DerivedRows(entities);
    const grouped = group(rows, 'g');
    const record = rows.hold('r', () => ({ type: 'process', bases: [7], order: ['r1'], values: new Map() }));
    const joined = rows.hold('j', () => ({ type: 'process', bases: [record, 9], order: [], values: new Map() }));
    expect([grouped, record, joined, 5].map((handle) => rows.entityOf(handle))).toEqual([0, 7, 7, 5]);
  });

  test('the order is total: entities, groups by their values, rows of one base, rows of two', () => {
    const rows = new DerivedRows(entities);
    const cell = fc.constantFrom<Value | undefined>(undefined, 1, 2, 'a');
    const made = fc.oneof(
      fc.integer({ min: 1, max: 3 }),
      fc.array(cell, { maxLength: 2 }).map((cells) => group(rows, `g${JSON.stringify(cells)}`, cells)),
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('r1', 'r2')).map(([base, record]) =>
        rows.hold(`r${base}${record}`, () => ({
          type: 'process',
          bases: [base],
          order: [record],
          values: new Map(),
        })),
      ),
    );
    fc.assert(
      fc.property(fc.array(made, { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
        const compare = (x: number, y: number): number => Math.sign(rows.compareKeys(x, y));
        expect(compare(a!, b!) + compare(b!, a!)).toBe(0);
        expect(compare(a!, b!) === 0).toBe(a === b);
        if (compare(a!, b!) <= 0 && compare(b!, c!) <= 0) expect(compare(a!, c!)).toBeLessThanOrEqual(0);
      }),
    );
    expect(rows.compareKeys(3, group(rows, 'g[]', []))).toBeLessThan(0);
    expect(rows.compareKeys(group(rows, 'g[null]', [undefined]), group(rows, 'g[1]', [1]))).toBeLessThan(0);
  });
});
