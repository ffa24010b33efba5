import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemberCounts } from './member-counts.ts';

test('names the entities that are in some variable, in the order asked, whoever else has let them go', () => {
  const handle = fc.oneof(fc.nat(5), fc.integer({ min: 1020, max: 5000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), handle)), fc.array(handle), (moves, asked) => {
      const counts = new MemberCounts();
      const variables = Array.from({ length: 4 }, () => new Set<number>());
      for (const [at, member] of moves) {
        const variable = variables[at] as Set<number>;
        // Who is in leaves, who is not enters.
        if (variable.delete(member)) counts.left(member);
        else {
          variable.add(member);
          counts.entered(member);
        }
      }
      expect(counts.among(asked)).toEqual(asked.filter((each) => variables.some((variable) => variable.has(each))));
    }),
  );
});
