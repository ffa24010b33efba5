import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import { RECORDINGS } from '../support/recordings.ts';
import { expectationOf, type ConformanceCase, type Expectation } from './conformance-case.ts';
import { evaluate, type EvaluatedDisplay } from './evaluate.ts';
import type { PlainRecord, PlainValue } from './plain-record.ts';
import { text } from './plain-values.ts';
import { stixRecords } from './stix-records.ts';

const FILE = resolve(RECORDINGS, '../language/conformance.json');
const FIXTURES = new URL('../fixtures/stix/', import.meta.url);

const COMMANDS = ['get', 'find', 'assign', 'merge', 'new', 'sort', 'group', 'join', 'disp', 'info'];
const SECTIONS = [
  'GET',
  'FIND',
  'RELATION',
  'NEW',
  'ASSIGN',
  'MERGE',
  'SORT',
  'DISP',
  'STREAM',
  'REF',
  'PATTERN',
  'GROUP',
  'JOIN',
  'TRANSFORM',
];

const INLINE: Readonly<Record<string, string>> = {
  P5: newProcesses('p', [
    ['a', 1],
    ['b', 2],
    ['c', undefined],
    ['d', 10],
    ['A', 2],
  ]),
  G5: newProcesses('p', [
    ['a', 1],
    ['a', 2],
    ['b', 3],
    ['b', 7],
  ]),
  R4: newProcesses('r', [
    ['zz', 2],
    ['b', undefined],
  ]),
};

function newProcesses(variable: string, rows: readonly (readonly [string, number | undefined])[]): string {
  return `${variable} = NEW ${JSON.stringify(rows.map(([name, pid]) => ({ type: 'process', name, pid })))}`;
}

interface Runnable {
  readonly id: string;
  readonly text: string;
  readonly fixture: string | null;
  readonly expectation: Expectation;
}

function runnableCases(): Runnable[] {
  if (!existsSync(FILE)) return [];
  const cases = JSON.parse(readFileSync(FILE, 'utf8')) as readonly ConformanceCase[];
  return cases.flatMap((each) => {
    const expectation = expectationOf(each);
    if (expectation === undefined || !SECTIONS.includes(each.section)) return [];
    if (!/^(?:inline|FX-[A-Z0-9]+)$/.test(each.fixture ?? '')) return [];
    const input = each.input.replace(/\{(P5|R4|G5)\}/g, (_, name: string) => INLINE[name] as string);
    const huntflow = input.replaceAll('$FX', 'stixshifter://fixture');
    const { statements } = checkHuntflow(huntflow);
    if (!statements.every(({ kind }) => COMMANDS.includes(kind))) return [];
    return { id: each.id, text: huntflow, fixture: each.fixture === 'inline' ? null : each.fixture, expectation };
  });
}

function recordsOf({ fixture, expectation }: Runnable): PlainRecord[] {
  if (fixture === null) return [];
  const bundle = JSON.parse(readFileSync(new URL(`${fixture}.json`, FIXTURES), 'utf8')) as { objects: unknown[] };
  const records = stixRecords(bundle, 'stixshifter://fixture');
  return expectation.isReversed ? records.toReversed() : records;
}

const show = (cell: PlainValue | undefined): string => (cell === undefined ? 'null' : text(cell));

function rowsOf(display: EvaluatedDisplay | undefined, columns: readonly string[] | undefined): string[] {
  const at = columns?.map((column) => display?.columns.indexOf(column) ?? -1);
  return (display?.rows ?? []).map((row) => (at?.map((i) => row[i]) ?? row).map(show).join(', '));
}

const cases = runnableCases();

describe.skipIf(!existsSync(FILE))('the reference evaluator gives the recorded answers of Kestrel', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases.map((each) => [each.id, each] as const))('%s', (_, runnable) => {
    const { expectation } = runnable;
    const huntflow = checkHuntflow(runnable.text);
    const records = recordsOf(runnable);
    const after = Array.from({ length: records.length + 1 }, (_, end) =>
      evaluate(huntflow, records, { epochs: Array.from({ length: end }, (_, i) => i + 1) }),
    );
    const sizes = (name: string): number[] => after.slice(1).map(({ variables }) => variables.get(name)?.length ?? -1);
    const end = after.at(-1);
    for (const [name, counts] of Object.entries(expectation.steps)) expect([name, sizes(name)]).toEqual([name, counts]);
    for (const [name, count] of Object.entries(expectation.counts)) {
      if (name !== '_') expect([name, end?.variables.get(name)?.length]).toEqual([name, count]);
    }
    for (const { n, columns, rows } of expectation.tables) {
      const shown = rowsOf(end?.displays[n - 1], columns);
      if (/\bSORT\b/i.test(runnable.text)) expect(shown).toEqual(rows);
      else expect(shown.toSorted()).toEqual(rows.toSorted());
    }
    for (const { records: count, rows } of expectation.tablesAfter) {
      expect(rowsOf(after[count]?.displays[0], undefined)).toEqual(rows);
    }
    // Kestrel keeps columns without a value, and orders references by their first appearance.
    const columns = end?.displays[0]?.columns ?? [];
    if (expectation.columns !== undefined) expect(expectation.columns).toEqual(expect.arrayContaining([...columns]));
  });
});
