import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casesOf } from './cases-of.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const sections = readFileSync(join(HERE, 'README.md'), 'utf8').split(/^## /m).slice(1);
const FILES = readdirSync(HERE).filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts');

/** Cells of the table in a section, without its head. */
function rowsOf(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test.each(FILES)('the table of %s has a row for each test, and a test for each row', (name) => {
  const section = sections.find((each) => each.startsWith(`${name}\n`)) ?? '';
  const told = rowsOf(section).flatMap(([inputs = '', promise = '']) =>
    inputs.split(' · ').map((input) => `${input}: ${promise}`),
  );
  const held = casesOf(readFileSync(join(HERE, name), 'utf8'));
  expect(held.length).toBeGreaterThan(0);
  expect(told.toSorted()).toEqual(held.toSorted());
});

test('what is held elsewhere is held where the table says', () => {
  const rows = rowsOf(sections.find((each) => each.startsWith('Elsewhere')) ?? '');
  expect(rows.length).toBeGreaterThan(0);
  for (const [input, , place = ''] of rows) {
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(place) ?? [];
    const titles = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\(\s*'((?:[^'\\]|\\.)+)'/g)];
    expect([input, titles.map(([, each]) => each)]).toEqual([input, expect.arrayContaining([title])]);
  }
});

test('names of tests are those that the runner shows', () => {
  const text = `
    const NAMES = { one: 1, 'no JSON': 2 };
    const ROWS: readonly Row[] = [{ name: 'binary', bytes }, { name: 'NULs', bytes }];
    describe('left out', () => {
      test('plain: told', async () => {});
      test.each<[string, number]>([['first', 1], ['second', 2]])('%s: read', (_, n) => {});
      test.each(ROWS)('$name: counted', () => {});
      test.each(Object.keys(NAMES))('%s: refused', { timeout: 1 }, () => {});
    });`;
  expect(casesOf(text)).toEqual([
    'plain: told',
    'first: read',
    'second: read',
    'binary: counted',
    'NULs: counted',
    'one: refused',
    'no JSON: refused',
  ]);
});
