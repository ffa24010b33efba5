import { describe, expect, test } from 'vitest';

import { completenessOf, continuesStatement } from './completeness.ts';

describe('a text entered line by line', () => {
  test.each([
    ['', 'empty'],
    [' # nothing yet\n', 'empty'],
    ['DISP x', 'complete'],
    ["x = NEW process ['a'] # done", 'complete'],
    ['DISP', 'incomplete'],
    ['x =', 'incomplete'],
    ['x = GET process FROM a', 'incomplete'],
    ["x = GET process FROM a WHERE name = 'b' AND", 'incomplete'],
    ["x = GET process FROM a WHERE name IN ('b',", 'incomplete'],
    ['DISP x ATTR name, # more\n', 'wrong'],
    ['DISP x ATTR name,\n', 'incomplete'],
    ['x = NEW process ["a",', 'incomplete'],
    ['x = NEW [{"type": "process",', 'incomplete'],
    ["x = GET process FROM a WHERE name = 'b", 'wrong'],
    ['DISP x ?', 'wrong'],
    ['DISP ?\nDISP', 'wrong'],
    ["x = y WHERE a = '\\x4'", 'wrong'],
  ])('%j is %s', (text, expected) => {
    expect(completenessOf(text)).toBe(expected);
  });

  test.each([
    ['x = y', 'WHERE a = 1', true],
    ['x = y', 'WHERE a =', true],
    ['x = y', 'DISP x', false],
    ['x = y', 'LIMIT = 3', false],
    ['x = y', '', false],
    ['x = y', '# c', false],
    ['DISP x LIMIT 3', 'OFFSET 1', true],
    ['DISP x LIMIT 3', 'WHERE a = 1', false],
  ])('after %j, %j goes on: %s', (text, line, expected) => {
    expect(continuesStatement(text, line)).toBe(expected);
  });
});
