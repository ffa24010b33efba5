import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EvaluateOptions } from './evaluate.ts';
import { at, keys, named, record, run, START_MS, type Mention } from './hand-made-log.ts';
import type { PlainRecord, PlainValue } from './plain-record.ts';
import { stixRecords } from './stix-records.ts';

// Expectations are worked out by hand from docs/semantics.md: this is what makes the evaluator a judge of the engine.

function tree(): PlainRecord[] {
  const file = new URL('../fixtures/stix/FX-TREE.json', import.meta.url);
  return stixRecords(JSON.parse(readFileSync(file, 'utf8')) as { objects: unknown[] }, 'stixshifter://a');
}

describe('a tree of processes', () => {
  test('forward', () => {
    const text = `e = GET process FROM a WHERE name = 'explorer.exe'
                  k = FIND process CREATED BY e
                  l = FIND process CREATED BY k
                  m = FIND process CREATED BY l`;
    const result = run(text, tree());
    expect(['e', 'k', 'l', 'm'].map((name) => keys(result, name))).toEqual([['E'], ['C2', 'W'], ['P', 'WH2'], ['C1']]);
  });

  test('backward, with files, accounts and connections beside', () => {
    const text = `w = GET process FROM a WHERE name = 'whoami.exe' AND creator_user_ref.user_id = 'alice'
                  c = FIND process CREATED w
                  f = FIND file LOADED BY c
                  d = FIND directory CONTAINED f
                  u = FIND user-account OWNED c
                  p = FIND process CREATED c
                  n = FIND network-traffic CREATED BY p
                  i = FIND ipv4-addr ACCEPTED n`;
    const result = run(text, tree());
    expect(keys(result, 'c')).toEqual(['C1']);
    expect(result.displays).toEqual([]);
    expect(['f', 'd', 'u', 'p', 'n'].map((name) => keys(result, name).length)).toEqual([1, 1, 1, 1, 2]);
    expect(keys(result, 'i')).toEqual(['198.51.100.7', '203.0.113.9']);
  });

  test('LINKED: whatever shares a record, itself included', () => {
    const text = "p = GET process FROM a WHERE name = 'powershell.exe'\nl = FIND process LINKED p";
    expect(keys(run(text, tree()), 'l')).toEqual(['C1', 'P', 'W']);
  });

  test('columns of DISP without ATTR: of the type, then references depth first, none without a value', () => {
    const [display] = run('p = GET process FROM a WHERE pid = 402\nDISP p', tree()).displays;
    expect(display?.columns).toEqual([
      'pid',
      'name',
      'x_unique_id',
      ...['pid', 'name', 'command_line', 'x_unique_id'].map((name) => `parent_ref.${name}`),
      ...['pid', 'name', 'x_unique_id'].map((name) => `parent_ref.parent_ref.${name}`),
      'parent_ref.binary_ref.name',
      'parent_ref.binary_ref.parent_directory_ref.path',
      'parent_ref.creator_user_ref.user_id',
      'creator_user_ref.user_id',
    ]);
    expect(display?.rows[0]?.slice(0, 4)).toEqual([402, 'whoami.exe', 'WH2', 400]);
  });
});

describe('ranges and sources', () => {
  const iso = (second: number): string => new Date(START_MS + second * 1000).toISOString();
  const of = (clause: string, records: readonly PlainRecord[], options: Partial<EvaluateOptions> = {}): string[] =>
    keys(run(`p = GET process FROM a WHERE name LIKE '%' ${clause}`, records, options), 'p');

  test('START is part of the range, STOP is not; what reaches into it counts', () => {
    const records = [
      record(0, [named('before', 'x')], { last: 9 }),
      record(0, [named('reaches', 'x')], { last: 10 }),
      record(19, [named('inside', 'x')], { last: 90 }),
      record(20, [named('after', 'x')]),
    ];
    expect(of(`START ${iso(10)} STOP ${iso(20)}`, records)).toEqual(['inside', 'reaches']);
  });

  test('LAST moves with the clock, and waits for what is to come', () => {
    const records = [record(0, [named('A', 'x')]), record(10, [named('B', 'x')], { last: 10 })];
    expect(of('LAST 10 SECONDS', records)).toEqual(['A', 'B']);
    expect(of('LAST 10 SECONDS', records, { now: at(10, 1) })).toEqual(['B']);
    expect(of('LAST 10 SECONDS', records, { now: at(5) })).toEqual(['A']);
  });

  test('records of the sources named', () => {
    const records = [record(0, [named('A', 'x')]), record(0, [named('B', 'x')], { source: 'b' })];
    const text = (from: string): string => `p = GET process FROM ${from} WHERE name = 'x'`;
    expect(keys(run(text('stixshifter://b'), records), 'p')).toEqual(['B']);
    expect(keys(run(text('stixshifter://a,b'), records), 'p')).toEqual(['A', 'B']);
  });

  test('FIND in a range asks for a mention in it, not for the edge', () => {
    const records = [
      record(0, [named('P', 'p'), { key: 'C', references: { parent_ref: 0 } }]),
      record(50, [named('C', 'c')]),
    ];
    const text = (clause: string): string =>
      `p = GET process FROM a WHERE name = 'p'\nq = FIND process CREATED BY p ${clause}`;
    expect(keys(run(text(`START ${iso(40)} STOP ${iso(60)}`), records), 'q')).toEqual(['C']);
    expect(keys(run(text(`START ${iso(10)} STOP ${iso(60)}`), records.slice(0, 1)), 'q')).toEqual([]);
  });
});

describe('FIND with WHERE', () => {
  const asset = (name: string): Mention => ({ type: 'x-oca-asset', key: name, attributes: { hostname: name } });
  const records = [
    record(0, [named('P', 'p'), { key: 'C', attributes: { name: 'born' }, references: { parent_ref: 0 } }]),
    record(1, [named('C', 'later'), asset('h')]),
  ];
  const of = (where: string): string[] =>
    keys(run(`p = GET process FROM a WHERE name = 'p'\nq = FIND process CREATED BY p WHERE ${where}`, records), 'q');

  test('about the result alone: any record of it', () => {
    expect(of("name = 'later'")).toEqual(['C']);
    expect(of("name = 'later' AND parent_ref.name = 'p'")).toEqual([]);
  });

  test('about others too: the record that tells of the edge', () => {
    expect(of("name = 'later' AND x-oca-asset:hostname = 'h'")).toEqual([]);
    expect(of("name = 'born' OR x-oca-asset:hostname = 'h'")).toEqual(['C']);
  });
});

describe('order and LIMIT', () => {
  const limited = "p = GET process FROM a WHERE name = 'x' LIMIT 2";

  test('the first by record, also within one epoch', () => {
    const records = [record(0, [named('C', 'x'), named('B', 'x')]), record(1, [named('A', 'x')])];
    expect(keys(run(limited, records, { epochs: [2] }), 'p')).toEqual(['B', 'C']);
    expect(keys(run(limited.replace('LIMIT 2', 'LIMIT 1'), records, { epochs: [2] }), 'p')).toEqual(['C']);
  });

  test('who leaves admits the next, and queues again when it comes back', () => {
    const text = limited.replace('LIMIT 2', 'LAST 10 SECONDS LIMIT 1');
    const records = [record(0, [named('A', 'x')]), record(8, [named('B', 'x')]), record(11, [named('A', 'x')])];
    expect(keys(run(text, records.slice(0, 2)), 'p')).toEqual(['A']);
    expect(keys(run(text, records.slice(0, 2), { now: at(11) }), 'p')).toEqual(['B']);
    const apart = [...records.slice(0, 2), record(11, [named('Z', 'y')]), record(12, [named('A', 'x')])];
    expect(keys(run(text, apart), 'p')).toEqual(['B']);
    expect(keys(run(text, records), 'p')).toEqual(['A']);
  });

  test('results of FIND that enter together enter in order of their keys', () => {
    const child = (key: string): PlainRecord =>
      record(0, [named('P', 'p'), { key, attributes: { name: 'x' }, references: { parent_ref: 0 } }]);
    const text = "p = GET process FROM a WHERE name = 'p'\nq = FIND process CREATED BY p LIMIT 1";
    expect(keys(run(text, [child('C'), child('B')], { epochs: [2] }), 'q')).toEqual(['B']);
    expect(keys(run(text, [child('C'), child('B')], { epochs: [1, 2] }), 'q')).toEqual(['C']);
  });

  test('SORT: null lowest, ties by key whatever the direction; a filter keeps the order and LIMIT follows it', () => {
    const records = [
      ['A', 2],
      ['B', 10],
      ['C', undefined],
      ['D', 2],
    ].map(([key, pid], i) =>
      record(i, [
        {
          key: key as string,
          attributes: { name: 'x', ...(pid === undefined ? {} : { pid }) } as Record<string, PlainValue>,
        },
      ]),
    );
    const text = `p = GET process FROM a WHERE name = 'x'
                  up = SORT p BY pid ASC
                  down = SORT p BY pid
                  kept = down WHERE name = 'x'
                  top = down LIMIT 1 OFFSET 1`;
    const result = run(text, records);
    expect(keys(result, 'up').join('')).toBe('CADB');
    expect(keys(result, 'down').join('')).toBe('BADC');
    expect(keys(result, 'kept').join('')).toBe('BADC');
    expect(keys(result, 'top').join('')).toBe('A');
  });

  test('DISP drops empty rows and repeated ones before it limits', () => {
    const text = `p = NEW process [{"name": "a", "pid": 3}, {"name": "a", "pid": 2}, {"name": "b", "pid": 1}, {"pid": 0}]
                  DISP p ATTR name SORT BY pid DESC LIMIT 2
                  DISP p ATTR name SORT BY pid DESC LIMIT 2 OFFSET 1`;
    expect(run(text, []).displays.map(({ rows }) => rows)).toEqual([[['a'], ['b']], [['b']]]);
  });
});

describe('variables of variables', () => {
  test('versions: a name used before it is bound again keeps its meaning', () => {
    const text = `p = NEW process [{"name": "a", "pid": 1}, {"name": "b", "pid": 2}]
                  q = p
                  p = p WHERE pid = 2
                  r = q + p`;
    const result = run(text, []);
    expect(['p', 'q', 'r'].map((name) => keys(result, name).length)).toEqual([1, 2, 2]);
  });

  test('what NEW gives is seen in the whole hunt, before anything else; values are one entity', () => {
    const address: Mention = { type: 'ipv4-addr', key: '10.0.0.1', attributes: { value: '10.0.0.1', x_note: 'told' } };
    const text = `a = GET ipv4-addr FROM a WHERE value LIKE '%'
                  b = a WHERE x_note = 'mine'
                  n = NEW [{"type": "ipv4-addr", "value": "10.0.0.1", "x_note": "mine"}]
                  m = a + n
                  DISP m`;
    const result = run(text, [record(0, [address])]);
    expect([keys(result, 'b'), keys(result, 'm')]).toEqual([['10.0.0.1'], ['10.0.0.1']]);
    expect(result.displays).toEqual([{ columns: ['value', 'x_note'], rows: [['10.0.0.1', 'mine']] }]);
  });

  test('columns of NEW stay in their order, also empty ones', () => {
    const text = 'p = NEW [{"type": "process", "x_b": null, "pid": 1}]\nDISP p';
    expect(run(text, []).displays).toEqual([{ columns: ['x_b', 'pid'], rows: [[undefined, 1]] }]);
  });
});

test('a command it does not know is told, not passed over', () => {
  expect(() => run('p = GET process FROM a WHERE pid = 1\nAPPLY python://a ON p', [])).toThrow(/apply/);
});
