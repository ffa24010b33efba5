import type { LoadedTable, LoadedTables } from '../../src/language/loaded-table.ts';

function table(columns: readonly string[], rows: LoadedTable['rows']): LoadedTable {
  return { kind: 'table', columns, rows, lines: rows.map((_, i) => i + 2) };
}

/** What generated huntflows load: values that records mention too, times, lists, an ECS name, and a path. */
export const TABLES: LoadedTables = new Map([
  [
    'addresses.csv',
    table(
      ['value', 'x_note'],
      [
        ['10.0.0.1', 'known'],
        ['192.168.1.9', null],
        ['10.0.0.1', 'again'],
      ],
    ),
  ],
  [
    'processes.json',
    table(
      ['type', 'process.name', 'pid', 'created', 'x_tags', 'parent_ref.name'],
      [
        ['process', 'sh', 1, '2024-01-01T00:00:00.5Z', ['t1', 't2'], 'b'],
        ['process', 'zz', '2', null, null, null],
        ['process', null, 1, 'yesterday', 't1', null],
      ],
    ),
  ],
]);
