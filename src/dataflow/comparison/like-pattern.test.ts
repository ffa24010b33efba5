import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likePattern } from './like-pattern.ts';

/** LIKE by definition: try every split of the text, one pattern character at a time. */
function naiveLike(pattern: string, text: string): boolean {
  const fold = (s: string): string => s.replace(/[A-Z]/g, (c) => c.toLowerCase());
  const p = [...fold(pattern)];
  const t = [...fold(text)];
  const match = (i: number, j: number): boolean => {
    if (i === p.length) return j === t.length;
    if (p[i] === '%') {
      for (let k = j; k <= t.length; k++) if (match(i + 1, k)) return true;
      return false;
    }
    return j < t.length && (p[i] === '_' || p[i] === t[j]) && match(i + 1, j + 1);
  };
  return match(0, 0);
}

describe('LIKE', () => {
  test.each([
    ['%Schedule', 'svchost.exe -k netsvcs -s Schedule', true],
    ['%schedule', 'svchost.exe -k netsvcs -s Schedule', true],
    ['svchost', 'svchost.exe', false],
    ['_', 'a', true],
    ['_', '', false],
    ['_', '😀', true],
    ['%', '', true],
    ['', '', true],
    ['a%b%c', 'axxbyyc', true],
    ['a%b%c', 'acb', false],
    ['aa%aa', 'aaa', false],
    ['%é%', 'café', true],
    ['%É%', 'café', false],
  ])('%j on %j is %j', (pattern, text, expected) => {
    expect(likePattern(pattern)(text)).toBe(expected);
  });

  test('equals its definition', () => {
    const alphabet = fc.constantFrom('a', 'B', 'b', 'A', '%', '_', '😀', 'é');
    const text = fc.string({ unit: alphabet, maxLength: 9 });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        expect(likePattern(pattern)(subject)).toBe(naiveLike(pattern, subject));
      }),
      { numRuns: 5000 },
    );
  });

  test('many wildcards on a long text take time linear in it', () => {
    const matches = likePattern(`${'%a'.repeat(50)}%b`);
    expect(matches('a'.repeat(200_000))).toBe(false);
  });
});
