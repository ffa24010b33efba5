import { describe, expect, test } from 'vitest';
import { jsonChunks } from './json-chunks.ts';

describe('JSON in pieces', () => {
  test.each([
    [{ a: [1, { b: 'x\ny', c: [] }], d: {}, e: null, f: undefined }],
    [[[[[[[1, 2], { deep: { deeper: [true] } }]]]]]],
    ['text'],
    [JSON.parse('{"__proto__": 1}') as unknown],
    [{ list: [undefined] }],
    [[[[[{ rows: Array.from({ length: 100 }, (_, i) => ({ i, deep: [i, [`${i}`]] })) }]]]]],
  ])('is what JSON.stringify makes of %j', (value) => {
    expect([...jsonChunks(value)].join('')).toBe(JSON.stringify(value, null, 2));
  });

  test('no piece holds more than one of many members', () => {
    const alerts = Array.from({ length: 100 }, () => 'x'.repeat(1000));
    const longest = (value: unknown): number => Math.max(...[...jsonChunks(value)].map(({ length }) => length));
    expect(longest({ hunts: [{ alerts }] })).toBeLessThan(1100);
    expect(longest({ hunts: [{ variables: { p: { total: 100, rows: alerts } } }] })).toBeLessThan(1100);
    expect(
      longest({ hunts: [{ variables: { p: { total: 100, rows: alerts.map((name) => ({ name })) } } }] }),
    ).toBeLessThan(1100);
  });
});
