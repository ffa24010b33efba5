import { expect, test } from 'vitest';
import { HuntDataflow } from '../../src/dataflow/hunt-dataflow.ts';
import { Scope } from '../../src/dataflow/scope.ts';
import { EntityGraph } from '../../src/graph/entity-graph.ts';
import { InlineByteSource } from '../../src/hunts/hunt-tests/inline-byte-source.ts';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import { DemandBuilder } from '../../src/plan/plan-demand.ts';
import { planHuntflow } from '../../src/plan/plan-huntflow.ts';
import { openBatches } from '../../src/telemetry/open-batches.ts';
import type { Dictionary } from '../../src/telemetry/record-batch.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { processDocument } from '../support/process-document.ts';

// Each kind of comparison that the matching decides by text.
const HUNTFLOW = `p = GET process FROM s WHERE name = 'sh' AND command_line LIKE '%x%'
q = GET process FROM s WHERE NOT command_line MATCHES '^y.*z$'
c = FIND process CREATED BY p WHERE executable LIKE '%/sh'
n = GET process FROM s WHERE name IN ('sh', 'bash') AND pid > 3 AND name = p.name`;

/** A scope that reads one log after another, each by a decoder of its own, as it does where logs are rotated. */
async function readLogs(logs: number): Promise<WeakRef<Dictionary>[][]> {
  const { plan } = planHuntflow(checkHuntflow(HUNTFLOW));
  if (plan === undefined) throw new Error('the hunt does not check');
  const demand = new DemandBuilder();
  demand.addPlan(plan);
  const graph = new EntityGraph(demand.build(), { retains: true });
  const scope = new Scope(graph, [new HuntDataflow('h', plan, graph, { resolveSource: () => 's' })], {
    load: async () => {},
    retentionMs: 1000,
    latenessMs: 1000,
    onHuntFailure: (_hunt, error) => {
      throw error;
    },
  });
  await scope.start('record');
  const dictionaries: WeakRef<Dictionary>[][] = [];
  for (let log = 0; log < logs; log++) {
    const text = `${processDocument({ pid: log + 5, command_line: `x${log}`, name: 'sh' }, log)}\n`;
    const decode = { demand: demand.build(), batchSize: 512, maxSpanMs: Infinity, maxLineBytes: 1 << 24 };
    const reader = await openBatches(new InlineByteSource(text), { ...decode, hostAliases: new Map() });
    for await (const batch of reader.batches()) {
      const slots = batch.kinds.flatMap((kind) => kind.slots);
      const columns = slots.flatMap(({ attributes, identity }) => [
        ...attributes.map(({ column }) => column),
        ...identity,
      ]);
      const all = new Set([batch.hosts, ...columns.map(({ dictionary }) => dictionary)]);
      dictionaries.push([...all].map((each) => new WeakRef(each)));
      await scope.process(batch, 's');
      scope.forgetChanges();
    }
  }
  await collectGarbage();
  // Asked last: so the scope lives as long as its dictionaries are looked for.
  expect(scope.epoch).toBe(logs);
  return dictionaries;
}

test('the dictionaries of a log that has ended are let go; a scope holds those of the last one at most', async () => {
  const dictionaries = await readLogs(6);
  expect(dictionaries).toHaveLength(6);
  const kept = dictionaries.map((each) => each.filter((dictionary) => dictionary.deref() !== undefined).length);
  expect(kept.slice(0, -1)).toEqual([0, 0, 0, 0, 0]);
});
