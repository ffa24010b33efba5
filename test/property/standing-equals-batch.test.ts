import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import type { CheckedHuntflow } from '../../src/language/ast.ts';
import { evaluate, type Evaluation } from '../reference/evaluate.ts';
import type { PlainRecord } from '../reference/plain-record.ts';
import { arbitraryHuntflow } from './arbitrary-huntflow.ts';
import { arbitraryRecords } from './arbitrary-records.ts';
import { EngineUnderTest, type EngineView } from './engine-under-test.ts';

const LONG = process.env.WINDHOVER_LONG === '1';
const runs = (usual: number): number => (LONG ? usual * 25 : usual);

/** Names of NEW rows differ between the two; everything else is comparable as it stands. */
function comparable(view: Pick<Evaluation, 'variables' | 'displays'> | EngineView): unknown {
  return {
    variables: [...view.variables].map(([name, ids]) => [name, ids.map((id) => id.replace(/ new:\d+:/, ' new:'))]),
    displays: view.displays,
  };
}

function checked(text: string): CheckedHuntflow {
  const huntflow = checkHuntflow(text);
  const errors = huntflow.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) throw new Error(`${text}\n${errors.map((each) => each.message).join('\n')}`);
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

async function run(text: string, chunks: readonly (readonly PlainRecord[])[]): Promise<EngineView> {
  const engine = await EngineUnderTest.start([text]);
  for (const chunk of chunks) await engine.epoch(chunk);
  return engine.view();
}

function shuffled(records: readonly PlainRecord[], keys: readonly number[]): PlainRecord[] {
  return records
    .map((record, i) => ({ record, key: keys[i % keys.length] ?? 0, i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ record }) => record);
}

const keys = fc.array(fc.nat({ max: 1000 }), { minLength: 20, maxLength: 20 });
const cuts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
const options = { limits: true, windows: true };

describe('a standing query equals the batch query', () => {
  test('after every prefix', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHuntflow(options), arbitraryRecords, async (text, records) => {
        const huntflow = checked(text);
        const engine = await EngineUnderTest.start([text]);
        for (let end = 1; end <= records.length; end++) {
          await engine.epoch(records.slice(end - 1, end));
          const ends = Array.from({ length: end }, (_, i) => i + 1);
          expect(comparable(await engine.view())).toEqual(comparable(evaluate(huntflow, records, { epochs: ends })));
        }
      }),
      { numRuns: runs(600) },
    );
  });

  test('however the input is cut into epochs', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHuntflow(options), arbitraryRecords, cuts, async (text, records, lengths) => {
        const huntflow = checked(text);
        const chunks = epochs(records, lengths);
        let end = 0;
        const ends = chunks.map((chunk) => (end += chunk.length));
        expect(comparable(await run(text, chunks))).toEqual(comparable(evaluate(huntflow, records, { epochs: ends })));
      }),
      { numRuns: runs(800) },
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
          const other = await run(text, epochs(shuffled([...records, ...records.slice(0, 5)], order), lengths));
          expect(comparable(other)).toEqual(comparable(usual));
        },
      ),
      { numRuns: runs(600) },
    );
  });

  test('after a stop and a start at any point', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHuntflow(options), arbitraryRecords, fc.nat(), async (text, records, point) => {
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
      { numRuns: runs(600) },
    );
  });

  test('whatever other hunts run beside it', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHuntflow(options),
        arbitraryHuntflow(options),
        arbitraryRecords,
        async (text, neighbour, records) => {
          const alone = await run(text, epochs(records, [3]));
          const engine = await EngineUnderTest.start([text, neighbour]);
          for (const chunk of epochs(records, [3])) await engine.epoch(chunk);
          expect(comparable(await engine.view(0))).toEqual(comparable(alone));
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
