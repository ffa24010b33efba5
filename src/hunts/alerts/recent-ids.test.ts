import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('gives what making each id anew would, and makes few', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.integer({ min: 0, max: 3 })), { maxLength: 50 }),
      (rows) => {
        const ids = new RecentIds();
        for (const [key, bucket] of rows) {
          expect(ids.of(key, bucket, (each) => `${each} in ${bucket}`)).toBe(`${key} in ${bucket}`);
        }
      },
    ),
  );
  const ids = new RecentIds();
  let made = 0;
  for (let i = 0; i < 100; i++) ids.of(`k${i % 4}`, 7, (key) => `${key}${made++}`);
  expect(made).toBe(4);
});
