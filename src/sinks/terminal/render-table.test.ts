import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, truncateToWidth } from './display-width.ts';
import { renderTable } from './render-table.ts';
import { wantsColor } from './terminal-style.ts';

describe('renderTable', () => {
  it('aligns texts left and numbers right, and leaves unknown values empty', () => {
    const table = renderTable(
      ['name', 'pid', 'tags'],
      [
        ['sh', 17753, ['a', 'b']],
        ['exfil.py', 9, null],
      ],
    );
    expect(table).toBe(
      ['name        pid  tags', '────────  ─────  ────', 'sh        17753  a, b', 'exfil.py      9', ''].join('\n'),
    );
  });

  it('counts wide characters twice and marks of a letter not at all', () => {
    expect(['日本', '🦅', 'e\u0301', 'ｱ', '❤️', '각'].map(displayWidth)).toEqual([4, 2, 1, 1, 2, 2]);
    expect(truncateToWidth('日本語', 5)).toBe('日本…');
    expect(truncateToWidth('日本語', 4)).toBe('日…');
    expect(renderTable(['名', 'x'], [['日本', 'y']])).toBe('名    x\n────  ─\n日本  y\n');
  });

  it('never writes past the width, and says which columns found no room', () => {
    const cell = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('日本語日本語', '\u001b[2J'), fc.integer());
    const table = fc.integer({ min: 1, max: 8 }).chain((n) =>
      fc.record({
        columns: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: n, maxLength: n }),
        rows: fc.array(fc.array(cell, { minLength: n, maxLength: n }), { maxLength: 4 }),
        width: fc.integer({ min: 8, max: 60 }),
      }),
    );
    fc.assert(
      fc.property(table, ({ columns, rows, width }) => {
        const lines = renderTable(columns, rows, { width }).split('\n');
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.length - 3 - rows.length).toBe(lines.some((line) => line.startsWith('not sho')) ? 1 : 0);
      }),
    );
    expect(renderTable(['first', 'second', 'third'], [['a', 'b', 'c']], { width: 14 })).toContain('not shown: th');
  });

  it('gives wide columns what the narrow ones leave', () => {
    const [, , row] = renderTable(['pid', 'command_line'], [[1, 'x'.repeat(100)]], { width: 40 }).split('\n');
    expect(row).toBe(`  1  ${'x'.repeat(34)}…`);
  });

  it('escapes headings and values', () => {
    const table = renderTable(['a\u001b[1m'], [['\u001b]0;title\u0007']]);
    expect(table).toContain('a\\x1b[1m');
    expect(table).toContain('\\x1b]0;title\\x07');
    expect(table).not.toContain('\u001b');
    expect(renderTable(['a'], [], { color: true })).toContain('\u001b[1m');
  });

  it('asks the environment about colour', () => {
    expect(wantsColor({}, true)).toBe(true);
    expect(wantsColor({}, false)).toBe(false);
    expect(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(wantsColor({ NO_COLOR: '' }, true)).toBe(true);
    expect(wantsColor({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(wantsColor({ TERM: 'dumb' }, true)).toBe(false);
  });
});
