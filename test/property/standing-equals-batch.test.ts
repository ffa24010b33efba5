import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { compareInstants } from '../../src/catalogue/instant.ts';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import type { CheckedHuntflow } from '../../src/language/ast.ts';
import { evaluate, evaluateEach, type Evaluation } from '../reference/evaluate.ts';
import type { PlainRecord } from '../reference/plain-record.ts';
import { arbitraryHuntflow } from './arbitrary-huntflow.ts';
import { arbitraryRecords, SOURCES } from './arbitrary-records.ts';
import { TABLES } from './loaded-tables.ts';
import { StatementCoverage } from './statement-coverage.ts';
import { EngineUnderTest, type EngineOptions, type EngineView } from './engine-under-test.ts';

const LONG = process.env.WINDHOVER_LONG === '1';
const runs = (usual: number): { numRuns: number } => ({ numRuns: LONG ? usual * 25 : usual });

const coverage = new StatementCoverage();
// oxlint-disable-next-line no-console -- whoever reads the run wants to know what it tried
afterAll(() => console.log(String(coverage)));

/** Names of NEW rows differ between the two; everything else is comparable as it stands. */
function comparable(view: Pick<Evaluation, 'variables' | 'displays'> | EngineView): unknown {
  return {
    variables: [...view.variables].map(([name, ids]) => [name, ids.map((id) => id.replace(/new:\d+:/g, 'new:'))]),
    displays: view.displays,
  };
}

function checked(text: string): CheckedHuntflow {
  const huntflow = checkHuntflow(text, { tables: TABLES, relations: 'extended' });
  const errors = huntflow.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) throw new Error(`${text}\n${errors.map((each) => each.message).join('\n')}`);
  coverage.add(huntflow);
  return huntflow;
}

/** Cuts a log into epochs of one source each; `cuts` gives their lengths in turn. */
function epochs(records: readonly PlainRecord[], cuts: readonly number[]): PlainRecord[][] {
  const result: PlainRecord[][] = [];
  let at = 0;
  for (let i = 0; at < records.length; i++) {
    const length = cuts[i % cuts.length] ?? 1;
    const chunk: PlainRecord[] = [];
    while (chunk.length < length && at < records.length && records[at]?.source === (chunk[0] ?? records[at])?.source) {
      chunk.push(records[at++] as PlainRecord);
    }
    result.push(chunk);
  }
  return result;
}

/** Records received at the end of each epoch. */
function endsOf(chunks: readonly (readonly PlainRecord[])[]): number[] {
  let end = 0;
  return chunks.map((chunk) => (end += chunk.length));
}

async function run(
  text: string,
  chunks: readonly (readonly PlainRecord[])[],
  options: EngineOptions = {},
): Promise<EngineView> {
  const engine = await EngineUnderTest.start([text], options);
  for (const chunk of chunks) await engine.epoch(chunk);
  return engine.view();
}

function shuffled(records: readonly PlainRecord[], keys: readonly number[]): PlainRecord[] {
  return records
    .map((record, i) => ({ record, key: keys[i % keys.length] ?? 0, i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ record }) => record);
}

/** Records by their `last`; every `disorder`th stays where it is, so that some come late. */
function nearlyOrdered(records: readonly PlainRecord[], disorder: number): PlainRecord[] {
  const stays = (index: number): boolean => disorder > 0 && index % (disorder + 1) === 0;
  const moving = records.filter((_, i) => !stays(i)).sort((a, b) => compareInstants(a.last, b.last));
  return records.map((record, i) => (stays(i) ? record : (moving.shift() as PlainRecord)));
}

const keys = fc.array(fc.nat({ max: 1000 }), { minLength: 20, maxLength: 20 });
const cuts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
const anyHuntflow = arbitraryHuntflow({ limits: true, windows: true });

describe('a standing query equals the batch query', () => {
  test('after every prefix', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyHuntflow, arbitraryRecords, fc.boolean(), async (text, records, isWide) => {
        const huntflow = checked(text);
        const engine = await EngineUnderTest.start([text], isWide ? { wideKindFor: records } : {});
        const ends = records.map((_, i) => i + 1);
        const expected = evaluateEach(huntflow, records, { epochs: ends });
        for (const [i, record] of records.entries()) {
          await engine.epoch([record]);
          expect(comparable(await engine.view())).toEqual(comparable(expected[i] as Evaluation));
        }
      }),
      runs(600),
    );
  });

  test('however the input is cut into epochs', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyHuntflow, arbitraryRecords, cuts, async (text, records, lengths) => {
        const huntflow = checked(text);
        const chunks = epochs(records, lengths);
        const view = await run(text, chunks, { wideKindFor: records });
        expect(comparable(view)).toEqual(comparable(evaluate(huntflow, records, { epochs: endsOf(chunks) })));
      }),
      runs(800),
    );
  });

  test('whatever the order of arrival, and with records repeated', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHuntflow({ limits: false, windows: true }),
        arbitraryRecords,
        keys,
        cuts,
        async (text, records, order, lengths) => {
          checked(text);
          const usual = await run(text, epochs(records, [4]));
          const again = shuffled([...records, ...records.slice(0, 5)], order);
          const other = await run(text, epochs(again, lengths), { wideKindFor: again });
          expect(comparable(other)).toEqual(comparable(usual));
        },
      ),
      runs(600),
    );
  });

  test('over what a retention leaves', { timeout: 3_600_000 }, async () => {
    // Steps of a retention's 64th part must be whole milliseconds, and no longer than the seconds between records.
    const retention = fc.constantFrom(8_000, 16_000, 32_000, 64_000);
    await fc.assert(
      fc.asyncProperty(
        // An epoch's records act before its time passes, which LIMIT's order of entry can see and the evaluator cannot.
        arbitraryHuntflow({ limits: false, windows: true }),
        arbitraryRecords,
        cuts,
        retention,
        fc.nat({ max: 3 }),
        async (text, drawn, lengths, retentionMs, disorder) => {
          const records = nearlyOrdered(drawn, disorder).map((record) => ({ ...record, source: SOURCES[0] }));
          const huntflow = checked(text);
          const engine = await EngineUnderTest.start([text], { retentionMs, wideKindFor: records });
          const chunks = epochs(records, lengths);
          const expected = evaluateEach(huntflow, records, { epochs: endsOf(chunks), retentionMs });
          for (const [i, chunk] of chunks.entries()) {
            await engine.epoch(chunk);
            expect(comparable(await engine.view())).toEqual(comparable(expected[i] as Evaluation));
          }
        },
      ),
      runs(600),
    );
  });

  test('over what a retention of its own leaves of some types', { timeout: 3_600_000 }, async () => {
    const retention = fc.constantFrom(8_000, 16_000, 32_000, 64_000);
    const types = fc.uniqueArray(fc.constantFrom('process', 'file', 'network-traffic', 'user-account'), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(
        arbitraryHuntflow({ limits: false, windows: true }),
        arbitraryRecords,
        cuts,
        fc.option(retention, { nil: Infinity }),
        fc.tuple(types, retention),
        async (text, drawn, lengths, retentionMs, [named, ofTypeMs]) => {
          // A late record may bring back what its type has been kept for long enough: until the next step, in the engine.
          const records = nearlyOrdered(drawn, 0).map((record) => ({ ...record, source: SOURCES[0] }));
          const huntflow = checked(text);
          const options = { retentionMs, typeRetentionMs: new Map(named.map((type) => [type, ofTypeMs])) };
          const engine = await EngineUnderTest.start([text], { ...options, wideKindFor: records });
          const chunks = epochs(records, lengths);
          const expected = evaluateEach(huntflow, records, { epochs: endsOf(chunks), ...options });
          for (const [i, chunk] of chunks.entries()) {
            await engine.epoch(chunk);
            expect(comparable(await engine.view())).toEqual(comparable(expected[i] as Evaluation));
          }
        },
      ),
      runs(300),
    );
  });

  test('after a stop and a start at any point', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyHuntflow, arbitraryRecords, fc.nat(), async (text, records, point) => {
        checked(text);
        const chunks = epochs(records, [2]);
        const stop = point % (chunks.length + 1);
        let engine = await EngineUnderTest.start([text]);
        for (const [i, chunk] of chunks.entries()) {
          if (i === stop && i > 0) engine = await engine.restart();
          await engine.epoch(chunk);
        }
        expect(comparable(await engine.view())).toEqual(comparable(await run(text, chunks)));
        expect(comparable(await (await engine.restart()).view())).toEqual(comparable(await engine.view()));
      }),
      runs(600),
    );
  });

  test('whatever other hunts run beside it', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyHuntflow, anyHuntflow, arbitraryRecords, async (text, neighbour, records) => {
        checked(text);
        const alone = await run(text, epochs(records, [3]));
        const engine = await EngineUnderTest.start([text, neighbour]);
        for (const chunk of epochs(records, [3])) await engine.epoch(chunk);
        expect(comparable(await engine.view(0))).toEqual(comparable(alone));
      }),
      runs(300),
    );
  });
});
