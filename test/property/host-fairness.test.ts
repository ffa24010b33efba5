import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WallClock } from '../../src/dataflow/wall-clock.ts';
import type { PlainEntity, PlainRecord } from '../reference/plain-record.ts';
import { EngineUnderTest } from './engine-under-test.ts';

// What one host sends, however much and with whatever times, changes nothing of what is found on another.

const NOON = Date.UTC(2026, 0, 1, 12);
const RETENTION_MS = 120_000;
const SOURCE = 'stixshifter://a';

const HUNTFLOW = `p = GET process FROM a WHERE name = 'sh'
c = FIND process CREATED BY p
w = GET process FROM a WHERE name = 'sh' LAST 20 SECONDS
g = GROUP p BY name, pid WITH COUNT(pid) AS n
j = JOIN p, c BY pid, parent_ref.pid
u = p WHERE parent_ref.name = 'init'`;

interface Drawn {
  /** Seconds after noon; of a flood any moment, ms since 1970. */
  readonly at: number;
  readonly pid: number;
  readonly parent: number | null;
  readonly name: string;
}

let made = 0;

function record(host: string, ms: number, { pid, parent, name }: Drawn): PlainRecord {
  const time = { ms, ns: 0 };
  const process = (of: number, authority: 0 | 1, more: Partial<PlainEntity>): PlainEntity => ({
    type: 'process',
    key: `${host}|${of}`,
    role: authority === 1 ? 'process' : 'parent',
    authority,
    caseFolded: false,
    attributes: { pid: Number(`${host === 'benign' ? 1 : 2}${of}`) },
    references: {},
    ...more,
  });
  const own = process(pid, 1, { attributes: { pid: Number(`${host === 'benign' ? 1 : 2}${pid}`), name } });
  const entities = parent === null ? [own] : [process(parent, 0, {}), { ...own, references: { parent_ref: 0 } }];
  return { id: `f${made++}`, source: SOURCE, first: time, last: time, host, entities };
}

const names = fc.constantFrom('sh', 'sh', 'init', 'x');
const pid = fc.integer({ min: 1, max: 6 });
const parent = fc.option(pid, { nil: null });
const benign = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), pid, parent, name: names }), {
  minLength: 1,
  maxLength: 12,
});
const anyMoment = fc.oneof(
  fc.constantFrom(0, 1, -1, Date.UTC(9999, 11, 31), Date.UTC(9999, 11, 31) + 1, 8.64e15),
  fc.integer({ min: NOON - 2 * RETENTION_MS, max: NOON + 2 * RETENTION_MS }),
);
const flood = fc.array(
  fc.record({ before: fc.nat({ max: 12 }), at: anyMoment, pid: fc.integer({ min: 1, max: 500 }), parent, name: names }),
  { maxLength: 60 },
);

/** Members of every variable that speak of the benign host, after each of its records. */
async function seen(
  records: readonly Drawn[],
  floods: readonly (Drawn & { readonly before: number })[],
): Promise<unknown[]> {
  const clock = new WallClock();
  const sourceLimit = (): number => clock.now?.ms ?? 0;
  const engine = await EngineUnderTest.start([HUNTFLOW], { retentionMs: RETENTION_MS, clock, sourceLimit });
  const views: unknown[] = [];
  for (const [i, each] of records.entries()) {
    const ms = NOON + each.at * 1000;
    clock.set(ms);
    const beside = floods.filter(({ before }) => before === i).map((one) => record('flood', one.at, one));
    await engine.epoch([...beside, record('benign', ms, each)]);
    const { variables } = await engine.view();
    views.push(
      [...variables].map(([name, rows]) => [
        name,
        rows.filter((row) => !row.includes('flood') && /benign|\b1\d\b/.test(row)).sort(),
      ]),
    );
  }
  return views;
}

describe('a flood from one host', () => {
  test('changes nothing of what is found on another', { timeout: 600_000 }, async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(benign, flood, async (drawn, floods) => {
        const records = drawn.toSorted((a, b) => a.at - b.at);
        const alone = await seen(records, []);
        found += JSON.stringify(alone).split('benign').length - 1;
        expect(await seen(records, floods)).toEqual(alone);
      }),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(300);
  });
});
