import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PagedArrays } from './paged-arrays.ts';
import { StoredUnderTest } from './testing/stored-under-test.ts';

const KINDS = { whole: 'i32', real: 'f64' } as const;

function restored(stored: StoredUnderTest): PagedArrays<'whole' | 'real'> {
  const arrays = new PagedArrays('test', KINDS);
  stored.restore(arrays);
  return arrays;
}

function set(arrays: PagedArrays<'whole' | 'real'>, row: number, value: number): void {
  arrays.column('whole')[row] = value;
  arrays.column('real')[row] = value + 0.5;
  arrays.touch(row);
}

function contents(arrays: PagedArrays<'whole' | 'real'>): unknown {
  return [arrays.size, arrays.column('whole').slice(0, arrays.size), arrays.column('real').slice(0, arrays.size)];
}

test('what was written brings the arrays back, after any changes, through restarts', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 3000 }) }),
    fc.record({ from: fc.nat(), stride: fc.integer({ min: 1, max: 400 }), count: fc.integer({ min: 1, max: 900 }) }),
    fc.constant('commit' as const),
    fc.constant('restart' as const),
  );
  let folds = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const stored = new StoredUnderTest();
      let arrays = new PagedArrays('test', KINDS);
      for (const [i, each] of steps.entries()) {
        if (each === 'commit') stored.take(arrays);
        else if (each === 'restart') {
          stored.take(arrays);
          const before = contents(arrays);
          arrays = restored(stored);
          expect(contents(arrays)).toEqual(before);
        } else if ('add' in each) {
          for (let n = 0; n < each.add; n++) set(arrays, arrays.add(), i * 10_000 + n);
        } else {
          for (let n = 0; n < each.count && arrays.size > 1; n++) {
            set(arrays, 1 + ((each.from + n * each.stride) % (arrays.size - 1)), i * 10_000 + n);
          }
        }
      }
      stored.take(arrays);
      expect(contents(restored(stored))).toEqual(contents(arrays));
      if (stored.pages.size > 0) folds++;
    }),
    { numRuns: 60 },
  );
  expect(folds).toBeGreaterThan(5);
});

test('a commit costs what its rows cost, and patches never come to more than the arrays', () => {
  const arrays = new PagedArrays('test', KINDS);
  const stored = new StoredUnderTest();
  for (let n = 0; n < 100_000; n++) arrays.add();
  stored.take(arrays);
  const whole = stored.written;
  stored.written = 0;
  let rows = 0;
  for (let commit = 0; commit < 1000; commit++) {
    for (let n = 0; n < 300; n++) set(arrays, 1 + ((commit * 7919 + n * 331) % 99_999), commit);
    rows += 300;
    stored.take(arrays);
    const waiting = [...stored.patches.values()].reduce((sum, { length }) => sum + length, 0);
    expect(waiting).toBeLessThanOrEqual(whole);
  }
  // A row: its number, and its values. Twice that, for the pages in between.
  expect(stored.written).toBeLessThan(2.2 * rows * (4 + 12));
});
