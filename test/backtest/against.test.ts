import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const folder = new HistoryFolder();
afterAll(() => folder.remove());

/** Thresholds of statements 1, 2 and 6. */
interface Thresholds {
  readonly a: number;
  readonly b: number;
  readonly m: number;
}

const STATEMENTS: Readonly<Record<keyof Thresholds, number>> = { a: 1, b: 2, m: 6 };

function hunt({ a, b, m }: Thresholds, last = ' LAST 10 s'): string {
  return `hunt: versions
huntflow: |
  a = GET process FROM s WHERE pid > ${a}${last}
  b = a WHERE pid < ${b}
  c = FIND process CREATED BY b
  j = JOIN a, c BY pid, parent_ref.pid
  g = GROUP a BY name WITH COUNT(pid) AS n
  m = g WHERE n > ${m}
  few = g WHERE n < 3
  APPLY suspicious-process-scoring ON c
alerts:
  - { on: b, title: 'b {pid}', settle: 0s }
  - { on: c, title: 'c {pid}', settle: 30s }
  - { on: j, title: 'j {pid}', settle: 0s }
  - { on: m, title: 'm {name}', settle: 0s }
  - { on: few, title: 'few {name}', settle: 0s }
`;
}

/** The first variable has another name. Groups and joined rows are known by the name of their variable, and would be others. */
function renamed(text: string): string {
  return text.replace(/\ba\b(?!:)/gu, 'all_of_them');
}

const record = fc.record({
  pid: fc.integer({ min: 1, max: 8 }),
  name: fc.constantFrom('sh', 'ls'),
  parent: fc.integer({ min: 1, max: 8 }),
  gap: fc.constantFrom(0, 1, 3, 15),
});

test('of two versions that differ in one statement, it is that statement, also where LAST has let go', async () => {
  const seen = { changed: 0, unknown: 0, kinds: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        a: fc.integer({ min: 1, max: 4 }),
        b: fc.integer({ min: 4, max: 9 }),
        m: fc.integer({ min: 1, max: 2 }),
      }),
      fc.constantFrom<keyof Thresholds>('a', 'b', 'm'),
      fc.constantFrom(1, 2, -1),
      fc.array(record, { minLength: 8, maxLength: 30 }),
      fc.boolean(),
      fc.boolean(),
      async (thresholds, changed, by, drawn, isLast, isRenamed) => {
        const last = isLast ? ' LAST 10 s' : '';
        const old = hunt(thresholds, last);
        folder.write('old.hunt.yaml', isRenamed ? renamed(old) : old);
        folder.write('new.hunt.yaml', hunt({ ...thresholds, [changed]: thresholds[changed] + by }, last));
        let second = 0;
        const records = drawn.map(({ pid, name, parent, gap }) => {
          second += gap;
          const time = new Date(Date.UTC(2026, 4, 1, 8) + second * 1000).toISOString();
          return { time, process: { pid, name, ...(parent < pid ? { parent: { pid: parent, name: 'sh' } } : {}) } };
        });
        // By the end LAST has let go of all the others.
        const end = { time: new Date(Date.UTC(2026, 4, 1, 9)).toISOString(), process: { pid: 1, name: 'end' } };
        folder.records('history.ndjson', [...records, end]);
        const args = ['new.hunt.yaml', '--source', 'history.ndjson', '--against', 'old.hunt.yaml'];
        const { code, document } = await folder.backtest(...args);
        expect(code).toBe(0);
        const compare = document.hunts[0]?.compare;
        for (const { responsible, message, windhover } of [...(compare?.gained ?? []), ...(compare?.lost ?? [])]) {
          seen.changed++;
          // What comes and goes within one batch is not looked at; that is said.
          if (responsible?.kind === 'unknown') {
            expect(responsible.message).toMatch(/^not known: /u);
            seen.unknown++;
            continue;
          }
          seen.kinds.add(windhover.variable);
          const said = JSON.stringify([message, responsible, changed, thresholds, by, isLast, isRenamed]);
          expect(responsible?.kind, said).toBe('statement');
          expect(responsible?.statement, said).toBe(STATEMENTS[changed]);
        }
      },
    ),
    { numRuns: LONG ? 500 : 25 },
  );
  expect(seen.changed).toBeGreaterThan(50);
  expect(seen.unknown / seen.changed).toBeLessThan(0.02);
  expect([...seen.kinds].sort()).toEqual(['b', 'c', 'few', 'j', 'm']);
});

describe('a variable that has another name', () => {
  const flow = (statements: readonly string[], on = 'exploits'): string =>
    `hunt: renamed\nhuntflow: |\n${statements.map((each) => `  ${each}\n`).join('')}alerts: [{ on: ${on}, settle: 0s }]\n`;
  const OLD = ["a = GET process FROM s WHERE parent_ref.name = 'node'", "exploits = a WHERE name = 'sh'"];
  const node = { pid: 1, name: 'node' };

  async function gained(statements: readonly string[], on?: string, old = OLD) {
    folder.write('renamed-old.hunt.yaml', flow(old));
    folder.write('renamed-new.hunt.yaml', flow(statements, on));
    folder.records('renamed.ndjson', [
      { time: '2026-05-01T08:00:00Z', process: { pid: 10, name: 'sh', parent: node } },
      { time: '2026-05-01T08:00:01Z', process: { pid: 11, name: 'dash', parent: node } },
    ]);
    const args = ['renamed-new.hunt.yaml', '--source', 'renamed.ndjson', '--against', 'renamed-old.hunt.yaml'];
    const { document } = await folder.backtest(...args);
    return document.hunts[0]?.compare?.gained.map(({ responsible }) => responsible) ?? [];
  }

  test('is not what two versions part over, but the statement that changed', async () => {
    const wider = "exploits = b WHERE name IN ('sh', 'dash')";
    for (const first of [OLD[0]!.replace('a =', 'b ='), "b = GET process FROM s WHERE parent_ref.name LIKE 'nod%'"]) {
      const [only, ...more] = await gained([first, wider]);
      expect(more).toEqual([]);
      expect(only).toMatchObject({ kind: 'statement', version: 'new', variable: 'exploits', statement: 2 });
    }
  });

  test('is what they part over where it is the one that holds more', async () => {
    const old = [OLD[0]!.replace("'node'", "'node' AND name = 'sh'"), 'exploits = a WHERE pid > 0'];
    const [only] = await gained([OLD[0]!.replace('a =', 'b ='), 'exploits = b WHERE pid > 0'], undefined, old);
    expect(only).toMatchObject({ kind: 'statement', version: 'new', variable: 'b', statement: 1 });
    const added = await gained([
      ...OLD.slice(0, 1),
      "more = GET process FROM s WHERE name = 'dash'",
      'exploits = a + more',
    ]);
    expect(added.at(-1)).toMatchObject({ kind: 'statement', version: 'new', variable: 'more', statement: 2 });
  });

  test('and alerts is told with both of them', async () => {
    const [first, ...more] = await gained([OLD[0]!, "shells = a WHERE name = 'sh'"], 'shells');
    expect(more).toEqual([]);
    expect(first?.kind).toBe('alerts');
    expect(first?.message).toMatch(/^both versions hold it in shells \(exploits in the old one\); /u);
  });
});
