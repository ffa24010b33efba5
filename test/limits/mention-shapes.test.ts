import { expect, test } from 'vitest';
import { EntityGraph } from '../../src/graph/entity-graph.ts';
import { MOST_SHAPES } from '../../src/graph/mention-view.ts';
import { InlineByteSource } from '../../src/hunts/hunt-tests/inline-byte-source.ts';
import { simulated } from '../../src/simulate/testing/simulated.ts';
import type { Demand } from '../../src/telemetry/demand.ts';
import { openBatches } from '../../src/telemetry/open-batches.ts';

const DEMAND: Demand = {
  types: new Map(
    ['process', 'file', 'user-account', 'network-traffic', 'ipv4-addr'].map((type) => [type, { onRequest: new Set() }]),
  ),
  references: new Set([
    ...['parent_ref', 'binary_ref', 'creator_user_ref', 'opened_connection_refs'].map((name) => `process.${name}`),
    ...['src_ref', 'dst_ref'].map((name) => `network-traffic.${name}`),
  ]),
  patternTypes: new Map(),
  patternReferences: new Set(),
  linked: [],
  recordIds: false,
};

/** A graph in which somebody has made up as many shapes as there is room for. */
function fullGraph(): EntityGraph {
  const graph = new EntityGraph(DEMAND, { retains: true });
  for (let i = 0; graph.views.size < MOST_SHAPES; i++) {
    const attributes = [{ name: `x_${i}`, folded: false, union: false }];
    graph.views.intern({ type: 'process', authority: 1, attributes, references: [] });
  }
  return graph;
}

async function read(graph: EntityGraph, text: string): Promise<void> {
  const decode = { demand: DEMAND, batchSize: 512, maxSpanMs: Infinity, maxLineBytes: 1 << 24, hostAliases: new Map() };
  const reader = await openBatches(new InlineByteSource(text), decode);
  for await (const batch of reader.batches()) {
    graph.scan(batch);
    graph.apply(batch);
  }
}

/** What the graph says of every entity, by key. */
function said(graph: EntityGraph): Map<string, unknown> {
  const all = new Map<string, unknown>();
  for (let handle = 1; handle < graph.registry.end; handle++) {
    const content = graph.content(handle);
    const values = [...content.names(graph)].sort().map((name) => [name, content.value(graph, name)]);
    const references = [...DEMAND.references].map((name) => {
      const target = content.value(graph, name.slice(name.indexOf('.') + 1));
      return typeof target === 'number' ? graph.referredKey(target) : undefined;
    });
    all.set(`${graph.typeOf(handle)} ${graph.keyOf(handle)}`, [values, references]);
  }
  return all;
}

function bundle(attribute: string): string {
  const time = '2026-05-01T08:00:00.000Z';
  const process = { type: 'process', pid: 4, name: 'sh', created: time, x_unique_id: 'p', [attribute]: 'made up' };
  const observed = { type: 'observed-data', id: 'observed-data--1', first_observed: time, last_observed: time };
  return JSON.stringify({ type: 'bundle', id: 'bundle--1', objects: [{ ...observed, objects: { '0': process } }] });
}

test('with no room for further shapes sensors are understood as before', async () => {
  const { lines } = simulated({ linuxHosts: 1, windowsHosts: 1 }, 20_000);
  expect([...lines.keys()]).toHaveLength(2);
  for (const text of [...lines.values()].map((each) => each.join('\n'))) {
    const [free, full] = [new EntityGraph(DEMAND, { retains: true }), fullGraph()];
    await read(free, text);
    await read(full, text);
    expect(free.registry.end).toBeGreaterThan(50);
    expect(said(full)).toEqual(said(free));
    expect(full.views.size).toBeLessThan(MOST_SHAPES + 20);
  }
});

test('attributes that are made up are lost then, those of the catalogue are not', async () => {
  const [free, full] = [new EntityGraph(DEMAND, { retains: true }), fullGraph()];
  await read(full, bundle('x_first'));
  const size = full.views.size;
  for (const name of ['x_first', 'x_second', 'x_third']) {
    await read(full, bundle(name));
    await read(free, bundle(name));
  }
  expect([full.views.size, free.views.size]).toEqual([size, 3]);
  const names = (graph: EntityGraph): string[] => [...graph.content(1).names(graph)].sort();
  expect(names(free).filter((name) => name.startsWith('x_'))).toEqual([
    'x_first',
    'x_second',
    'x_third',
    'x_unique_id',
  ]);
  expect(names(full)).toEqual(names(free).filter((name) => !/^x_(?:first|second|third)$/u.test(name)));
});
