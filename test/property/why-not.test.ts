import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureRecord, type CapturedRecord } from '../../src/hunts/trace/captured-record.ts';
import { traceRecord } from '../../src/hunts/trace/trace-record.ts';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import { evaluate } from '../reference/evaluate.ts';
import { inputsOf, NaiveLineage, outputOf } from '../reference/lineage.ts';
import type { PlainRecord } from '../reference/plain-record.ts';
import { arbitraryHuntflow } from './arbitrary-huntflow.ts';
import { arbitraryRecords } from './arbitrary-records.ts';
import { EngineUnderTest } from './engine-under-test.ts';
import { TABLES } from './loaded-tables.ts';

const LONG = process.env.WINDHOVER_LONG === '1';
const verdictsSeen = { in: 0, out: 0, missing: 0, rows: 0 };

/** Statements that always give what a row was made of. */
const MAKING: ReadonlySet<string> = new Set(['get', 'find', 'group', 'join', 'merge', 'apply']);

/** Records of a log that are asked about. */
const ASKED = 12;

async function traced(
  text: string,
  records: readonly PlainRecord[],
): Promise<{ engine: EngineUnderTest; captured: readonly CapturedRecord[] }> {
  const engine = await EngineUnderTest.start([text], { wideKindFor: records, keepsContents: true });
  const captured: CapturedRecord[] = [];
  const step = Math.ceil(records.length / ASKED);
  for (const [i, record] of records.entries()) {
    await engine.epoch([record], (batch) => {
      if (i % step === 0) captured.push(captureRecord(engine.inner().dataflow.plan, record.source, batch, 0));
    });
  }
  return { engine, captured };
}

test(
  'where why-not says that an entity is in or fell out is where the evaluator has it',
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHuntflow({ limits: true, windows: true }), arbitraryRecords, async (text, records) => {
        const huntflow = checkHuntflow(text, { tables: TABLES, relations: 'extended' });
        const { engine, captured } = await traced(text, records);
        const { dataflow, graph } = engine.inner();
        const epochs = records.map((_, i) => i + 1);
        const { lineage } = evaluate(huntflow, records, { epochs });
        const asked = captured.flatMap((record) => {
          const verdicts = traceRecord(record, dataflow, graph, { resolveSource: (uri) => uri });
          return record.entities.map((entity) => ({ entity, verdicts }));
        });
        for (const { entity, verdicts } of asked) {
          const naive = new NaiveLineage(huntflow, lineage, `${entity.type} ${entity.key}`);
          for (const [index, statement] of huntflow.statements.entries()) {
            const output = outputOf(statement);
            if (output === undefined) continue;
            const isIn = naive.in(output).length > 0;
            const isRead = inputsOf(statement).some((input) => naive.in(input).length > 0);
            const verdict = verdicts.find((each) => each.entity === entity && each.statement === index + 1);
            const said = JSON.stringify([text, statement.kind, index + 1, entity.key, verdict]);
            if (verdict === undefined) {
              expect(isIn && MAKING.has(statement.kind), said).toBe(false);
              continue;
            }
            verdictsSeen[verdict.status]++;
            if (verdict.rows.length > 0) verdictsSeen.rows++;
            expect(verdict.status === 'in', said).toBe(isIn);
            // A GET reads records, and a FIND is asked of its results too.
            const reads = statement.kind === 'get' && statement.from.kind !== 'variable';
            if (verdict.status === 'out' && !reads && statement.kind !== 'find') expect(isRead, said).toBe(true);
            if (verdict.status === 'missing') expect(isRead, said).toBe(false);
            if (statement.kind === 'find' && isRead && !isIn) expect(verdict.status, said).toBe('out');
            for (const { key, type } of verdict.rows) {
              const id = `${type} ${key}`.replace(/new:h\d+:\d+:/gu, 'new:');
              const ids = naive.in(output).map((each) => each.replace(/new:\d+:/gu, 'new:'));
              expect(ids, said).toContain(id);
            }
          }
        }
      }),
      { numRuns: LONG ? 3000 : 200 },
    );
    // Each kind of answer was among them.
    expect(
      Object.values(verdictsSeen).every((count) => count > 200),
      JSON.stringify(verdictsSeen),
    ).toBe(true);
  },
);
