import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiagnosticCollector } from '../../src/language/diagnostic-collector.ts';
import { formatHuntflow } from '../../src/language/format/format-huntflow.ts';
import { LineIndex } from '../../src/language/line-index.ts';
import { huntflowTokens } from '../../src/language/parser/huntflow-tokens.ts';
import { parseHuntflow } from '../../src/language/parser/parse-huntflow.ts';
import { arbitraryHuntflow } from './arbitrary-huntflow.ts';

const RUNS = process.env['WINDHOVER_LONG'] === '1' ? 1_000 : 30;

/** What generated huntflows do not hold. */
const REST = [
  "k2 = LOAD '/tmp/k.csv' AS process",
  'g = GROUP k2 BY name, BIN(first_observed, 5m) WITH COUNT(pid) AS n, MAX(pid) j = JOIN k2, g BY pid, parent_ref.pid',
  "APPLY python://score ON k2, g WITH k=v, l=(1, k2.pid, ['a', 3]), m = 'x'",
  'SORT k2 BY name asc INFO k2 SAVE k2 TO /tmp/a.json.gz DESCRIBE k2.pid EXPLAIN k2',
  "n = NEW [{'type': 'process', 'a b': -1.5e3, \"x\": FALSE}, {\"name\": NULL}] m = NEW url ['a', \"#b\"]",
  'explain = GET a.b FROM "file:///a b" WHERE [((a = 1 OR b:c.\'d-e\' != 2) AND f[*].g IS NOT NULL) OR h == t . u]',
  'START t"2022-01-01T00:00:00Z" STOP \'2022-01-02T00:00:00.123Z\' LIMIT 3',
  'DISP RECORDS(_) WHERE (((pid in (1)))) ATTR a , b SORT BY c desc LIMIT 1 OFFSET 2',
].join('\n');

/** Blanks and comments that may stand between two tokens. */
const gap = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  '\n',
  '\n\n\n',
  '\t',
  '\r\n',
  '#\n',
  ' # c\n',
  ' # c\r\n\n',
  '\n  # d #\n',
  '\n# \' "\n\n\n# (\n',
);

/** The same tokens with other blanks between; comments too. A gap that is empty may stay so. */
function scrambled(text: string, gaps: readonly string[], tight: boolean): string {
  let result = '';
  let end = 0;
  for (const [index, token] of huntflowTokens(text).tokens.entries()) {
    const empty = token.start === end && tight;
    result += empty ? '' : (gaps[index % gaps.length] ?? ' ');
    result += token.text;
    end = token.end;
  }
  return `${result}${gaps[0] ?? ''}`;
}

/** The tree without places, and with relations in one case. */
function treeOf(text: string): unknown {
  const diagnostics = new DiagnosticCollector(new LineIndex(text));
  const items = parseHuntflow(text, diagnostics);
  expect(diagnostics.sorted()).toEqual([]);
  return JSON.parse(
    JSON.stringify(items, (key, value: unknown) => {
      if (key === 'start' || key === 'end' || key === 'whereAt') return undefined;
      return key === 'relation' ? { text: (value as { text: string }).text.toUpperCase() } : value;
    }),
  );
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  let end = 0;
  for (const token of [...huntflowTokens(text).tokens, { start: text.length, end: text.length }]) {
    for (const [comment] of text.slice(end, token.start).matchAll(/#[^\n]*/g)) comments.push(comment.trimEnd());
    end = token.end;
  }
  return comments;
}

function expectFormatted(text: string): void {
  const result = formatHuntflow(text);
  if (!result.ok) throw new Error(`not formatted: ${result.diagnostics[0]?.message}`);
  expect(treeOf(result.text)).toEqual(treeOf(text));
  expect(commentsOf(result.text)).toEqual(commentsOf(text));
  expect(formatHuntflow(result.text)).toEqual(result);
  expect(result.text).not.toMatch(/[ \t]$/m);
  expect(result.text).not.toMatch(/\n\r?\n\r?\n/);
}

const huntflow = fc.oneof(
  arbitraryHuntflow({ limits: true, windows: true }),
  fc.constant(REST),
  arbitraryHuntflow({ limits: true, windows: true }).map((text) => `${text}\n${REST}`),
);

describe('formatting', () => {
  test('keeps the tree and the comments, and formats what it formatted to itself', () => {
    fc.assert(fc.property(huntflow, expectFormatted), { numRuns: RUNS });
  });

  test('whatever blanks and comments stand between the tokens', () => {
    fc.assert(
      fc.property(huntflow, fc.array(gap, { minLength: 1, maxLength: 60 }), fc.boolean(), (text, gaps, tight) => {
        const other = scrambled(text, gaps, tight);
        expect(treeOf(other)).toEqual(treeOf(text));
        expectFormatted(other);
      }),
      { numRuns: RUNS },
    );
  });

  test('of any text ends in a formatted one or in diagnostics', () => {
    const cut = fc.tuple(huntflow, fc.nat({ max: 2_000 }), fc.nat({ max: 2_000 }));
    fc.assert(
      fc.property(cut, ([text, from, length]) => {
        const piece = text.slice(from % text.length, (from % text.length) + length);
        const result = formatHuntflow(piece);
        if (result.ok) expectFormatted(piece);
        else expect(result.diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });
});
