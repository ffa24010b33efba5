import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteLongIntegers } from './exact-integers.ts';

describe('quoteLongIntegers', () => {
  it('keeps the digits of integers beyond 2^53', () => {
    const text = '{"a":9007199254740993,"b":[-12345678901234567890,1],"c":9007199254740991}';
    expect(JSON.parse(quoteLongIntegers(text))).toEqual({
      a: '9007199254740993',
      b: ['-12345678901234567890', 1],
      c: 9007199254740991,
    });
  });

  it('leaves texts, fractions and exponents alone', () => {
    const text =
      '{"12345678901234567890":"say \\"12345678901234567890","f":0.12345678901234567890,"e":1234567890123456789e2}';
    expect(quoteLongIntegers(text)).toBe(text);
  });

  it('changes nothing of what has no such integers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value, '0000000000000000']);
        if (Number.isSafeInteger(Number.MAX_SAFE_INTEGER) && /(?<![\d."e+])-?\d{17,}(?![\d.e])/u.test(text)) return;
        expect(quoteLongIntegers(text)).toBe(text);
      }),
    );
  });
});
