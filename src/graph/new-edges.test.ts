import { expect, test } from 'vitest';
import { processDocument } from '../../test/support/process-document.ts';
import { InlineByteSource } from '../hunts/hunt-tests/inline-byte-source.ts';
import type { Demand } from '../telemetry/demand.ts';
import { openBatches } from '../telemetry/open-batches.ts';
import { EntityGraph } from './entity-graph.ts';

const PARENT = { args: '', command_line: '', executable: '/bin/init', name: 'init', start: '2026-05-01T07:00:00Z' };

/** A child, and then another process of the same parent: what the graph says was touched by each of both, as names. */
async function touchedBy(readReferences: ReadonlySet<string> | undefined): Promise<string[][]> {
  const demand: Demand = {
    types: new Map([['process', { onRequest: new Set() }]]),
    references: new Set(['process.parent_ref']),
    readReferences,
    patternTypes: new Map(),
    patternReferences: new Set(),
    linked: [],
    recordIds: false,
  };
  const graph = new EntityGraph(demand, { retains: true });
  const touched: string[][] = [];
  const documents = [
    processDocument({ pid: 7, name: 'a', parent: { ...PARENT, pid: 1 } }, 1),
    // The parent says something new of itself.
    processDocument({ ...PARENT, pid: 1, name: 'renamed' }, 2),
  ];
  for (const text of documents) {
    const decode = { demand, batchSize: 512, maxSpanMs: Infinity, maxLineBytes: 1 << 24, hostAliases: new Map() };
    const reader = await openBatches(new InlineByteSource(`${text}\n`), decode);
    for await (const batch of reader.batches()) {
      if (batch.size === 0) continue;
      graph.scan(batch);
      const change = graph.apply(batch);
      touched.push(change.touched.map((handle) => String(graph.content(handle).value(graph, 'name'))).sort());
    }
  }
  return touched;
}

test('what is said of a parent touches its children only where content is read through that reference', async () => {
  const first = ['a', 'init'];
  expect(await touchedBy(new Set(['process.parent_ref']))).toEqual([first, ['a', 'renamed']]);
  expect(await touchedBy(undefined)).toEqual([first, ['a', 'renamed']]);
  expect(await touchedBy(new Set())).toEqual([first, ['renamed']]);
});
