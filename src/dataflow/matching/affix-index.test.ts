import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likePattern } from '../comparison/like-pattern.ts';
import { AffixIndex } from './affix-index.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '1', '\u{1f600}'), maxLength: 5 });
const like = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '1', '%', '%', '_', '\u{1f600}'), maxLength: 5 });

test('finds the patterns that LIKE finds, and leaves the others to whoever asks', () => {
  fc.assert(
    fc.property(fc.array(like, { maxLength: 20 }), fc.array(text, { maxLength: 20 }), (likes, texts) => {
      const index = new AffixIndex();
      const taken = likes.flatMap((each, i) => (index.add(each, i) ? [i] : []));
      for (const each of texts) {
        const expected = taken.filter((i) => likePattern(likes[i] as string)(each));
        expect(index.find(each).sort((a, b) => a - b)).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
});

test('takes beginnings, ends and whole texts', () => {
  const index = new AffixIndex();
  const likes = ['%.exe', 'C:\\Temp\\%', 'cmd.exe', '%', '', '%a%', 'a_', '%%', 'a%b'];
  expect(likes.map((each, i) => index.add(each, i))).toEqual([true, true, true, ...Array(6).fill(false)]);
  expect(index.find('CMD.EXE')).toEqual([2, 0]);
});
