import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AgeBuckets } from './age-buckets.ts';

interface Aged {
  last: { readonly ms: number };
}

test('takes exactly what is older than the horizon, however it aged and whichever way the horizon moves', () => {
  const ms = fc.oneof(fc.integer({ min: -20_000, max: 60_000 }), fc.integer());
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), ms }),
    fc.record({ kind: fc.constant('seen' as const), index: fc.nat(), ms }),
    fc.record({ kind: fc.constant('take' as const), ms }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const buckets = new AgeBuckets<Aged>();
      let kept: Aged[] = [];
      for (const each of steps) {
        if (each.kind === 'add') {
          const item: Aged = { last: { ms: each.ms } };
          buckets.add(item);
          kept.push(item);
        } else if (each.kind === 'seen') {
          const item = kept[each.index % Math.max(1, kept.length)];
          if (item !== undefined && each.ms > item.last.ms) item.last = { ms: each.ms };
        } else {
          const taken = buckets.takeBefore(each.ms);
          const old = kept.filter(({ last }) => last.ms < each.ms);
          expect(new Set(taken)).toEqual(new Set(old));
          expect(taken).toHaveLength(old.length);
          kept = kept.filter((item) => !old.includes(item));
        }
      }
      expect(buckets.takeBefore(Infinity)).toHaveLength(kept.length);
    }),
  );
});
