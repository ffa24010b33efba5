import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues, valueKey, type Value } from '../../graph/value.ts';
import { ValueCounts } from './value-counts.ts';

const value = fc.constantFrom<Value>(true, 1, 2, 10, -3, { ms: 5, ns: 1 }, 'a', 'B', '10', ['x'], ['x', 'y']);

/** Adds, or takes back one of those that are in. */
const steps = fc.array(fc.record({ value, takesBack: fc.boolean() }), { maxLength: 200 });

describe('counted values', () => {
  test.each(['least', 'greatest'] as const)('the %s and how many differ, after every step', (extreme) => {
    fc.assert(
      fc.property(steps, fc.boolean(), (all, asksOften) => {
        const counts = new ValueCounts(extreme);
        const plain: Value[] = [];
        for (const step of all) {
          if (step.takesBack && plain.length > 0) {
            const at = plain.findIndex((each) => valueKey(each) === valueKey(step.value));
            const [gone] = plain.splice(Math.max(0, at), 1);
            counts.remove(gone as Value);
          } else {
            plain.push(step.value);
            counts.add(step.value);
          }
          expect(counts.size).toBe(new Set(plain.map(valueKey)).size);
          // What is asked for seldom finds more dead entries in the heap.
          if (asksOften) expect(counts.first).toEqual(plain.toSorted(compareValues).at(extreme === 'least' ? 0 : -1));
        }
        expect(counts.first).toEqual(plain.toSorted(compareValues).at(extreme === 'least' ? 0 : -1));
      }),
    );
  });

  test('many values come and go', () => {
    const counts = new ValueCounts('greatest');
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1000; i++) counts.add(i);
      for (let i = 999; i > 0; i--) counts.remove(i);
      expect(counts.first).toBe(0);
      counts.remove(0);
      expect(counts.first).toBeUndefined();
    }
  });

  test('what was never given cannot be taken back', () => {
    const counts = new ValueCounts();
    expect(() => counts.remove(1)).toThrow('never given');
  });
});
