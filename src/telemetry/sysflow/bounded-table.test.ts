import { describe, expect, it } from 'vitest';
import { BoundedTable } from './bounded-table.ts';

describe('a bounded table', () => {
  it('forgets what was stated longest ago, and tells', () => {
    const forgotten: number[] = [];
    const table = new BoundedTable<number>({ maxEntries: 2, maxBytes: 100 }, (value) => forgotten.push(value));
    table.set('a', 1, 10);
    table.set('b', 2, 10);
    table.set('a', 3, 10);
    table.set('c', 4, 10);
    expect(['a', 'b', 'c'].map((key) => table.get(key))).toEqual([3, undefined, 4]);
    expect(forgotten).toEqual([1, 2]);
  });

  it('keeps to its bytes, but always the newest entry', () => {
    const table = new BoundedTable<number>({ maxEntries: 10, maxBytes: 100 });
    for (const [key, bytes] of Object.entries({ a: 40, b: 40, c: 40 })) table.set(key, bytes, bytes);
    expect([table.size, table.get('a')]).toEqual([2, undefined]);
    table.set('d', 1000, 1000);
    expect([table.size, table.get('d')]).toEqual([1, 1000]);
    table.clear();
    table.set('e', 1, 60);
    table.set('f', 1, 40);
    expect(table.size).toBe(2);
  });
});
