import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatness, lives } from '../../benchmarks/soak/flatness.ts';
import { notFlat } from '../../benchmarks/soak/soak-verdict.ts';

const series = (value: (at: number) => number): { at: number; value: number }[] =>
  Array.from({ length: 300 }, (_, i) => ({ at: i * 2, value: value(i * 2) }));

test('a line is found whatever swings around it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: 100, max: 10_000 }),
      fc.integer({ min: 0, max: 20 }),
      (perMinute, level, swing) => {
        const found = flatness(series((at) => level + (perMinute * at) / 60 + (at % 4 === 0 ? swing : -swing)));
        expect(found?.perHour).toBeCloseTo(perMinute * 60, -2);
        expect(found?.seconds).toBe(598);
      },
    ),
  );
});

test('no line through one moment, or none', () => {
  expect(flatness([])).toBeUndefined();
  expect(flatness([{ at: 5, value: 1 }])).toBeUndefined();
  expect(flatness([1, 2].map((value) => ({ at: 5, value })))).toBeUndefined();
});

test('what grows by more than a tenth is not flat; what shrinks, or is too short, is', () => {
  expect(notFlat('memory', 'memory', flatness(series((at) => 100 + at / 40)))).toMatch(/grows by 14 %/u);
  expect(notFlat('memory', 'memory', flatness(series((at) => 100 + at / 80)))).toBeUndefined();
  expect(notFlat('memory', 'memory', flatness(series((at) => 100 - at / 10)))).toBeUndefined();
  expect(notFlat('memory', 'memory', flatness(series((at) => at).slice(0, 100)))).toBeUndefined();
});

test('each process has a life of its own, without its warm-up', () => {
  const found = lives(
    series((at) => at),
    [0, 100, 400],
    50,
  );
  expect(found.map((life) => [life[0]?.at, life.at(-1)?.at])).toEqual([
    [50, 98],
    [150, 398],
    [450, 598],
  ]);
});
