import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedSet } from './ordered-set.ts';

test('holds what a sorted list holds, after any additions and deletions', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 6000, size: 'max' });
  fc.assert(
    fc.property(steps, (numbers) => {
      const ordered = new OrderedSet<number>((a, b) => a - b);
      const plain = new Set<number>();
      for (const number of numbers) {
        // A number that comes again is taken out.
        if (plain.delete(number)) ordered.delete(number);
        else {
          plain.add(number);
          ordered.add(number);
        }
      }
      const sorted = [...plain].sort((a, b) => a - b);
      expect([...ordered]).toEqual(sorted);
      expect([ordered.size, ordered.first, ordered.last]).toEqual([sorted.length, sorted[0], sorted.at(-1)]);
    }),
    { numRuns: 30 },
  );
});

test('deleting what is not there is a defect', () => {
  const ordered = new OrderedSet<number>((a, b) => a - b);
  ordered.add(1);
  expect(() => ordered.delete(2)).toThrow('not in the set');
  expect([...ordered]).toEqual([1]);
});
