import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTexts } from './key-texts.ts';
import { StoredUnderTest } from './testing/stored-under-test.ts';
import { TextBytes } from './text-bytes.ts';
import { compareTexts } from './value.ts';

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('\0', 'a', 'ÿ', 'Ā', '\ud83d', '\ude00', '\uffff'), maxLength: 5 }),
);
const row = fc.integer({ min: 1, max: 900 });

test('holds what it was given, through restarts, and orders it as texts are ordered', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        from: row,
        texts: fc.array(text, { minLength: 1, maxLength: 9 }),
        count: fc.integer({ min: 1, max: 400 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ clear: row, count: fc.integer({ min: 1, max: 300 }) }) },
    { weight: 4, arbitrary: fc.constant('commit' as const) },
    fc.constant('restart' as const),
  );
  let folds = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
      const stored = new StoredUnderTest();
      const expected = new Map<number, string>();
      let keys = new KeyTexts('test');
      for (const each of steps) {
        if (each === 'commit') stored.take(keys);
        else if (each === 'restart') {
          stored.take(keys);
          stored.restore((keys = new KeyTexts('test')));
        } else if ('texts' in each) {
          for (let i = 0; i < each.count; i++) {
            const given = (each.texts[i % each.texts.length] as string).padEnd((i % 4) * 90, 'é');
            keys.set(each.from + 3 * i, given);
            expected.set(each.from + 3 * i, given);
          }
        } else {
          for (let gone = each.clear; gone < each.clear + each.count; gone++) {
            keys.clear(gone);
            expected.delete(gone);
          }
        }
      }
      if (stored.pages.size > 0) folds++;
      const rows = [...expected.keys()];
      expect(rows.map((each) => keys.get(each))).toEqual([...expected.values()]);
      expect(Array.from({ length: 3000 }, (_, each) => each).filter((each) => keys.has(each))).toEqual(
        rows.sort((a, b) => a - b),
      );
      const looked = new TextBytes();
      for (const [i, each] of rows.slice(0, 100).entries()) {
        const other = rows[(i * 7 + 3) % rows.length] as number;
        const order = compareTexts(keys.get(each), keys.get(other));
        expect([Math.sign(keys.compare(each, other)), keys.equals(each, looked.set(keys.get(other)))]).toEqual([
          Math.sign(order),
          order === 0,
        ]);
      }
    }),
    { numRuns: 40 },
  );
  expect(folds).toBeGreaterThan(5);
});

test('the room of texts that went is used again', () => {
  const keys = new KeyTexts('test');
  for (let round = 0; round < 1000; round++) {
    for (let each = 1; each < 600; each++) {
      if (keys.has(each)) keys.clear(each);
      keys.set(each, `host|${each}|${round}`);
    }
  }
  expect(keys.bytes).toBeLessThan(4 * 599 * 'host|599|999'.length);
});
