import { describe, expect, test } from 'vitest';
import { ObservationTable, type Observation } from './observation-table.ts';

const observation = (recordId: string, last: number, count = 1): Observation => ({
  recordId,
  first: { ms: last - 1, ns: 0 },
  last: { ms: last, ns: 0 },
  count,
});

describe('observations', () => {
  test('a record that comes twice is one', () => {
    const table = new ObservationTable();
    expect(table.add(1, observation('r', 5))).toEqual({ replaced: undefined });
    expect(table.add(1, observation('r', 5))).toBeUndefined();
    expect([...table.of(1).values()]).toEqual([observation('r', 5)]);
  });

  test('of two records with one id the greater counts, whichever came first', () => {
    const [less, more] = [observation('r', 5), observation('r', 6)];
    const [a, b] = [new ObservationTable(), new ObservationTable()];
    for (const each of [less, more]) a.add(1, each);
    for (const each of [more, less]) b.add(1, each);
    expect(a.of(1)).toEqual(b.of(1));
    expect(a.of(1).get('r')).toEqual(more);
    expect(a.add(1, observation('r', 6, 2))).toEqual({ replaced: more });
  });

  test('what is too old goes, and all of an entity that is forgotten', () => {
    const table = new ObservationTable();
    for (const [entity, id, last] of [
      [1, 'a', 5],
      [1, 'b', 9],
      [2, 'b', 9],
    ] as const)
      table.add(entity, observation(id, last));
    expect(table.expire(7, (entity) => entity === 2)).toEqual([
      { entity: 1, observation: observation('a', 5) },
      { entity: 2, observation: observation('b', 9) },
    ]);
    expect([...table.of(1).keys()]).toEqual(['b']);
    expect(table.of(2).size).toBe(0);
  });

  test('tells what changed since the last time, once', () => {
    const table = new ObservationTable();
    table.add(1, observation('a', 5));
    table.add(1, observation('b', 9));
    table.expire(7, () => false);
    expect(table.takeChanged()).toEqual([
      { entity: 1, recordId: 'a' },
      { entity: 1, recordId: 'b', observation: observation('b', 9) },
    ]);
    expect(table.takeChanged()).toEqual([]);
    table.restore(1, observation('c', 9));
    expect(table.takeChanged()).toEqual([]);
    expect([...table.of(1).keys()]).toEqual(['b', 'c']);
  });
});
