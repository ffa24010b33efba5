import { describe, expect, it } from 'vitest';
import { agrees, compareRows } from './compare-rows.ts';
import { describeFailure } from './describe-failure.ts';

const ROWS = [
  { name: 'sh', pid: 7 },
  { name: 'id', pid: 8 },
];

describe('compareRows', () => {
  it('counts exactly', () => {
    expect(compareRows({ count: 2 }, ROWS)).toEqual([]);
    expect(compareRows({ count: 1 }, ROWS)).toEqual([{ kind: 'count', expected: 1, found: 2, rows: ROWS }]);
    expect(compareRows({ count: 0 }, [])).toEqual([]);
  });

  it('asks for one row that agrees in everything', () => {
    expect(compareRows({ include: [{ name: 'sh', pid: 7 }] }, ROWS)).toEqual([]);
    const expected = { name: 'sh', pid: 8 };
    expect(compareRows({ include: [expected] }, ROWS)).toEqual([{ kind: 'include', expected, found: 2, rows: ROWS }]);
  });

  it('shows the rows nearest to what is missing', () => {
    const expected = { name: 'id', pid: 9 };
    const [difference] = compareRows({ include: [expected] }, [...ROWS, { name: 'x', pid: 1 }]);
    expect(difference?.rows).toEqual([ROWS[1], ROWS[0]]);
  });

  it('lets no row agree with what is excluded', () => {
    expect(compareRows({ exclude: [{ name: 'sh', pid: 8 }] }, ROWS)).toEqual([]);
    expect(compareRows({ exclude: [{ name: 'sh' }] }, ROWS)).toMatchObject([{ kind: 'exclude', rows: [ROWS[0]] }]);
  });

  it.each([
    ['sh', 'sh', true],
    ['sh', 'SH', false],
    [7, '7', true],
    ['7', 7, true],
    [true, true, true],
    [null, undefined, true],
    [null, 'x', false],
    ['x', undefined, false],
    [['a', 'b'], 'b', true],
    [['a', 'b'], 'c', false],
    ['a', ['a', 'b'], true],
    [['a', 'b'], ['b', 'a', 'c'], true],
    [['a', 'd'], ['a', 'b'], false],
    ['2026-01-01T00:00:00.5Z', { ms: Date.UTC(2026, 0, 1) + 500, ns: 0 }, true],
    ['2026-01-01T00:00:00.500000001Z', { ms: Date.UTC(2026, 0, 1) + 500, ns: 0 }, false],
    ['yesterday', { ms: 0, ns: 0 }, false],
  ])('%j and %j: %s', (expected, value, same) => {
    expect(agrees(expected as string, value)).toBe(same);
  });
});

describe('describeFailure', () => {
  it('says what was expected and what is there', () => {
    expect(describeFailure({ subject: 'p', kind: 'count', expected: 0, found: 2, rows: ROWS })).toBe(
      'variable p: expected 0 entities, found 2 (name=sh pid=7; name=id pid=8)',
    );
    expect(describeFailure({ subject: 'alerts', at: '+5s', kind: 'count', expected: 1, found: 0, rows: [] })).toBe(
      'at +5s, alerts: expected 1 alert, found 0',
    );
    expect(
      describeFailure({
        subject: 'p',
        kind: 'include',
        expected: { name: 'a b' },
        found: 1,
        rows: [{ name: undefined }],
      }),
    ).toBe("variable p: expected one with name='a b', nearest of 1: name=unknown");
    expect(describeFailure({ subject: 'p', kind: 'include', expected: { pid: null }, found: 0, rows: [] })).toBe(
      'variable p: expected one with pid=unknown, there is none at all',
    );
    expect(
      describeFailure({ subject: 'p', kind: 'exclude', expected: { name: 'sh' }, found: 2, rows: [ROWS[0]!] }),
    ).toBe('variable p: expected none with name=sh, found name=sh pid=7');
  });
});
