import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanComparison } from '../../plan/hunt-plan.ts';
import { CellTests } from './cell-tests.ts';

function comparison(
  operator: PlanComparison['operator'],
  literals: PlanComparison['literals'],
  negated = false,
): PlanComparison {
  const path = { text: 'name', written: 'name', steps: [], attribute: 'name' };
  return { kind: 'comparison', type: 'process', center: true, path, operator, negated, literals, references: [] };
}

test('equal predicates of different hunts share a memo, and no others do', () => {
  const literal = fc.oneof(
    fc.constantFrom('1', '1]', 'null', 'true'),
    fc.constantFrom(1, -0, 0, Infinity),
    fc.boolean(),
    fc.constant(null),
  );
  const predicate = fc.tuple(
    fc.constantFrom('=' as const, 'IN' as const, 'LIKE' as const),
    fc.array(literal, { maxLength: 2 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(predicate, predicate, (one, other) => {
      const tests = new CellTests();
      const isSame = JSON.stringify(shown(one)) === JSON.stringify(shown(other));
      expect(tests.of(comparison(...one)) === tests.of(comparison(...other))).toBe(isSame);
    }),
    { numRuns: 2000 },
  );
});

function shown([operator, literals, negated]: readonly [string, readonly unknown[], boolean]): unknown {
  return [operator, negated, literals.map((each) => `${typeof each} ${String(each)}`)];
}
