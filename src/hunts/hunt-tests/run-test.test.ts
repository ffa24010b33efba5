import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileHunt, type CompiledHunt } from '../compile-hunt.ts';
import { parseHuntFile } from '../hunt-file/hunt-file-parse.ts';
import { compileTests } from './compile-test.ts';
import { InlineByteSource } from './inline-byte-source.ts';
import { runTest } from './run-test.ts';
import { expandRecords } from './typed-records.ts';

const HUNTFLOW = [
  "shells = GET process FROM s WHERE name = 'sh'",
  'children = FIND process CREATED BY shells',
  "recent = GET process FROM s WHERE name = 'sh' LAST 20 SECONDS",
  'others = shells WHERE pid != recent.pid',
];
const SUBJECTS = ['shells', 'children', 'recent', 'others', 'alerts'] as const;
type Found = Readonly<Record<string, number>>;

/** A document of a sensor: what was typed says more as a whole than in parts. */
interface Document {
  readonly '@timestamp': string;
}

function hunt(records: readonly Document[], moments: readonly number[]): CompiledHunt {
  const impossible = Object.fromEntries(SUBJECTS.map((subject) => [subject, { count: 1_000_000 }]));
  const text = JSON.stringify({
    hunt: 'h',
    huntflow: `${HUNTFLOW.join('\n')}\n`,
    alerts: [{ on: 'shells' }, { on: 'others' }],
    tests: [
      { name: 't', records, expect: { ...impossible, at: moments.map((s) => ({ time: `+${s}s`, ...impossible })) } },
    ],
  });
  const { hunt: definition, diagnostics } = parseHuntFile('h.hunt.yaml', text);
  expect(diagnostics).toEqual([]);
  if (definition?.huntflow.kind !== 'inline') throw new Error('no huntflow');
  const compiled = compileHunt(definition, definition.huntflow.text);
  expect(compiled.diagnostics).toEqual([]);
  return compiled.hunt!;
}

/** How many of each subject a test finds, at its moments and at the end. */
async function found(records: readonly Document[], moments: readonly number[]): Promise<Map<string, Found>> {
  const compiled = hunt(records, moments);
  const [test] = compileTests(compiled).tests;
  const text = test?.test.records.kind === 'inline' ? test.test.records.text : '';
  const { failures, problem } = await runTest(compiled, test!, new InlineByteSource(text));
  expect(problem).toBe(undefined);
  const result = new Map<string, Record<string, number>>();
  for (const { at = 'end', subject, found: count } of failures) {
    const counts = result.get(at) ?? {};
    counts[subject] = count;
    result.set(at, counts);
  }
  return result;
}

const seconds = (record: Document): number => (Date.parse(record['@timestamp']) - Date.UTC(2026, 0, 1)) / 1000;

/** The first record is where times count from; the others come in any order. */
const documents: fc.Arbitrary<Document[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 30 }),
      pid: fc.integer({ min: 1, max: 8 }),
      name: fc.constantFrom('sh', 'id'),
      parent: fc.integer({ min: 1, max: 8 }),
    }),
    { minLength: 4, maxLength: 12 },
  )
  .map((records) => {
    const typed = records.map(({ time, pid, name, parent }, i) => ({
      time: `+${i === 0 ? 0 : time}s`,
      process: { pid, name, parent },
    }));
    const lines = expandRecords(typed).text.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Document);
  });

describe('moments of a test', () => {
  it('hold what a test over the records up to them would hold', async () => {
    await fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 0, max: 32 }), async (records, moment) => {
        const whole = await found(records, [moment]);
        const known = await found(
          records.filter((record) => seconds(record) <= moment),
          [moment],
        );
        expect(whole.get(`+${moment}s`)).toEqual(known.get(`+${moment}s`));
      }),
      { numRuns: 30 },
    );
  });

  it('change nothing of the end, as long as they are not beyond it', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }),
        async (records, moments) => {
          const last = Math.max(...records.map(seconds));
          const within = [...new Set(moments)].filter((moment) => moment <= last);
          const { alerts: _with, ...after } = (await found(records, within)).get('end') ?? {};
          const { alerts: _without, ...plain } = (await found(records, [])).get('end') ?? {};
          // Alerts on what slides depend on what was seen in between; variables do not.
          expect(after).toEqual(plain);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('the nearest record', () => {
  it('had come by then, and is not there', async () => {
    await fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 0, max: 60 }), async (records, moment) => {
        const compiled = hunt(records, [moment]);
        const [test] = compileTests(compiled).tests;
        const text = test?.test.records.kind === 'inline' ? test.test.records.text : '';
        const { failures } = await runTest(compiled, test!, new InlineByteSource(text));
        for (const { at, subject, found: count, rows, nearest } of failures) {
          if (nearest === undefined || subject === 'alerts') continue;
          const named = records[nearest.record - 1];
          expect(named).toBeDefined();
          if (at !== undefined) expect(seconds(named!)).toBeLessThanOrEqual(moment);
          const { key, role } = nearest.verdict.entity;
          expect(nearest.verdict.status).toBe('out');
          // Only so many rows are shown.
          if (count > rows.length || role !== 'process') continue;
          const pids = rows.map(({ pid }) => pid);
          expect(pids, `${subject} ${key}`).not.toContain((named as { process?: { pid?: number } }).process?.pid);
        }
      }),
      { numRuns: 20 },
    );
  });
});
