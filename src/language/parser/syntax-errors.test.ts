import { describe, expect, test } from 'vitest';

import { checkHuntflow } from '../check/check-huntflow.ts';

/** Marks of the place where the error is expected. */
const MARKS = /⟦(.*?)⟧/su;

function syntaxErrors(text: string): { code: string; marked: string; hint?: string | undefined }[] {
  return checkHuntflow(text)
    .diagnostics.filter((each) => each.code.startsWith('syntax-'))
    .map(({ code, range, hint }) => ({
      code,
      marked: `${text.slice(0, range.start.offset)}⟦${text.slice(range.start.offset, range.end.offset)}⟧${text.slice(range.end.offset)}`,
      hint,
    }));
}

describe('the first token that cannot continue the statement', () => {
  test.each([
    'x = y ⟦//⟧ no',
    'x = y⟦;⟧ z = y',
    '⟦1x⟧ = y',
    'x⟦.y⟧ = z',
    'get ⟦=⟧ new',
    'info ⟦=⟧ x',
    'x = NEW ⟦=⟧ 3',
    'x = get ⟦?⟧ process',
    'get from ⟦file⟧://f where',
    "x = y WHERE a = 'it'⟦'s'⟧",
    "x = y WHERE a = R⟦'C:'⟧",
    'x = y WHERE a = ⟦""⟧"triple"""',
    'x = y WHERE pid = ⟦-3⟧',
    "x = y WHERE name <⟦>⟧ 'x'",
    'x = y WHERE pid IN (⟦)⟧',
    'x = y WHERE a NOT ⟦NULL⟧',
    'x = y WHERE a IS ⟦3⟧',
    'x = y WHERE process ⟦:⟧ name = 1',
    'x = y WHERE refs⟦[⟧0].a = 1',
    "x = GET process FROM a://b WHERE NOT ⟦name⟧ = 'x'",
    'x = GET process FROM a://b⟦,⟧ a://c WHERE a = 1',
    'x = GET process FROM a://b WHERE a=1 LIMIT 10 LAST ⟦5⟧ hours',
    'x = GET process FROM a://b WHERE a=1 LIMIT 10 ⟦OFFSET⟧ 3',
    'x = GET process FROM a://b WHERE a=1 LAST 5 ⟦weeks⟧',
    'x = GET process FROM a://b WHERE a=1 LAST 1⟦.5⟧ h',
    "x = GET process FROM a://b WHERE a=1 START ⟦T⟧'2022-01-01T00:00:00Z'",
    'x = y WHERE a = 5 ⟦LAST⟧ 3 DAYS',
    'x = y ATTR name, pid WHERE ⟦pid⟧ = 2',
    'x = y LIMIT 3 LIMIT ⟦4⟧',
    'x = y + z WHERE ⟦a⟧ = 1',
    'x = y + TIMESTAMPED⟦(⟧z)',
    'x = TIMESTAMPED(TIMESTAMPED⟦(⟧y))',
    'x = SORT y BY pid ASC LIMIT ⟦3⟧',
    'x = GROUP y BY a WITH ⟦MEDIAN⟧(b)',
    'x = GROUP y BY a WITH COUNT(⟦*⟧)',
    'x = GROUP y BY BIN(a⟦)⟧',
    'x = JOIN a, b ON ⟦c⟧, d',
    'DISP x ATTR ⟦*⟧',
    'DISP x ATTR process⟦:⟧name',
    'DISP TIMESTAMPED ⟦x⟧',
    'DISP x LIMIT ⟦-1⟧',
    'INFO x⟦.y⟧',
    'x = NEW [⟦]⟧',
    'x = NEW [{"a":1},⟦]⟧',
    'x = NEW ["a"⟦,⟧]',
    'x = NEW [{"a":⟦[⟧1,2]}]',
    'x = y WHERE [a = 1] AND ⟦[⟧b = 2]',
    'SAVE x TO a.csv ⟦AS⟧ process',
    'x = LOAD ⟦~⟧/x.csv',
    'x = LOAD C⟦:⟧/a.csv',
    'x = APPLY a ⟦ON⟧ y',
    'x = FIND process CREATED BY y LAST 5 d WHERE ⟦a⟧=1',
    'nt = FIND process CREATED network⟦-⟧traffic',
    'x = y ⟦é⟧',
  ])('%s', (marked) => {
    const [first] = syntaxErrors(marked.replace(MARKS, '$1'));
    expect(first?.marked).toBe(marked);
  });

  test.each([
    'garbage',
    'x = get',
    'x = timestamped',
    'x = y WHERE',
    'x = y WHERE (a = 1',
    'x = y WHERE pid = 0x10',
    'get process from file://f',
    'x = GET process FROM a://b WHERE a=1 START 2022-10-18T01:02:03Z',
    'x = GET process FROM a://b WHERE a=1 LAST 5 MONTHS',
    'x = FIND process foo_bar y',
    'x = FIND process CREATED by',
    'DISP x ATTR a b',
    'DESCRIBE x',
    'apply a on b with x=1, y',
  ])('%s ends too early', (text) => {
    expect(syntaxErrors(`${text}  # so far\n`)).toMatchObject([
      { code: 'syntax-end', marked: `${text}⟦⟧  # so far\n` },
    ]);
  });
});

test.each([
  "gEt process FrOm a://b wHeRe name LiKe 'a' LaSt 3 DaYs",
  'x = GET process FROM a://b WHERE start = 3 AND by = 5 AND in = 6 AND where = 7',
  'DISP x ATTR count, max, by SORT BY asc asc',
  'APPLY a ON on WITH k=v APPLY b ON y',
  'x = y z = w DISP info INFO disp',
  'timestamped = x  y = limit',
  'x = NEW process["a"]y = x',
  'x = GET process FROM a://b wherepid=1 LAST 5d',
])('%s is read without a syntax error', (text) => {
  expect(syntaxErrors(text)).toEqual([]);
});

describe('after a syntax error', () => {
  test('reading goes on at the next statement', () => {
    const { diagnostics, statements, statementCount } = checkHuntflow(`x = GET process FROM a://b WHERE
    NOT name = 'sh'
  AND pid = 3
y = NEW process ['a']
DISP y LIMIT -1
  z = FIND process CREATED BY x
DISP z ATTR nam`);
    expect(diagnostics.map((each) => [each.code, each.range.start.line])).toEqual([
      ['syntax-unexpected', 2],
      ['syntax-unexpected', 5],
      ['attribute-unknown', 7],
    ]);
    expect(statements.map((each) => each.kind)).toEqual(['new', 'find']);
    expect(statementCount).toBe(5);
  });
});

describe('advice', () => {
  test.each([
    ['x = GETT process FROM a://b', 'Did you mean GET?'],
    ['x = GET process FORM a://b', 'Did you mean FROM?'],
    ['x = y // no', 'Comments begin with #.'],
    ["x = y WHERE name <> 'x'", 'Write != for "not equal".'],
    [
      "x = GET process FROM a://b WHERE NOT name = 'x'",
      'NOT stands before IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET only.',
    ],
    ['DISP x LIMIT 3 SORT BY a', 'Clauses stand in the order WHERE, ATTR, SORT BY, LIMIT, OFFSET.'],
    ["x = y WHERE a = 'open", 'The quoted text does not end on its line.'],
    ['x = LOAD ~/x.csv', 'Put the path in quotes.'],
  ])('%s', (text, hint) => {
    const hints = checkHuntflow(text).diagnostics.map((each) => each.hint);
    expect(hints).toContain(hint);
  });
});
