import { describe, expect, test } from 'vitest';
import { jsonChunks } from './json-chunks.ts';

describe('JSON in pieces', () => {
  test.each([
    [{ a: [1, { b: 'x\ny', c: [] }], d: {}, e: null, f: undefined }],
    [[[[[[[1, 2], { deep: { deeper: [true] } }]]]]]],
    ['text'],
    [JSON.parse('{"__proto__": 1}') as unknown],
    [{ list: [undefined] }],
  ])('is what JSON.stringify makes of %j', (value) => {
    expect([...jsonChunks(value)].join('')).toBe(JSON.stringify(value, null, 2));
  });

  test('no piece holds more than one of many members', () => {
    const alerts = Array.from({ length: 100 }, () => 'x'.repeat(1000));
    expect(Math.max(...[...jsonChunks({ hunts: [{ alerts }] })].map(({ length }) => length))).toBeLessThan(1100);
  });
});
