import { expect, test } from 'vitest';
import { fitParts } from './fit-parts.ts';

test.each([
  [40, 'lsass 3, openers 6, readers 0'],
  [29, 'lsass 3, openers 6, readers 0'],
  [28, 'lsass 3, openers 6, …'],
  [21, 'lsass 3, openers 6, …'],
  [20, 'lsass 3, …'],
  [9, '…'],
  [Infinity, 'lsass 3, openers 6, readers 0'],
])('in %d columns: %s', (width, text) => {
  expect(fitParts(['lsass 3', 'openers 6', 'readers 0'], ', ', width)).toBe(text);
});

test('what takes two columns counts as two', () => {
  expect(fitParts(['主机', '日志'], ' ', 9)).toBe('主机 日志');
  expect(fitParts(['主机', '日志'], ' ', 8)).toBe('主机 …');
});
