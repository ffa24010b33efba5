import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addInterval, type SupportInterval } from './support.ts';

const at = (ms: number): { ms: number; ns: number } => ({ ms, ns: 0 });

test('intervals of support are disjoint by more than the window, whatever the order of records', () => {
  const record = fc.record({ first: fc.nat(100), length: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), fc.nat(10), (records, window) => {
      const forward: SupportInterval[] = [];
      const backward: SupportInterval[] = [];
      for (const { first, length } of records) addInterval(forward, at(first), at(first + length), window);
      for (const { first, length } of records.toReversed())
        addInterval(backward, at(first), at(first + length), window);
      expect(forward).toEqual(backward);
      // A moment is covered exactly if some record covers it with its window.
      for (let moment = 0; moment <= 120; moment++) {
        const covered = records.some(({ first, length }) => first <= moment && moment <= first + length + window);
        expect(forward.some(({ from, last }) => from.ms <= moment && moment <= last.ms + window)).toBe(covered);
      }
    }),
  );
});
