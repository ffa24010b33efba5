import { describe, expect, test } from 'vitest';
import { durationText } from '../catalogue/duration-text.ts';
import { matchesName } from './expectations.ts';
import { timeHistogram } from './time-histogram.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a histogram over time', () => {
  test.each([
    [0, 59_000, 1000],
    [0, 89_000, 2000],
    [0, HOUR, 120_000],
    [0, DAY, 1_800_000],
    [0, 7 * DAY, 6 * HOUR],
    [0, 30 * DAY, DAY],
    [0, 365 * DAY, 7 * DAY],
    [-10 * 365 * DAY, 50 * 365 * DAY, 3650 * DAY],
  ])('from %d to %d has bars of %d ms', (from, to, width) => {
    const { widthMs, buckets } = timeHistogram([], from, to);
    expect(widthMs).toBe(width);
    expect(buckets.length).toBeLessThanOrEqual(60);
    expect(buckets[0]![0]).toBeLessThanOrEqual(from);
    expect(buckets.at(-1)![0] + width).toBeGreaterThan(to);
  });

  test('counts each moment once, also those outside of the range', () => {
    const { buckets } = timeHistogram([500, 999, 1000, 9999, -1], 0, 5000);
    expect(buckets.filter(([, count]) => count > 0)).toEqual([
      [-1000, 1],
      [0, 2],
      [1000, 1],
      [9000, 1],
    ]);
  });

  test('of times far apart stays small', () => {
    expect(timeHistogram([-8.64e15, 8.64e15], 0, 1).buckets.length).toBeLessThanOrEqual(61);
  });
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [60_000, '1 min'],
  [61_000, '1 min 1 s'],
  [2 * DAY + 3 * HOUR, '2 d 3 h'],
  [-1000, '-1 s'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  ['web-1', 'web-1', true],
  ['web-1', 'web-*', true],
  ['web-1', '*', true],
  ['web-1', 'web', false],
  ['aba', 'ab*ba', false],
  ['a.b', 'a*b', true],
  ['node ran x.py now', 'node*x*y*', true],
  ['node', '*node*node*', false],
  ['[x', '[*', true],
])('%s by the name %s: %s', (text, pattern, matches) => {
  expect(matchesName(text, pattern)).toBe(matches);
});
