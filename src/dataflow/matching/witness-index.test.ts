import { expect, test } from 'vitest';
import { InlineByteSource } from '../../hunts/hunt-tests/inline-byte-source.ts';
import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import { DemandBuilder } from '../../plan/plan-demand.ts';
import { planHuntflow } from '../../plan/plan-huntflow.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import type { Slot } from '../../telemetry/record-batch.ts';
import { processDocument } from '../../../test/support/process-document.ts';
import { CellTests } from './cell-tests.ts';
import { WitnessIndex } from './witness-index.ts';

const LETTERS = [...'abcdefghij'];
const MOST_LISTS = 16;

/** The letters of a number, a bit each: every combination comes up, most of them more than once. */
const lettersOf = (n: number): string[] => LETTERS.filter((_, i) => ((n * 37) >> i) & 1);

test('however many combinations of patterns texts match, few are remembered, and each record finds its own', async () => {
  const huntflow = LETTERS.map((letter) => `${letter} = GET process FROM s WHERE command_line LIKE '%${letter}%'`);
  const { plan } = planHuntflow(checkHuntflow(huntflow.join('\n')));
  if (plan === undefined) throw new Error('the hunt does not check');
  const demand = new DemandBuilder();
  demand.addPlan(plan);
  const patterns = plan.nodes.flatMap((node) => (node.op === 'get' ? [node.pattern] : []));
  expect(patterns).toHaveLength(LETTERS.length);
  const lines = Array.from({ length: 2000 }, (_, i) =>
    processDocument({ command_line: `/${lettersOf(i).join('/')}/${i % 700}` }),
  );
  const options = { demand: demand.build(), batchSize: 100, maxSpanMs: Infinity, maxLineBytes: 1 << 20 };
  const reader = await openBatches(new InlineByteSource(`${lines.join('\n')}\n`), {
    ...options,
    hostAliases: new Map(),
  });
  let index: WitnessIndex | undefined;
  let record = 0;
  for await (const batch of reader.batches()) {
    for (let row = 0; row < batch.size; row++) {
      const kind = batch.kinds[batch.kind[row] as number]!;
      const slot = kind.slots.find(({ role }) => role === 'process') as Slot;
      index ??= new WitnessIndex(patterns, kind, slot, new CellTests(), MOST_LISTS);
      const found = index.candidates(batch, row).map((at) => LETTERS[at] as string);
      expect(new Set(found)).toEqual(new Set(lettersOf(record)));
      expect(index.lists).toBeLessThanOrEqual(MOST_LISTS);
      record++;
    }
  }
  expect(record).toBe(lines.length);
});
