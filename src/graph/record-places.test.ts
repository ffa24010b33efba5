import { expect, test } from 'vitest';
import { RecordPlaces } from './record-places.ts';

test('places have numbers from 1 on, which a restart brings back', () => {
  const places = new RecordPlaces();
  expect(places.changed()).toBeUndefined();
  expect([places.numberOf('a', 'x'), places.numberOf('b', 'x'), places.numberOf('a', 'y')]).toEqual([1, 2, 3]);
  expect([places.numberOf('a', 'x'), places.at(2), places.at(0)]).toEqual([1, ['b', 'x'], undefined]);
  const restored = new RecordPlaces();
  restored.restore(places.changed() ?? []);
  expect([places.changed(), restored.changed()]).toEqual([undefined, undefined]);
  expect([restored.numberOf('b', 'x'), restored.numberOf('c', 'z'), restored.at(4)]).toEqual([2, 4, ['c', 'z']]);
});

test('beyond the bound a place has no number, and the others keep theirs', () => {
  const places = new RecordPlaces();
  for (let i = 1; i <= 16_384; i++) expect(places.numberOf('log', String(i))).toBe(i);
  expect([places.numberOf('log', 'one more'), places.numberOf('log', '7')]).toEqual([0, 7]);
});
