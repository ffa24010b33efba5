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

test('numbers stand without quotes, texts in quotes, and nothing is rewritten', () => {
  const text = [...writeTable({ type: 'process', columns: ['name', 'pid'], rows: [['=cmd|x', 1]] }, 'csv')].join('');
  expect(text).toBe('type,name,pid\r\n"process","=cmd|x",1\r\n');
});
