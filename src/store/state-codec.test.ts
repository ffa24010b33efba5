import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, MAX_STATE_VALUE_BYTES } from './state-codec.ts';

describe('state codec', () => {
  it('gives back plain data as it was', () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      // The sign of zero is no value of ours: MessagePack writes -0 as the integer 0.
      fc.double({ noNaN: true }).map((number) => (number === 0 ? 0 : number)),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        // The codec keeps `__proto__` out of objects; JSON shows what is left of the rest.
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(decodeState(encodeState(value))).toEqual(value);
      }),
    );
  });

  it('keeps bytes, and large integers exactly', () => {
    const value = { bytes: new Uint8Array([0, 255]), ns: Number.MAX_SAFE_INTEGER, before: -8_000_000_000_000 };
    const back = decodeState(encodeState(value)) as typeof value;
    expect([...back.bytes]).toEqual([0, 255]);
    expect([back.ns, back.before]).toEqual([value.ns, value.before]);
  });

  it('gives arrays of their own, untouched by what is encoded next', () => {
    const first = encodeState({ a: 1 });
    const kept = [...first];
    for (let i = 0; i < 100; i++) encodeState({ b: 'x'.repeat(i) });
    expect([...first]).toEqual(kept);
  });

  it('never reaches a prototype', () => {
    const hostile = Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x81, 0xa1, 0x78, 0x01]);
    const value = decodeState(hostile) as { x?: number };
    expect(value.x).toBe(undefined);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('refuses what is broken, and what is too large', () => {
    for (const broken of [[], [0x92, 1], [0xdd, 255, 255, 255, 255], [1, 1]]) {
      expect(() => decodeState(Uint8Array.from(broken))).toThrow(expect.objectContaining({ code: 'state-corrupt' }));
    }
    const large = expect.objectContaining({ code: 'state-value-too-large' });
    expect(() => encodeState('x'.repeat(MAX_STATE_VALUE_BYTES))).toThrow(large);
    expect(() => decodeState(new Uint8Array(MAX_STATE_VALUE_BYTES + 1))).toThrow(large);
  });
});
