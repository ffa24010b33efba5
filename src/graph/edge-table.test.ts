import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EdgeTable, type EdgeWitness } from './edge-table.ts';

interface Naive {
  readonly from: number;
  readonly to: number;
  firstMs: number;
  lastMs: number;
  dormant: boolean;
  /** Where the record lies that asserted it first. */
  at: EdgeWitness;
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
      at: fc.record({ place: fc.nat(2), offset: fc.nat(1000) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), horizon: fc.nat(60), gone: handle }) },
);

describe('the edge table', () => {
  test('is a set of pairs with first and last times, found from both ends, also after a restart', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new EdgeTable('process.parent_ref');
        let edges: Naive[] = [];
        for (const each of steps) {
          if (each.kind === 'assert') {
            const { from, to, first, at } = each;
            const last = first + each.length;
            const known = edges.find((edge) => edge.from === from && edge.to === to);
            expect(table.assert(from, to, { ms: first, ns: 0 }, last)).toBe(known === undefined || known.dormant);
            const isFirst = known === undefined || known.dormant || first < known.firstMs;
            expect(table.wantsWitness).toBe(isFirst);
            if (isFirst) table.witness(at);
            if (known === undefined) edges.push({ from, to, firstMs: first, lastMs: last, dormant: false, at });
            else if (known.dormant) Object.assign(known, { firstMs: first, lastMs: last, dormant: false, at });
            else {
              const lastMs = Math.max(known.lastMs, last);
              Object.assign(known, { lastMs, ...(isFirst ? { firstMs: first, at } : {}) });
            }
          } else {
            const isGone = (edge: Naive): boolean => edge.from === each.gone || edge.to === each.gone;
            const ends = (edge: Naive): boolean => !edge.dormant && (edge.lastMs < each.horizon || isGone(edge));
            const ended = table.expire(each.horizon, (one) => one === each.gone);
            expect(pairs(ended)).toEqual(pairs(edges.filter(ends)));
            for (const edge of edges) edge.dormant ||= ends(edge);
            edges = edges.filter((edge) => !isGone(edge));
          }
        }
        const restored = new EdgeTable('process.parent_ref');
        const changes = table.arrays.takeChanges();
        if (changes?.kind === 'patch') restored.arrays.restorePatch(changes.bytes);
        const places = table.witnesses.takeChanges();
        if (places?.kind === 'patch') restored.witnesses.restorePatch(places.bytes);
        restored.relink();
        for (const each of [table, restored]) {
          expect(each.size).toBe(edges.length);
          for (let one = 1; one <= 12; one++) {
            const from = edges.filter((edge) => edge.from === one);
            const to = edges.filter((edge) => edge.to === one);
            expect([...each.referred(one)].sort()).toEqual(from.map((edge) => edge.to).sort());
            expect([...each.referrers(one)].sort()).toEqual(to.map((edge) => edge.from).sort());
            expect([...each.forward(one)].sort()).toEqual(
              counting(from)
                .map((edge) => edge.to)
                .sort(),
            );
            expect([...each.backward(one)].sort()).toEqual(
              counting(to)
                .map((edge) => edge.from)
                .sort(),
            );
          }
          for (const { from, to, firstMs, dormant, at } of edges) {
            expect(each.firstAsserted(from, to)).toEqual(dormant ? undefined : { ms: firstMs, ns: 0 });
            expect(each.firstWitness(from, to)).toEqual(dormant || at.place === 0 ? undefined : at);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function counting(edges: readonly Naive[]): Naive[] {
  return edges.filter((edge) => !edge.dormant);
}

function pairs(edges: readonly { readonly from: number; readonly to: number }[]): string[] {
  return edges.map(({ from, to }) => `${from}>${to}`).sort();
}
