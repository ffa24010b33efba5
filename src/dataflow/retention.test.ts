import { describe, expect, test } from 'vitest';
import { Retention, retains } from './retention.ts';

const times = (entries: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(entries));

describe('what is kept', () => {
  test('for good, unless something says otherwise', () => {
    expect(retains({ retentionMs: Infinity })).toBe(false);
    expect(retains({ retentionMs: 1 })).toBe(true);
    expect(retains({ retentionMs: Infinity, sourceRetentionMs: times({ a: 1 }) })).toBe(true);
    expect(retains({ retentionMs: Infinity, typeRetentionMs: times({ file: 1 }) })).toBe(true);
    const retention = new Retention({ retentionMs: Infinity, sourceRetentionMs: times({ a: 64 }) });
    expect(retention.advance(times({ b: 1_000_000 }))).toBeUndefined();
    expect(retention.advance(times({ a: 1_000_000, b: 1_000_000 }))).toBeUndefined();
  });

  test('of each source by its own time and retention, as long as any source would keep it', () => {
    const retention = new Retention({ retentionMs: 640, sourceRetentionMs: times({ slow: 6400 }) });
    expect([retention.of('slow'), retention.of('other')]).toEqual([6400, 640]);
    expect(retention.advance(times({ slow: 10_000, other: 10_000 }))?.ms).toBe(3600);
    expect(retention.advance(times({ slow: 20_000, other: 12_000 }))?.ms).toBe(11_360);
  });

  test('of a type for a shorter time; a longer one does not count', () => {
    const retention = new Retention({ retentionMs: 640, typeRetentionMs: times({ file: 64, process: 6400 }) });
    const horizons = retention.advance(times({ a: 10_000 }));
    expect([horizons?.ms, horizons?.of('file'), horizons?.of('process'), horizons?.of('user-account')]).toEqual([
      9360, 9936, 9360, 9360,
    ]);
  });
});

describe('a step', () => {
  test('is the 64th part of the shortest retention that moves', () => {
    const retention = new Retention({ retentionMs: 6400, typeRetentionMs: times({ file: 640 }) });
    expect(retention.advance(times({ a: 10_000 }))).toBeDefined();
    expect(retention.advance(times({ a: 10_009 }))).toBeUndefined();
    expect(retention.advance(times({ a: 10_010 }))?.of('file')).toBe(9370);
    expect(retention.advance(times({ a: 10_011 }))).toBeUndefined();
  });

  test('is made at once where a source is new, or a time was taken back', () => {
    const retention = new Retention({ retentionMs: 6400 });
    retention.advance(times({ a: 10_000 }));
    expect(retention.advance(times({ a: 10_000, b: 5000 }))?.ms).toBe(-1400);
    expect(retention.advance(times({ a: 10_000, b: 5000 }))).toBeUndefined();
    retention.reset();
    expect(retention.advance(times({ a: 10_000, b: 5000 }))?.ms).toBe(-1400);
  });
});
