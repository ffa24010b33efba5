import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EdgeTable } from './edge-table.ts';

interface Naive {
  readonly from: number;
  readonly to: number;
  firstMs: number;
  lastMs: number;
}

const handle = fc.integer({ min: 1, max: 12 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      from: handle,
      to: handle,
      first: fc.nat(50),
      length: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), horizon: fc.nat(60), gone: handle }) },
);

describe('the edge table', () => {
  test('is a set of pairs with first and last times, found from both ends, also after a restart', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new EdgeTable('process.parent_ref');
        let edges: Naive[] = [];
        for (const each of steps) {
          if (each.kind === 'assert') {
            const { from, to, first } = each;
            const last = first + each.length;
            const known = edges.find((edge) => edge.from === from && edge.to === to);
            expect(table.assert(from, to, { ms: first, ns: 0 }, last)).toBe(known === undefined);
            if (known === undefined) edges.push({ from, to, firstMs: first, lastMs: last });
            else
              Object.assign(known, { firstMs: Math.min(known.firstMs, first), lastMs: Math.max(known.lastMs, last) });
          } else {
            const leaves = (edge: Naive): boolean =>
              edge.lastMs < each.horizon || edge.from === each.gone || edge.to === each.gone;
            const removed = table.purge(each.horizon, (one) => one === each.gone);
            expect(pairs(removed)).toEqual(pairs(edges.filter(leaves)));
            edges = edges.filter((edge) => !leaves(edge));
          }
        }
        const restored = new EdgeTable('process.parent_ref');
        for (const { page, bytes } of table.arrays.changedPages()) restored.arrays.restorePage(page, bytes);
        restored.relink();
        for (const each of [table, restored]) {
          expect(each.size).toBe(edges.length);
          for (let one = 1; one <= 12; one++) {
            const forward = edges.filter((edge) => edge.from === one).map((edge) => edge.to);
            const backward = edges.filter((edge) => edge.to === one).map((edge) => edge.from);
            expect([...each.forward(one)].sort()).toEqual(forward.sort());
            expect([...each.backward(one)].sort()).toEqual(backward.sort());
          }
          for (const { from, to, firstMs } of edges)
            expect(each.firstAsserted(from, to)).toEqual({ ms: firstMs, ns: 0 });
        }
      }),
      { numRuns: 300 },
    );
  });
});

function pairs(edges: readonly { readonly from: number; readonly to: number }[]): string[] {
  return edges.map(({ from, to }) => `${from}>${to}`).sort();
}
