import { describe, expect, test } from 'vitest';

import { MAX_TEXT_LENGTH } from '../check/check-huntflow.ts';
import { FORMAT_WIDTH, formatHuntflow } from './format-huntflow.ts';

function formatted(text: string): string {
  const result = formatHuntflow(text);
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  return result.text;
}

describe('a statement', () => {
  test.each([
    ['x=get process from s where name="sh"last 1d', 'x = GET process FROM s WHERE name="sh" LAST 1 DAY'],
    ['x = y   where pid in(1,2 ,a . b)limit 3 offset 1', 'x = y WHERE pid IN (1, 2, a.b) LIMIT 3 OFFSET 1'],
    ['c = find process created by x', 'c = FIND process CREATED BY x'],
    ['n = new process["a" ,"b"]', 'n = NEW process ["a", "b"]'],
    [
      'n = NEW [ { "type" : "process", "x_a":NULL , "x_b" : True } ]',
      'n = NEW [{"type": "process", "x_a": null, "x_b": true}]',
    ],
    ['m = load a/b.csv as process', 'm = LOAD a/b.csv AS process'],
    ['a = b+c + d', 'a = b + c + d'],
    ['t = timestamped ( a )', 't = TIMESTAMPED(a)'],
    ['s = sort a by pid desc', 's = SORT a BY pid DESC'],
    ['g = group a by name,bin( pid,5 ) with count(pid)as n', 'g = GROUP a BY name, BIN(pid, 5) WITH COUNT(pid) AS n'],
    ['g = group a by bin(created,5m)', 'g = GROUP a BY BIN(created, 5 MINUTES)'],
    ['j = join a,b by pid,parent_ref.pid', 'j = JOIN a, b BY pid, parent_ref.pid'],
    ['apply python://x on a ,b with k = v,l=( 1,a.pid )', 'APPLY python://x ON a, b WITH k=v, l=(1, a.pid)'],
    ['disp a attr name ,pid sort by pid asc', 'DISP a ATTR name, pid SORT BY pid ASC'],
    ['info a save a to x.json describe a . pid explain a', 'INFO a\nSAVE a TO x.json\nDESCRIBE a.pid\nEXPLAIN a'],
    ["x = y where a is not null and b not like 'c'", "x = y WHERE a IS NOT NULL AND b NOT LIKE 'c'"],
    [
      "x = GET a FROM s WHERE [a:b='c'] START t' 2022-01-01T00:00:00Z ' STOP 2022-01-02T00:00:00Z",
      "x = GET a FROM s WHERE [a:b = 'c'] START t'2022-01-01T00:00:00Z' STOP 2022-01-02T00:00:00Z",
    ],
  ])('%s', (written, expected) => {
    expect(formatted(written)).toBe(`${expected.replace('name="sh"', 'name = "sh"')}\n`);
  });

  test('names that look like keywords stay as they are written', () => {
    const text =
      "explain = NEW process ['a']\nwhere   = explain WHERE start = 3 ATTR by, count SORT BY asc ASC\nDISP where\n";
    expect(formatted(text)).toBe(text);
  });

  test('too long for a line: a clause to a line, operands below each other', () => {
    const pattern =
      "(name = 'a' OR name = 'b') AND command_line LIKE '%something long enough%' AND parent_ref.name = 'node'";
    expect(formatted(`procs = GET process FROM stixshifter://c1 WHERE ${pattern} LAST 5 d LIMIT 3`)).toBe(
      [
        'procs = GET process FROM stixshifter://c1',
        "        WHERE (name = 'a' OR name = 'b')",
        "          AND command_line LIKE '%something long enough%'",
        "          AND parent_ref.name = 'node'",
        '        LAST 5 DAYS',
        '        LIMIT 3',
        '',
      ].join('\n'),
    );
  });

  test('OR is the outer one, and long lists are filled', () => {
    const list = Array.from({ length: 12 }, (_, i) => `'name-${i}'`).join(',');
    expect(formatted(`DISP procs WHERE pid = 1 AND name = 'a' OR name IN (${list}) OR pid > 5`)).toBe(
      [
        'DISP procs',
        "  WHERE pid = 1 AND name = 'a'",
        "     OR name IN ('name-0', 'name-1', 'name-2', 'name-3', 'name-4', 'name-5', 'name-6', 'name-7',",
        "                 'name-8', 'name-9', 'name-10', 'name-11')",
        '     OR pid > 5',
        '',
      ].join('\n'),
    );
  });

  test('long lists of attributes, texts, objects, operands and arguments', () => {
    const names = (count: number, make: (i: number) => string): string =>
      Array.from({ length: count }, (_, i) => make(i)).join(', ');
    const text = [
      `DISP p ATTR ${names(20, (i) => `x_attribute_${i}`)}`,
      `n = NEW process [${names(20, (i) => `"text ${i}"`)}]`,
      `o = NEW [${names(4, (i) => `{"type": "process", "name": "a${i}", "pid": ${i}}`)}]`,
      `m = p + ${Array.from({ length: 20 }, (_, i) => `operand${i}`).join(' + ')}`,
      `APPLY python://a ON p WITH ${names(12, (i) => `argument${i}=${i}`)}`,
      `g = GROUP p BY name WITH ${names(12, (i) => `COUNT(x_${i}) AS n${i}`)}`,
    ].join('\n');
    const lines = formatted(text).split('\n');
    expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(FORMAT_WIDTH);
    expect(lines.filter((each) => /^ +\{"type"/.test(each))).toHaveLength(3);
  });
});

describe('variables', () => {
  const bind = (name: string): string => `${name} = NEW url ['a']`;

  test('line up as far as bindings follow each other', () => {
    const text = [bind('a'), bind('long_name'), '', bind('b'), '# c', bind('abc'), 'INFO b', bind('d'), bind('ef')];
    expect(formatted(text.join('\n')).split('\n')).toEqual([
      "a         = NEW url ['a']",
      "long_name = NEW url ['a']",
      '',
      "b = NEW url ['a']",
      '# c',
      "abc = NEW url ['a']",
      'INFO b',
      "d  = NEW url ['a']",
      "ef = NEW url ['a']",
      '',
    ]);
  });

  test('but for very long names', () => {
    const long = 'x'.repeat(200_000);
    expect(formatted(`${bind('a')}\n${bind(long)}\n${bind('bc')}`)).toBe(
      `a  = NEW url ['a']\n${long} = NEW url ['a']\nbc = NEW url ['a']\n`,
    );
  });
});

describe('comments and empty lines', () => {
  test('stay where they belong', () => {
    const text = `# top\n\n\n\n#  second  \nx = NEW process ['a'] # behind\n\n\n# last of all`;
    expect(formatted(text)).toBe(`# top\n\n#  second\nx = NEW process ['a'] # behind\n\n# last of all\n`);
  });

  test('within a statement', () => {
    const text = "x = y WHERE # why\n # all of them\n name = 'a' AND pid = 1 # one\nLIMIT 3 # few";
    expect(formatted(text)).toBe(
      [
        'x = y',
        '    WHERE # why',
        '    # all of them',
        "    name = 'a'",
        '      AND pid = 1 # one',
        '    LIMIT 3 # few',
        '',
      ].join('\n'),
    );
  });

  test('a # within a text begins none', () => {
    expect(formatted("x = y WHERE name = '#a' # b")).toBe("x = y WHERE name = '#a' # b\n");
  });

  test.each(['', '\n', ' \t\n \n', '\ufeff'])('nothing stays nothing: %j', (text) => {
    expect(formatted(text)).toBe('');
  });

  test('lines end as the first one did', () => {
    expect(formatted('# a\r\nDISP x # b\r\nDISP y\n')).toBe('# a\r\nDISP x # b\r\nDISP y\r\n');
  });
});

describe('a text that is left alone', () => {
  test.each([
    ['a syntax error', 'DISP x\nDISP', 'syntax-end'],
    ['a text that cannot be decoded', "x = y WHERE a = '\\x4'", 'syntax-escape'],
    ['too long a text', ' '.repeat(MAX_TEXT_LENGTH + 1), 'text-too-large'],
  ])('%s', (_, text, code) => {
    const result = formatHuntflow(text);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.diagnostics[0]?.code).toBe(code);
  });

  test('errors of meaning do not matter', () => {
    expect(formatted('disp nobody attr nam')).toBe('DISP nobody ATTR nam\n');
  });
});
