import { expect, test } from 'vitest';
import { isRotatedName, rotationNumber } from './rotated-name.ts';

test.each([
  'app.log.1',
  'app.log.12',
  'app.log.2.gz',
  'app.log.gz',
  'app.log.old',
  'app.log-20261126',
  'app.log-20261126.gz',
  'app.log-20261126-1764120000',
  'app.log.2026-11-26T03.gz',
  'app-2026-11-26.log',
  'app.1.log.gz',
])('%s is app.log after a rotation', (name) => expect(isRotatedName('app.log', name)).toBe(true));

test.each([
  'app.log',
  'app-debug.log',
  'app.log.lock',
  'app.logs',
  'app.log.d',
  'other.log.1',
  'app.',
  'app',
  'ap.log',
])('%s is not', (name) => expect(isRotatedName('app.log', name)).toBe(false));

test('a name without an extension is rotated too', () => {
  expect(isRotatedName('messages', 'messages.1')).toBe(true);
  expect(isRotatedName('messages', 'messages-old')).toBe(false);
});

test('of two rotated files the greater number is the older one', () => {
  expect(['a.log.1', 'a.log.10.gz', 'a.log-20261126'].map(rotationNumber)).toEqual([1, 10, 0]);
});
