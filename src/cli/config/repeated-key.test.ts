import { expect, test } from 'vitest';
import { isMap, parseDocument, type Document, type Scalar } from 'yaml';
import { UsageError } from '../../errors/windhover-error.ts';
import { parseConfig } from './config-file.ts';
import { repeatedKey } from './repeated-key.ts';

const documentOf = (text: string): Document => parseDocument(text, { uniqueKeys: false });

test.each([
  ['a: 1\nb: 2', undefined],
  ['a: {x: 1}\nb: {x: 1}\nc: [{x: 1}, {x: 2}]', undefined],
  ['a: 1\nb: 2\na: 3', { name: 'a', offset: 10 }],
  ['1: 1\n"1": 2', { name: '1', offset: 5 }],
  ['a:\n  - {x: 1, y: 2, x: 3}', { name: 'x', offset: 20 }],
  ['', undefined],
])('of %j', (text, repeated) => {
  expect(repeatedKey(documentOf(text))).toEqual(repeated);
});

test('looks at every key once, however many there are', () => {
  const document = documentOf(Array.from({ length: 3000 }, (_, i) => `k${i}: ${i}`).join('\n'));
  let looks = 0;
  for (const { key } of isMap(document.contents) ? document.contents.items : []) {
    const { value } = key as Scalar;
    Object.defineProperty(key, 'value', { get: () => (looks++, value) });
  }
  expect(repeatedKey(document)).toBeUndefined();
  expect(looks).toBe(3000);
});

test('a configuration tells of it by name and line', () => {
  const text = 'sources:\n  a: {history: {files: x}}\n  b: {history: {files: x}}\n  a: {history: {files: y}}';
  const read = (): unknown => parseConfig(text, { file: 'windhover.yaml', folder: '/etc', env: {} });
  expect(read).toThrow(UsageError);
  expect(read).toThrow('windhover.yaml:4: a stands twice in the same place');
});
