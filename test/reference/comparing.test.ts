import { describe, expect, test } from 'vitest';
import { at, keys, named, record, run, type Mention } from './hand-made-log.ts';
import type { PlainRecord, PlainValue } from './plain-record.ts';

// Expectations are worked out by hand from docs/semantics.md: this is what makes the evaluator a judge of the engine.

describe('comparing', () => {
  const rows: readonly (readonly [string, Readonly<Record<string, PlainValue>>])[] = [
    ['a', { x_v: 2, x_l: ['tcp', 'ip'], x_t: at(0), x_a: '10.1.2.3' }],
    ['b', { x_v: '2.0', x_l: ['udp'], x_t: at(0, 1), x_a: '10.1.0.0/16' }],
    ['c', { x_v: '10', x_l: [], x_a: '192.168.0.1' }],
    ['d', { x_v: 'Té\nx', x_a: 'no address' }],
    ['e', { x_v: true }],
    ['f', {}],
  ];
  const holds = (pattern: string): string => {
    const records = rows.map(([key, attributes], i) => record(i, [{ key, attributes }]));
    const evaluation = run(
      `p = GET process FROM a WHERE ${pattern}\nall = GET process FROM a WHERE pid IS NULL\nq = all WHERE ${pattern}`,
      records,
    );
    expect(keys(evaluation, 'q')).toEqual(keys(evaluation, 'p'));
    return keys(evaluation, 'p').join('');
  };

  test.each([
    ['x_v = 2', 'ab'],
    ["x_v = '2'", 'ab'],
    ['x_v != 2', 'cde'],
    ['x_v > 2', 'cde'],
    ["x_v < 'T'", 'abc'],
    ["x_v = 'true'", 'e'],
    ['x_v IN (10, 2.0)', 'abc'],
    ['x_v NOT IN (10, 2.0)', 'de'],
    ['x_v IS NULL', 'f'],
    ['x_v IS NOT NULL', 'abcde'],
    ["x_v LIKE 't_%X'", 'd'],
    ["x_v LIKE 't_x'", ''],
    ["x_v LIKE '1_'", 'c'],
    ["x_v NOT LIKE '%'", ''],
    ["x_v MATCHES 'T.*x'", 'd'],
    ["x_v MATCHES 't.*x'", ''],
    ["x_v MATCHES '(?i)t.*X'", 'd'],
    ["x_v NOT MATCHES '^[0-9]'", 'de'],
    ["x_l = 'ip'", 'a'],
    ["x_l != 'ip'", 'b'],
    ["x_l != 'icmp'", 'ab'],
    ["x_t = '2024-01-01T12:00:00Z'", 'a'],
    ["x_t > '2024-01-01T12:00:00.000Z'", 'b'],
    ["x_t LIKE '%00.000Z'", 'a'],
    ["x_a ISSUBSET '10.0.0.0/8'", 'ab'],
    ["x_a NOT ISSUBSET '10.0.0.0/8'", 'cd'],
    ["x_a ISSUPERSET '10.1.2.3'", 'ab'],
    ["x_v = 2 OR x_v = 10 AND x_a LIKE '10%'", 'ab'],
    ["(x_v = 2 OR x_v = 10) AND x_a LIKE '1%'", 'abc'],
  ])('%s holds for %s', (pattern, expected) => {
    expect(holds(pattern)).toBe(expected);
  });

  test('a reference stands for the values now in the variable', () => {
    const text = (pattern: string): string => `none = NEW process [{"name": "n"}]
      some = NEW process [{"name": "n", "pid": 0}, {"name": "m", "pid": 2}]
      p = GET process FROM a WHERE ${pattern}`;
    const holdsFor = (pattern: string): string =>
      keys(
        run(
          text(pattern),
          rows.map(([key, attributes], i) => record(i, [{ key, attributes }])),
        ),
        'p',
      ).join('');
    expect(holdsFor('x_v = some.pid')).toBe('ab');
    expect(holdsFor('x_v != some.pid')).toBe('cde');
    expect(holdsFor('x_v > some.pid')).toBe('abcde');
    expect(holdsFor('x_v IN (10, some.pid)')).toBe('abc');
    expect(holdsFor('x_v = none.pid')).toBe('');
    expect(holdsFor('x_v != none.pid')).toBe('abcde');
    expect(holdsFor('x_v NOT LIKE none.pid')).toBe('abcde');
  });

  test('along a list of references some entity satisfies, negated or not', () => {
    const flow = (key: string, port: number): Mention => ({
      type: 'network-traffic',
      key,
      attributes: { dst_port: port },
    });
    const records = [
      record(0, [flow('x', 80), flow('y', 443), { key: 'P', references: { opened_connection_refs: [0, 1] } }]),
      record(1, [{ key: 'Q', attributes: { pid: 1 } }]),
    ];
    const of = (pattern: string): string[] => keys(run(`p = GET process FROM a WHERE ${pattern}`, records), 'p');
    expect(of('opened_connection_refs[*].dst_port = 80')).toEqual(['P']);
    expect(of('opened_connection_refs[*].dst_port != 80')).toEqual(['P']);
    expect(of('opened_connection_refs[*].dst_port IS NULL')).toEqual(['Q']);
  });
});

describe('patterns over a record', () => {
  const host = (name: string): Mention => ({ type: 'x-oca-asset', key: name, attributes: { hostname: name } });
  const user = (name: string): Mention => ({ type: 'user-account', key: name, attributes: { user_id: name } });
  const of = (text: string, records: readonly PlainRecord[]): string[] => keys(run(text, records), 'p');

  test('one mention of the type satisfies all that is said of it', () => {
    const both = record(0, [
      { key: 'A', attributes: { name: 'a', pid: 1 } },
      { key: 'B', attributes: { name: 'b', pid: 2 } },
    ]);
    expect(of("p = GET process FROM a WHERE name = 'a' AND pid = 2", [both])).toEqual([]);
    expect(of("p = GET process FROM a WHERE name = 'a' OR pid = 2", [both])).toEqual(['A', 'B']);
  });

  test('of another type one witness satisfies all that is said of it', () => {
    const records = [record(0, [named('A', 'a'), user('bob'), user('alice')])];
    const text = (pattern: string): string => `p = GET process FROM a WHERE name = 'a' AND ${pattern}`;
    expect(of(text("user-account:user_id = 'bob'"), records)).toEqual(['A']);
    expect(of(text("user-account:user_id = 'bob' AND user-account:user_id != 'bob'"), records)).toEqual([]);
    expect(of(text("user-account:user_id != 'bob'"), records)).toEqual(['A']);
  });

  test('a type that the record does not mention makes its comparisons false', () => {
    const records = [record(0, [named('A', 'a')])];
    expect(of("p = GET process FROM a WHERE name = 'a' AND x-oca-asset:hostname != 'h'", records)).toEqual([]);
    expect(of("p = GET process FROM a WHERE name = 'a' AND x-oca-asset:hostname IS NULL", records)).toEqual([]);
    expect(of("p = GET process FROM a WHERE name = 'a' OR x-oca-asset:hostname = 'h'", records)).toEqual(['A']);
  });

  test('a pattern about other types alone selects every mention', () => {
    const records = [record(0, [named('A', 'a'), named('B', 'b'), host('h')]), record(1, [named('C', 'c'), host('i')])];
    expect(of("p = GET process FROM a WHERE x-oca-asset:hostname = 'h'", records)).toEqual(['A', 'B']);
  });

  test('an ECS name means the mention in its role', () => {
    const records = [
      record(0, [
        { key: 'A', role: 'parent', attributes: { name: 'sh' } },
        { key: 'B', role: 'process', attributes: { name: 'ls' }, references: { parent_ref: 0 } },
      ]),
    ];
    expect(of("p = GET process FROM a WHERE name = 'sh'", records)).toEqual(['A']);
    expect(of("p = GET process FROM a WHERE process.name = 'sh'", records)).toEqual([]);
    expect(of("p = GET process FROM a WHERE process.name = 'ls'", records)).toEqual(['B']);
    expect(of("p = GET process FROM a WHERE process.parent.name = 'sh'", records)).toEqual(['B']);
  });

  test('a missing step is null', () => {
    const records = [record(0, [named('A', 'a')])];
    expect(of("p = GET process FROM a WHERE parent_ref.name != 'x'", records)).toEqual([]);
    expect(of('p = GET process FROM a WHERE parent_ref.name IS NULL', records)).toEqual(['A']);
  });
});
