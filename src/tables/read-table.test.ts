import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTable } from './read-table.ts';
import type { TableFormat } from './table-format.ts';

const read = (text: string, format: TableFormat) => readTable(Buffer.from(text), format);
const rows = (text: string, format: TableFormat) => read(text, format).rows;

/** The problem of a file, as its error tells it. */
function problem(text: string | Uint8Array, format: TableFormat): string {
  try {
    readTable(Buffer.from(text as string), format);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('no error');
}

describe('a CSV file', () => {
  test('gives a row per line, under the names of its header', () => {
    expect(read('name,pid\nsh,1\r\nbash,2\r\n', 'csv')).toEqual({
      kind: 'table',
      columns: ['name', 'pid'],
      rows: [
        ['sh', 1],
        ['bash', 2],
      ],
      lines: [2, 3],
    });
  });

  test('may hold commas, quotes and line ends inside quotes; lines go on being counted', () => {
    const table = read('a,b\n"1,""2""","x\r\ny"\n\nz,last', 'csv');
    expect(table.rows).toEqual([
      ['1,"2"', 'x\r\ny'],
      ['z', 'last'],
    ]);
    expect(table.lines).toEqual([2, 5]);
  });

  test('tells nothing from the empty text', () => {
    expect(rows('a,b\n,""\n', 'csv')).toEqual([[null, '']]);
  });

  test('reads numbers and truth values where the whole column is such', () => {
    expect(rows('a,b,c\n1,1,true\n-2.5e3,x,FALSE\n', 'csv')).toEqual([
      [1, '1', true],
      [-2500, 'x', false],
    ]);
  });

  test('keeps leading zeros, and every digit of long numbers', () => {
    expect(rows('id,n\n007,12345678901234567890\n', 'csv')).toEqual([['007', '12345678901234567890']]);
    expect(rows('n\n1e999\n', 'csv')).toEqual([['1e999']]);
  });

  test('takes quoted numbers for text, unless the header is quoted too', () => {
    expect(rows('name,pid\n"sh","1"\n', 'csv')).toEqual([['sh', '1']]);
    expect(rows('"name","pid"\n"sh","1"\n"",""\n', 'csv')).toEqual([
      ['sh', 1],
      [null, null],
    ]);
  });

  test('may begin with a byte order mark, and be compressed', () => {
    expect(read('\ufeffname\nsh\n', 'csv').columns).toEqual(['name']);
    expect(readTable(gzipSync('name\nsh\n'), 'csv').rows).toEqual([['sh']]);
  });

  test.each([
    ['a,b\n1,2\n3\n', 'line 3: 1 cell, but the header names 2'],
    ['a,b\n"x\ny",2\n1,2,3\n', 'line 4: 3 cells, but the header names 2'],
    ['a\n"open\n\n', 'line 2: a quote opens that is never closed'],
    ['a\n"x"y\n', 'line 2: text follows a closing quote'],
    ['a,a\n', 'line 1: column a stands twice'],
    ['a,,b\n', 'line 1: column 2 has no name'],
    ['a;b\n1;2\n', 'line 1: its columns are not separated by commas'],
    ['', 'it is empty'],
  ])('%j is refused', (text, expected) => {
    expect(problem(text, 'csv')).toBe(expected);
  });

  test('beyond the bounds is refused', () => {
    const columns = Array.from({ length: 201 }, (_, i) => `c${i}`).join(',');
    expect(problem(columns, 'csv')).toBe('it has more than 200 columns');
    expect(problem(`a\n${'1\n'.repeat(250_001)}`, 'csv')).toBe('it has more than 250000 rows');
    expect(problem(`a\n${'x'.repeat(1_048_577)}`, 'csv')).toBe('line 2: a cell is too long');
  });

  test('that is no UTF-8 text is refused, as is a broken or too large gzip stream', () => {
    expect(problem(Uint8Array.from([0x61, 0xe9, 0x0a]), 'csv')).toBe('it is not UTF-8');
    expect(problem(Uint8Array.from([0xff, 0xfe, 0x61, 0]), 'csv')).toBe('it is UTF-16');
    expect(problem(gzipSync('name\nsh\n').subarray(0, 12), 'csv')).toBe('its gzip stream is damaged');
    expect(problem(gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1), { level: 1 }), 'csv')).toMatch(
      /^it unpacks to more than/,
    );
  });
});

describe('a JSON file', () => {
  test('is an array of objects; missing keys are null, objects inside become dotted columns', () => {
    expect(
      read('[{"name": "sh", "parent_ref": {"pid": 1}},\n {"ok": true, "tags": ["a", 1], "n": null}]\n', 'json'),
    ).toEqual({
      kind: 'table',
      columns: ['name', 'parent_ref.pid', 'ok', 'tags', 'n'],
      rows: [
        ['sh', 1, null, null, null],
        [null, null, true, ['a', '1'], null],
      ],
      lines: [1, 2],
    });
  });

  test('or an array of texts', () => {
    expect(read('["a", "b"]', 'json')).toMatchObject({ columns: [], rows: [['a'], ['b']] });
    expect(read(' [ ] ', 'json')).toMatchObject({ columns: [], rows: [] });
  });

  test('keeps every digit of long integers', () => {
    expect(rows('[{"n": 12345678901234567890}]', 'json')).toEqual([['12345678901234567890']]);
  });

  test('a key of the prototype is a column as any other', () => {
    expect(read('[{"__proto__": 1, "constructor": 2}]', 'json')).toMatchObject({
      columns: ['__proto__', 'constructor'],
      rows: [[1, 2]],
    });
  });

  test.each([
    ['{"name": "sh"}', 'it holds no array'],
    ['', 'it holds no array'],
    ['[\n{"a": 1},\n{"a": }\n]', 'line 3: it is no valid JSON'],
    ['[\n{"a": "]", "b": "\\""},\n{"a": 1}', 'line 3: the array is not closed'],
    ['[1]', 'line 1: it is no row'],
    ['[{"a": 1},\n"b"]', 'line 2: texts and objects are mixed'],
    ['[{"a": [{"b": 1}]}]', 'line 1: a list holds something else than texts'],
    ['[] []', 'line 1: text follows the array'],
    ['[{"": 1}]', 'line 1: a key is empty'],
    ['[,]', 'line 1: it is no valid JSON'],
    ['[{"a":1},]', 'line 1: it is no valid JSON'],
    [`[${'{"a":'.repeat(9)}1${'}'.repeat(9)}]`, 'line 1: objects are nested too deep'],
  ])('%j is refused', (text, expected) => {
    expect(problem(text, 'json')).toBe(expected);
  });
});

describe('an NDJSON file', () => {
  test('is an object per line', () => {
    expect(read('{"a": 1}\r\n\n{"b": "x"}\n', 'ndjson')).toMatchObject({
      columns: ['a', 'b'],
      rows: [
        [1, null],
        [null, 'x'],
      ],
      lines: [1, 3],
    });
  });

  test('names the line that is wrong', () => {
    expect(problem('{"a": 1}\n{"a": \n', 'ndjson')).toBe('line 2: it is no valid JSON');
  });
});
