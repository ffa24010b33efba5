import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawNumber } from './raw-number.ts';

describe('rawNumber', () => {
  it.each([
    ['{"a":12345678901234567890}', ['a'], '12345678901234567890'],
    [' { "x" : {"a":1} , "a" : -1.5e+3 } ', ['a'], '-1.5e+3'],
    ['{"x":"}\\"{","y":["}",{"a":9}],"a":{"b":{"c":7}}}', ['a', 'b', 'c'], '7'],
    ['{"a":1,"a":2}', ['a'], '2'],
    ['{"\\u0061":3}', ['a'], '3'],
    ['{"a":"1"}', ['a'], undefined],
    ['{"a":1}', ['b'], undefined],
    ['{"a":[1]}', ['a', '0'], undefined],
    ['{}', ['a'], undefined],
  ])('%s at %j', (text, path, expected) => {
    expect(rawNumber(text, path)).toBe(expected);
  });

  it('finds what JSON.parse finds', () => {
    const tree = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
    fc.assert(
      fc.property(tree, tree, fc.string({ maxLength: 3 }), fc.integer(), (outer, inner, key, number) => {
        const text = JSON.stringify({ ...outer, in: { ...inner, [key]: number } });
        expect(rawNumber(text, ['in', key])).toBe(String(number));
      }),
    );
  });
});
