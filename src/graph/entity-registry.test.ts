import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntityRegistry } from './entity-registry.ts';
import { StoredUnderTest } from './testing/stored-under-test.ts';

test('finds every identity that it knows, and no other, while handles come and go and through restarts', () => {
  const identity = fc.tuple(fc.constantFrom('process', 'file', 'user'), fc.nat(1500));
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: identity, count: fc.integer({ min: 1, max: 600 }) }) },
    { weight: 3, arbitrary: fc.record({ forget: identity, count: fc.integer({ min: 1, max: 900 }) }) },
    fc.constant('restart' as const),
  );
  let known = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 20 }), (steps) => {
      const [arrays, keys] = [new StoredUnderTest(), new StoredUnderTest()];
      let registry = new EntityRegistry();
      const handles = new Map<string, number>();
      for (const each of steps) {
        if (each === 'restart') {
          arrays.take(registry.arrays);
          keys.take(registry.keys);
          const types = [...registry.typeNames()];
          registry = new EntityRegistry();
          arrays.restore(registry.arrays);
          keys.restore(registry.keys);
          registry.finishRestore(types);
          continue;
        }
        const [type, from] = 'add' in each ? each.add : each.forget;
        for (let key = from; key < from + each.count; key++) {
          const found = registry.find(type, `k${key}`);
          if (found !== handles.get(`${type} k${key}`)) expect.fail(`${type} k${key} leads to ${found}`);
          if ('add' in each && found === undefined) handles.set(`${type} k${key}`, registry.add(type, `k${key}`));
          if (!('forget' in each) || found === undefined) continue;
          registry.retire(found);
          registry.release(found);
          handles.delete(`${type} k${key}`);
        }
      }
      expect(registry.size).toBe(handles.size);
      expect(new Set(handles.values()).size).toBe(handles.size);
      const named = [...handles.values()].map((handle) => `${registry.typeOf(handle)} ${registry.keyOf(handle)}`);
      expect(named).toEqual([...handles.keys()]);
      known = Math.max(known, handles.size);
    }),
    { numRuns: 30 },
  );
  expect(known).toBeGreaterThan(1500);
});
