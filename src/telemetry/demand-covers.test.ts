import { expect, test } from 'vitest';
import type { Demand } from './demand.ts';
import { demandCovers } from './demand-covers.ts';

const demand = (part: Partial<Demand> = {}): Demand => ({
  types: new Map([['process', { onRequest: new Set<string>() }]]),
  references: new Set(['process.parent_ref', 'process.opened_connection_refs']),
  patternTypes: new Map(),
  patternReferences: new Set(),
  linked: [],
  recordIds: false,
  ...part,
});

test('covers what reads content through the same references, and not what reads through one that only FIND follows', () => {
  const [none, parents] = [new Set<string>(), new Set(['process.parent_ref'])];
  const covers = (whole: ReadonlySet<string> | undefined, part: ReadonlySet<string> | undefined): boolean =>
    demandCovers(demand({ readReferences: whole }), demand({ readReferences: part }));
  expect([covers(parents, none), covers(parents, parents), covers(none, parents)]).toEqual([true, true, false]);
  // Of a version that did not tell them apart: all of them are read.
  expect([covers(undefined, parents), covers(parents, undefined)]).toEqual([true, false]);
});

test('covers a part of the types, and nothing beyond them', () => {
  const file = new Map([['file', { onRequest: new Set(['hashes']) }]]);
  const both = new Map([...demand().types, ...file]);
  expect(demandCovers(demand({ types: both }), demand())).toBe(true);
  expect(demandCovers(demand(), demand({ types: both }))).toBe(false);
  expect(demandCovers(demand({ types: file }), demand({ types: new Map([['file', { onRequest: new Set() }]]) }))).toBe(
    true,
  );
});
