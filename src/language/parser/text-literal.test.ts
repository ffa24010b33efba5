import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeTextLiteral } from './text-literal.ts';

describe('quoted texts', () => {
  test.each([
    [String.raw`'\\'`, '\\'],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`"say \"no\""`, 'say "no"'],
    [String.raw`'\a\b\f\n\r\t\v'`, '\x07\b\f\n\r\t\v'],
    [String.raw`'\0'`, '\0'],
    [String.raw`'\101\1018'`, 'AA8'],
    [String.raw`'\x41\xe9'`, 'Aé'],
    [String.raw`'\u00e9\u20AC'`, 'é€'],
    [String.raw`'\U0001F600'`, '😀'],
    [String.raw`'C:\Windows\system32\svchost.exe'`, String.raw`C:\Windows\system32\svchost.exe`],
    [String.raw`'\q\/'`, String.raw`\q\/`],
    [String.raw`r'C:\new\table\'`, String.raw`C:\new\table` + '\\'],
    [String.raw`r"a\"b"`, String.raw`a\"b`],
    [`''`, ''],
    [`'é日本😀'`, 'é日本😀'],
  ])('%s', (literal, value) => {
    expect(decodeTextLiteral(literal)).toEqual({ value, problems: [] });
  });

  test('a slash may be escaped in lists that were JSON', () => {
    expect(decodeTextLiteral(String.raw`"\/bin"`, { json: true }).value).toBe('/bin');
  });

  test.each([
    [String.raw`'a\x4'`, { start: 2, end: 5, kind: 'malformed' }],
    [String.raw`'\u12g4'`, { start: 1, end: 5, kind: 'malformed' }],
    [String.raw`'C:\Users'`, { start: 3, end: 5, kind: 'malformed' }],
    [String.raw`'\U00110000'`, { start: 1, end: 11, kind: 'malformed' }],
    [String.raw`'\New'`, { start: 1, end: 3, kind: 'malformed' }],
    [String.raw`'\N{BULLET}'`, { start: 1, end: 11, kind: 'character-name' }],
  ])('%s is reported where it stands', (literal, problem) => {
    expect(decodeTextLiteral(literal).problems).toEqual([problem]);
  });

  test('a text written with escaped backslashes and quotes is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const literal = `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
        expect(decodeTextLiteral(literal).value).toBe(text);
      }),
    );
  });
});
