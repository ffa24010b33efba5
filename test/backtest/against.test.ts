import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
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
      async (thresholds, changed, by, drawn, isLast) => {
        const last = isLast ? ' LAST 10 s' : '';
        folder.write('old.hunt.yaml', hunt(thresholds, last));
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
          const said = JSON.stringify([message, responsible, changed, thresholds, by, isLast]);
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
