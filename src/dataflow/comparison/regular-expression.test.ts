import { describe, expect, test } from 'vitest';
import { regularExpression } from './regular-expression.ts';

describe('MATCHES', () => {
  test.each([
    ['shell', 'powershell.exe', true],
    ['SHELL', 'powershell.exe', false],
    ['(?i)SHELL', 'powershell.exe', true],
    ['(?i)\\WExe', 'powershell.EXE', true],
    ['(?i)\\SEXE', 'power exe', false],
    ['^a.b$', 'a\nb', true],
    ['[A-Z]{2}', 'abCD', true],
    ['(?i)[A-Z]{4}$', 'abCD', true],
  ])('%j on %j is %j', (pattern, text, expected) => {
    expect(regularExpression(pattern)(text)).toBe(expected);
  });

  test('looks at the first 64 ki characters only', () => {
    expect(regularExpression('x$')(`${'a'.repeat(65_536)}x`)).toBe(false);
  });
});
