import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElementSplitter } from './element-splitter.ts';

interface Piece {
  readonly text: string;
  readonly offset: number;
}

function split(content: string, chunkBytes: number, from = 0, maxBytes = 1_000_000): Piece[] {
  const bytes = Buffer.from(content);
  const splitter = new ElementSplitter(from, maxBytes);
  const pieces: Piece[] = [];
  const take = (line: ReturnType<ElementSplitter['next']>): boolean => {
    if (line === undefined) return false;
    pieces.push({ text: line.buffer.toString('utf8', line.start, line.end), offset: line.offset });
    return true;
  };
  for (let at = from; at < bytes.length; at += chunkBytes) {
    splitter.push({ bytes: bytes.subarray(at, at + chunkBytes), offset: at });
    while (take(splitter.next()));
  }
  take(splitter.finish());
  return pieces;
}

describe('ElementSplitter', () => {
  it('gives the objects of an array, or one after the other', () => {
    expect(split('[\n {"a": "]},{\\""} ,\n{"b":[{},[]]}\n]\n', 3)).toEqual([
      { text: '{"a": "]},{\\""}', offset: 3 },
      { text: '{"b":[{},[]]}', offset: 21 },
    ]);
    expect(split('{\n"a":1}\n{"b"\n:2}{}', 100).map((piece) => piece.text)).toEqual(['{\n"a":1}', '{"b"\n:2}', '{}']);
  });

  it('passes by what is no object, and too long an object', () => {
    expect(split('[1, "x", {"a":1}, nonsense\n{"b":2}, {"half":', 5).map((piece) => piece.text)).toEqual([
      '1',
      '"x"',
      '{"a":1}',
      'nonsense',
      '{"b":2}',
      '{"half":',
    ]);
    const long = `{"a":"${'x'.repeat(9000)}"}`;
    const pieces = split(`[${long},{"b":1}]`, 100, 0, 5000);
    expect(pieces.map((piece) => piece.text.length)).toEqual([2048, 7]);
    expect(pieces[1]?.offset).toBe(long.length + 2);
  });

  it('finds any values again, however the bytes arrive and wherever it begins', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (objects, size) => {
          const text = JSON.stringify(objects, null, 1);
          const pieces = split(text, size);
          expect(pieces.map((piece) => JSON.parse(piece.text) as unknown)).toEqual(JSON.parse(text));
          const bytes = Buffer.from(text);
          for (const [at, piece] of pieces.entries()) {
            const length = Buffer.byteLength(piece.text);
            expect(bytes.toString('utf8', piece.offset, piece.offset + length)).toBe(piece.text);
            expect(split(text, size, piece.offset + length)).toEqual(pieces.slice(at + 1));
          }
        },
      ),
    );
  });
});
