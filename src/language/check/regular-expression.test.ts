import { describe, expect, test } from 'vitest';

import { regularExpressionProblem } from './regular-expression.ts';

describe('regular expressions of MATCHES', () => {
  test.each([
    '^(curl|wget) .*',
    String.raw`C:\\Windows.*`,
    '(?i)powershell',
    '(?:a|b){2,5}',
    '(?<name>x)+',
    '[(?=]',
    String.raw`[\]\1]`,
    String.raw`\(?=x`,
    '(a{100}){100}',
    '',
  ])('%s can be matched', (pattern) => {
    expect(regularExpressionProblem(pattern)).toBeUndefined();
  });

  test.each([
    ['(?=x)', 'looks ahead'],
    ['a(?!x)', 'looks ahead'],
    ['(?<=x)y', 'looks ahead'],
    ['(?<!x)y', 'looks ahead'],
    [String.raw`(a)\1`, 'refers back'],
    [String.raw`(?<n>a)\k<n>`, 'refers back'],
    ['(?P=n)', 'refers back'],
    ['(', 'is malformed'],
    ['[a', 'is malformed'],
    ['a{1001}{1000}', 'is malformed'],
    ['(a{101}){100}', 'repeats more'],
    ['((a{100}){100}){100}', 'repeats more'],
    ['a'.repeat(2_001), 'has 2001 characters'],
  ])('%s is refused', (pattern, problem) => {
    expect(regularExpressionProblem(pattern)).toContain(problem);
  });
});
