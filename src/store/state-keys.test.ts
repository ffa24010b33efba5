import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from './compare-bytes.ts';
import { parseStateKey } from './state-key-parser.ts';
import {
  STATE_PREFIXES,
  stateKey,
  stateKeyRange,
  stateKeys,
  stateKeyUnder,
  wholeStateRange,
  type StateKeyPart,
} from './state-keys.ts';

const text = fc.string({ unit: fc.constantFrom('\0', 'a', 'b', 'ÿ', '😀'), maxLength: 4 });
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 300 }));
const bytes = fc.uint8Array({ maxLength: 4 });
const part: fc.Arbitrary<StateKeyPart> = fc.oneof(text, integer, bytes);
const within = (key: Uint8Array, range: { from: Uint8Array; to: Uint8Array }) =>
  compareBytes(range.from, key) <= 0 && compareBytes(key, range.to) < 0;

describe('state keys', () => {
  it('begin with the layout version and the prefix', () => {
    expect([...stateKeys.meta('v').subarray(0, 2)]).toEqual([1, 'm'.charCodeAt(0)]);
    expect(new Set(Object.values(STATE_PREFIXES)).size).toBe(14);
    expect(within(stateKeys.coverage('h', 'p'), wholeStateRange())).toBe(true);
  });

  it('go on from a key as if written at once', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }), (parts, more) => {
        expect(stateKeyUnder(stateKey('w', ...parts), ...more)).toEqual(stateKey('w', ...parts, ...more));
      }),
    );
  });

  it('can be taken apart again', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const zeroSigned = parts.map((p) => (Object.is(p, -0) ? 0 : p));
        expect(parseStateKey(stateKey('s', ...parts))).toEqual({ prefix: 's', parts: zeroSigned });
      }),
    );
  });

  it('are ordered as integers, and as UTF-8 texts', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(Math.sign(compareBytes(stateKey('t', a, 'x'), stateKey('t', b, 'x')))).toBe(Math.sign(a - b) + 0);
      }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = Math.sign(compareBytes(Buffer.from(a), Buffer.from(b)));
        expect(Math.sign(compareBytes(stateKey('e', a), stateKey('e', b)))).toBe(expected);
      }),
    );
  });

  it('lie in the range of the parts they begin with, and in no other', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), part, fc.array(part, { maxLength: 2 }), (parts, last, more) => {
        const range = stateKeyRange('e', ...parts, last);
        expect(within(stateKey('e', ...parts, last, ...more), range)).toBe(true);
        expect(within(stateKey('e', ...parts), range)).toBe(false);
        expect(within(stateKey('s', ...parts, last, ...more), range)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(within(stateKey('e', a, 'x'), stateKeyRange('e', b))).toBe(a === b);
      }),
    );
  });

  it('refuses what it cannot hold or read', () => {
    expect(() => stateKey('e', 0.5)).toThrow(RangeError);
    for (const bad of [[], [1], [2, 109], [1, 109, 9], [1, 109, 3, 0], [1, 109, 2, 65]]) {
      expect(() => parseStateKey(Uint8Array.from(bad))).toThrow(expect.objectContaining({ code: 'state-corrupt' }));
    }
  });
});
