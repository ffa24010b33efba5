import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkHuntflow } from '../language/check/check-huntflow.ts';
import type { LoadStatement } from '../language/ast.ts';
import { readTable } from './read-table.ts';
import type { TableFormat } from './table-format.ts';
import { writeTable, type SavedCell, type SavedTable } from './write-table.ts';

const NASTY = [
  '',
  '=1+1',
  "'=1+1",
  "''-x",
  "'a",
  "'",
  '-1',
  '+cmd',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '＝1',
  'a,b',
  '"',
  '""',
  '\r\n',
  '\n',
  '\r',
  ' x ',
  'null',
  'true',
  '1',
  '007',
  '[1]',
  '["a"]',
  '\u0000',
  'é😀',
];
const texts = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 12 }));
const times = fc.record({ ms: fc.integer({ min: 0, max: 4e12 }), ns: fc.integer({ min: 0, max: 999_999 }) });
const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((n) => n + 0),
);
const tags = fc.array(fc.oneof(fc.constantFrom('a', '"', ','), texts), { maxLength: 3 });
const unknown = <T>(cell: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(cell, { nil: undefined });

/** Columns of every kind; the catalogue knows `created` as a time and `x_tags` as a list. */
const rows: fc.Arbitrary<SavedCell[][]> = fc.array(
  fc.tuple(
    unknown(texts),
    unknown(numbers),
    unknown(fc.oneof(texts, numbers, fc.boolean())),
    unknown(times),
    unknown(tags),
    unknown(texts),
    unknown(fc.boolean()),
  ),
  { maxLength: 6 },
);
const COLUMNS = ['name', 'pid', 'x_any', 'created', 'x_tags', 'parent_ref.name', 'x, "odd"'];

function loaded(table: SavedTable, format: TableFormat): LoadStatement {
  const bytes = Buffer.from([...writeTable(table, format)].join(''));
  const tables = new Map([['t.csv', readTable(bytes, format)]]);
  const { statements, diagnostics } = checkHuntflow('x = LOAD t.csv AS file', { tables });
  expect(diagnostics).toEqual([]);
  return statements[0] as LoadStatement;
}

describe('what SAVE writes, LOAD reads', () => {
  test.each(['csv', 'json', 'ndjson'] as const)('in %s: the same type, columns and cells', (format) => {
    fc.assert(
      fc.property(rows, (saved) => {
        if (saved.length === 0) return;
        const { type, columns, rows: back } = loaded({ type: 'process', columns: COLUMNS, rows: saved }, format);
        expect(type).toBe('process');
        expect(columns).toEqual(COLUMNS);
        expect(back).toEqual(saved.map((row) => row.map((cell) => cell ?? null)));
      }),
      { numRuns: 150 },
    );
  });

  test.each(['csv', 'json', 'ndjson'] as const)('in %s: a variable without rows', (format) => {
    const table = { type: 'process', columns: [], rows: [] };
    expect(loaded(table, format)).toMatchObject({ type: 'file', rows: [] });
  });
});

const csv = (columns: string[], row: SavedCell[]): string =>
  [...writeTable({ type: 'process', columns, rows: [row] }, 'csv')].join('');

test('numbers stand without quotes, texts in quotes', () => {
  expect(csv(['name', 'pid'], ['sh', -1])).toBe('"type",name,pid\r\n"process","sh",-1\r\n');
});

describe('what a spreadsheet would run as a formula', () => {
  test.each(['=cmd|x', '+1', '-1', '@SUM', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x'])(
    '%j stands behind an apostrophe',
    (text) => {
      expect(csv(['name'], [text])).toBe(`"type",name\r\n"process","'${text}"\r\n`);
    },
  );

  test('is no number, no list, no time, and nothing that stands in the middle', () => {
    const row = [-1, ['=1'], { ms: 0, ns: 0 }, 'a=1', ''];
    expect(csv(['a', 'b', 'c', 'd', 'e'], row)).not.toContain("'");
  });

  test('is the name of a column too', () => {
    const text = csv(['=x', 'pid'], ['a', 1]);
    expect(text).toMatch(/^"type",'=x,pid\r\n/);
    expect(readTable(Buffer.from(text), 'csv').columns).toEqual(['type', '=x', 'pid']);
  });

  test('comes back from files of SAVE only: what others write is left as it is', () => {
    const cells = (header: string): unknown => readTable(Buffer.from(`${header}\n"process","'-c"\n`), 'csv').rows[0];
    expect(cells('"type",name')).toEqual(['process', '-c']);
    expect(cells('type,name')).toEqual(['process', "'-c"]);
    expect(cells('"type","name"')).toEqual(['process', "'-c"]);
    expect(cells('"kind",name')).toEqual(['process', "'-c"]);
  });

  test('is refused where the file cannot say that it was changed', () => {
    expect(() => csv(['a,b'], ['=1'])).toThrow('no column name is plain');
    expect(readTable(Buffer.from(csv(['a,b'], ['5'])), 'csv').rows).toEqual([['process', '5']]);
  });
});
