import { describe, expect, test } from 'vitest';
import { at, keys, named, record, run, type Mention } from './hand-made-log.ts';
import type { PlainRecord, PlainValue } from './plain-record.ts';

// Expectations are worked out by hand from docs/semantics.md: this is what makes the evaluator a judge of the engine.

describe('content', () => {
  const shown = (records: readonly PlainRecord[], path: string): PlainValue | undefined =>
    run(`p = GET process FROM a WHERE pid = 1\nDISP p ATTR ${path}`, records).displays[0]?.rows[0]?.[0];
  const said = (second: number, more: Mention['attributes'], mention: Partial<Mention> = {}): PlainRecord =>
    record(second, [{ key: 'P', attributes: { pid: 1, ...more }, ...mention }]);

  test('the latest last wins, whatever the order of arrival; null never counts', () => {
    const records = [said(5, { name: 'late' }), said(1, { name: 'early', cwd: '/' }), said(9, {})];
    expect(shown(records, 'name')).toBe('late');
    expect(shown(records, 'cwd')).toBe('/');
  });

  test('of equal last the later first, then the greater value', () => {
    const long = record(0, [{ key: 'P', attributes: { pid: 1, name: 'z' } }], { last: 5 });
    expect(shown([said(5, { name: 'a' }), long], 'name')).toBe('a');
    expect(shown([said(5, { name: 'b' }), said(5, { name: 'a' })], 'name')).toBe('b');
    expect(shown([said(5, { name: 'a' }), said(5, { name: 'é' })], 'name')).toBe('é');
  });

  test('values of all kinds have one order', () => {
    const ascending: PlainValue[] = [false, true, -1, 7, at(0), at(0, 1), 'A', 'a', ['a'], ['a', 'b']];
    for (let i = 1; i < ascending.length; i++) {
      const [low, high] = [ascending[i - 1] as PlainValue, ascending[i] as PlainValue];
      expect(shown([said(0, { x_any: high }), said(0, { x_any: low })], 'x_any')).toEqual(high);
    }
  });

  test('what is said of a parent only fills', () => {
    const repeated = said(9, { name: 'stale', cwd: '/p' }, { authority: 0 });
    expect(shown([said(1, { name: 'own' }), repeated], 'name')).toBe('own');
    expect(shown([said(1, { name: 'own' }), repeated], 'cwd')).toBe('/p');
  });

  test('tags are a union', () => {
    expect(shown([said(5, { x_tags: ['b', 'a'] }), said(1, { x_tags: ['c', 'a'] })], 'x_tags')).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('spellings of Windows names are one value, shown as the least one', () => {
    const windows = { caseFolded: true };
    const records = [said(1, { name: 'CMD.exe' }, windows), said(2, { name: 'cmd.exe' }, windows)];
    expect(shown(records, 'name')).toBe('CMD.exe');
    expect(shown([...records, said(3, { name: 'x.exe' }, windows)], 'name')).toBe('x.exe');
    expect(shown([said(1, { name: 'CMD.exe' }), said(2, { name: 'cmd.exe' })], 'name')).toBe('cmd.exe');
  });

  test('a parent is the latest one told, of one moment the one with the greater key; FIND walks all', () => {
    const child = (second: number, parent: string): PlainRecord =>
      record(second, [named(parent, parent), { key: 'P', attributes: { pid: 1 }, references: { parent_ref: 0 } }]);
    expect(shown([child(5, 'A'), child(1, 'B')], 'parent_ref.name')).toBe('A');
    expect(shown([child(5, 'B'), child(5, 'A')], 'parent_ref.name')).toBe('B');
    const text = 'p = GET process FROM a WHERE pid = 1\nq = FIND process CREATED p';
    expect(keys(run(text, [child(5, 'A'), child(1, 'B')]), 'q')).toEqual(['A', 'B']);
  });

  test('GET selects by what a record says, assignment by what is known', () => {
    const text = "p = GET process FROM a WHERE name = 'old'\nq = p WHERE name = 'old'";
    const result = run(text, [said(0, { name: 'old' }), said(1, { name: 'new' })]);
    expect([keys(result, 'p'), keys(result, 'q')]).toEqual([['P'], []]);
  });
});

describe('retention', () => {
  const text = `p = GET process FROM a WHERE name = 'sh'
                c = FIND process CREATED BY p
                all = GET process FROM a WHERE name LIKE '%'
                DISP all ATTR name, parent_ref.name, cwd`;
  const child = (second: number): PlainRecord =>
    record(second, [
      named('P', 'sh'),
      { key: 'C', attributes: { name: 'c', cwd: '/' }, references: { parent_ref: 0 } },
    ]);
  const after = (records: readonly PlainRecord[]): string[] => {
    const result = run(text, records, { retentionMs: 100_000 });
    return [...['p', 'c'].map((name) => keys(result, name).join('')), ...(result.displays[0]?.rows ?? []).map(String)];
  };

  test('what lies as far back as it reaches still counts', () => {
    const x = (second: number): PlainRecord => record(second, [named('X', 'x')]);
    // A jump of the only host waits for a second one.
    expect(after([child(0), x(101)])).toEqual(['P', 'C', 'c,sh,/', 'sh,,', 'x,,']);
    expect(after([child(0), x(100), x(101)])).toEqual(['P', 'C', 'c,sh,/', 'sh,,', 'x,,']);
    expect(after([child(0), x(101), x(102)])).toEqual(['', '', 'x,,']);
  });

  test('an older record is refused, whatever other sources say', () => {
    const late = record(0, [named('L', 'sh')]);
    const later = (source: string): PlainRecord[] =>
      [101, 102].map((second) => record(second, [named('X', 'x')], { source }));
    expect(after([...later('a'), late])).toEqual(['', '', 'x,,']);
    expect(after([...later('b'), late])).toEqual(['L', '', 'sh,,']);
  });

  test('an entity still spoken of keeps what was said of it, but not what it was found by', () => {
    const spoken = [90, 91].map((second) => record(second, [named('C', 'c')]));
    const records = [child(0), ...spoken, record(115, [named('X', 'x')])];
    expect(after(records)).toEqual(['', '', 'c,,/', 'x,,']);
  });

  test('who comes back begins anew', () => {
    const records = [
      child(0),
      record(150, [named('X', 'x')]),
      record(150.5, [named('X', 'x')]),
      record(151, [named('C', 'c')]),
      record(152, [named('P', 'sh')]),
    ];
    expect(after(records)).toEqual(['P', '', 'c,,', 'sh,,', 'x,,']);
  });
});
