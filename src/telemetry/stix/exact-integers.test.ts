import * as fc from 'fast-check';
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
    const leaf = fc.oneof(
      fc.string(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    );
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), leaf)), (value) => {
        const text = JSON.stringify([value, '\\"0000000000000000', 1e21]);
        const small = text.replaceAll(/-?\d+e\+\d+|-\d{17,}/gu, '0');
        expect(quoteLongIntegers(small)).toBe(small);
      }),
    );
  });
});
