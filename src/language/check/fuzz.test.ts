import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { CheckedHuntflow } from '../ast.ts';
import { diagnosticTable } from '../diagnostic-table.ts';
import { checkHuntflow } from './check-huntflow.ts';

const RUNS = process.env['WINDHOVER_LONG'] === '1' ? 20_000 : 300;

const HUNTFLOW = `exploits = GET process FROM stixshifter://container1
  WHERE [process:parent_ref.name = 'node' AND (process:x_ttp_tags LIKE '%T1059%' OR pid IN (1, 2.5, 'x'))]
  START t'2021-10-17T00:00:00Z' STOP 2021-10-18T00:00:00.123Z LIMIT 5
children = FIND process CREATED BY exploits WHERE name MATCHES '^(?:sh|bash)$' LAST 5 d
known = NEW process [{"name": "node", "pid": -1, "x_ok": true}, {'name': "\\u0041"}]
k2 = LOAD "/tmp/k.csv" AS process
all = children + known
few = TIMESTAMPED(all) WHERE name NOT IN ('a', known.name) ATTR name, pid SORT BY pid ASC LIMIT 3 OFFSET 1
g = GROUP few BY name, BIN(first_observed, 5m) WITH COUNT(pid) AS n, MAX(pid)
j = JOIN children, known BY pid, parent_ref.pid
APPLY python://score ON all WITH k=v, l=(1, few.pid)
SORT all BY name
DISP g ATTR name, n # shown
INFO all SAVE all TO /tmp/a.json.gz DESCRIBE all.pid EXPLAIN all`;

const WORDS = [
  ...'GET FIND NEW LOAD SORT GROUP JOIN APPLY DISP INFO SAVE DESCRIBE EXPLAIN FROM WHERE ATTR BY ASC DESC'.split(' '),
  ...'LIMIT OFFSET WITH AS ON TO START STOP LAST TIMESTAMPED AND OR NOT IN LIKE MATCHES ISSUBSET IS NULL BIN'.split(
    ' ',
  ),
  ..."COUNT DAYS d 5 5d 1.5 -3 1e999 x y _ a.b process file network-traffic 'é' \"s\" r'x' '\\x4' '\\U1' ''".split(' '),
  ...'2022-13-01T00:00:00Z ( ) [ ] { } , . : = == != <> < + a://b,c {"a":1} "a","b" # ; ? 😀 \ud800 \0 \n \t'.split(
    ' ',
  ),
  '\n',
];

/** What every answer must be, whatever the text. */
function expectAnswer(text: string): CheckedHuntflow {
  const checked = checkHuntflow(text);
  const lines = text.split('\n');
  for (const { code, severity, message, range } of checked.diagnostics) {
    expect(diagnosticTable).toHaveProperty(code);
    expect(diagnosticTable).toHaveProperty([code, 'severity'], severity);
    expect(message).not.toBe('');
    for (const { line, column, offset } of [range.start, range.end]) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column - 1).toBeLessThanOrEqual((lines[line - 1] ?? '').length);
      expect(
        text
          .split('\n')
          .slice(0, line - 1)
          .join('\n').length +
          (line > 1 ? 1 : 0) +
          column -
          1,
      ).toBe(offset);
    }
    expect(range.end.offset).toBeGreaterThanOrEqual(range.start.offset);
  }
  expect(checked.statementCount).toBeGreaterThanOrEqual(checked.statements.length);
  if (checked.diagnostics.every((each) => each.severity !== 'error')) {
    expect(checked.statements).toHaveLength(checked.statementCount);
  }
  expect(JSON.parse(JSON.stringify(checked))).toEqual(checked);
  return checked;
}

describe('any text ends in a checked huntflow', () => {
  test('the sample itself is sound', () => {
    expect(expectAnswer(HUNTFLOW).diagnostics).toEqual([]);
  });

  test('arbitrary characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void expectAnswer(text)),
      { numRuns: RUNS },
    );
  });

  test('soups of words', () => {
    const soup = fc.tuple(fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }), fc.constantFrom('', ' ', '\n'));
    fc.assert(
      fc.property(soup, ([words, glue]) => void expectAnswer(words.join(glue))),
      { numRuns: RUNS },
    );
  });

  test('a huntflow cut, or with a piece replaced', () => {
    const place = fc.nat({ max: HUNTFLOW.length });
    fc.assert(
      fc.property(place, fc.nat({ max: 12 }), fc.constantFrom('', ...WORDS), fc.boolean(), (at, length, word, cut) => {
        expectAnswer(HUNTFLOW.slice(0, at) + word + (cut ? '' : HUNTFLOW.slice(at + length)));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('bounds', () => {
  test.each([
    ['parentheses', `x = NEW process ['a'] y = x WHERE ${'('.repeat(100_000)}`],
    ['brackets of lists', `x = NEW process ['a'] y = x WHERE pid IN ${'['.repeat(100_000)}`],
    ['braces', `x = NEW [${'{'.repeat(100_000)}`],
    ['values', `x = NEW process ['a'] y = x WHERE pid IN (${'1,'.repeat(100_000)}1)`],
    ['rows', `x = NEW process [${'{"pid":1},'.repeat(30_000)}{"pid":1}]`],
    ['columns', `x = NEW process [${Array.from({ length: 5_000 }, (_, i) => `{"x_${i}":1}`).join(',')}]`],
    ['operands', `x = NEW process ['a'] y = x + ${'x + '.repeat(100_000)}x`],
    ['quotes', `'`.repeat(500_000)],
    ['backslashes', `x = y WHERE a = '${'\\'.repeat(500_000)}`],
    ['segments', `x = NEW process ['a'] DISP x ATTR ${'parent_ref.'.repeat(50_000)}nam`],
    ['unclosed texts', `x = y WHERE a = '\n`.repeat(20_000)],
    ['a long name', `DISP ${'x'.repeat(500_000)}`],
  ])('%s', (_, text) => {
    const { diagnostics } = expectAnswerOnLongText(text);
    expect(diagnostics.some((each) => each.severity === 'error')).toBe(true);
    for (const each of diagnostics) expect(each.message.length).toBeLessThan(1_000);
  });

  test('2,000 comparisons nested and chained are fine', () => {
    const chain = Array.from({ length: 2_000 }, (_, i) => `(pid = ${i})`).join(' OR ');
    const nested = `${'('.repeat(150)}pid = 1${')'.repeat(150)}`;
    expect(checkHuntflow(`x = NEW process ['a'] y = x WHERE ${chain} AND ${nested}`).diagnostics).toEqual([]);
  });

  test('time grows with the length of the text, no faster', () => {
    const statement = "x = GET process FROM a://b WHERE name = 'sh' AND pid IN (1, 2, 3) LAST 5 DAYS\n";
    const time = (lines: number): number => {
      const begin = performance.now();
      expect(checkHuntflow(statement.repeat(lines)).diagnostics).toEqual([]);
      return performance.now() - begin;
    };
    time(2_000);
    expect(time(8_000)).toBeLessThan(20 * Math.max(time(1_000), 20));
  });
});

/** As `expectAnswer`, without what takes time on long texts. */
function expectAnswerOnLongText(text: string): CheckedHuntflow {
  const checked = checkHuntflow(text);
  for (const { range } of checked.diagnostics) expect(range.end.offset).toBeLessThanOrEqual(text.length);
  return checked;
}
