import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseTimestamp } from './timestamp.ts';

describe('timestamps', () => {
  test.each([
    ['1970-01-01T00:00:00Z', { ms: 0, ns: 0 }],
    ['2022-10-18T01:02:03.5Z', { ms: Date.UTC(2022, 9, 18, 1, 2, 3, 500), ns: 0 }],
    ['2018-07-16T21:31:22.020123456Z', { ms: Date.UTC(2018, 6, 16, 21, 31, 22, 20), ns: 123_456 }],
    ['2018-07-16T21:31:22.0201234569Z', { ms: Date.UTC(2018, 6, 16, 21, 31, 22, 20), ns: 123_456 }],
    ['2024-02-29T23:59:59Z', { ms: Date.UTC(2024, 1, 29, 23, 59, 59), ns: 0 }],
    ['0050-01-01T00:00:00Z', { ms: -60_589_296_000_000, ns: 0 }],
  ])('%s', (text, instant) => {
    expect(parseTimestamp(text)).toEqual(instant);
  });

  test.each([
    '2022-13-01T00:00:00Z',
    '2022-00-01T00:00:00Z',
    '2022-02-29T00:00:00Z',
    '2022-01-32T00:00:00Z',
    '2022-01-01T24:00:00Z',
    '0000-01-01T00:00:00Z',
    '2022-01-01',
  ])('%s does not exist', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test('agrees with ISO 8601 on every millisecond', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseTimestamp(date.toISOString())).toEqual({ ms: date.getTime(), ns: 0 });
      }),
    );
  });
});
