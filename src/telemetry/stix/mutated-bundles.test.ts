import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandOf, readBundle } from '../../../test/fixtures/stix/read-records.ts';
import { quoteLongIntegers } from './exact-integers.ts';

type Container = Record<string, unknown>;

const demand = demandOf(['process', 'file', 'directory', 'user-account', 'observed-data']);

function fixtureObjects(): unknown[] {
  const text = readFileSync(new URL('../../../test/fixtures/stix/FX-TREE.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { objects: unknown[] }).objects;
}

/** Every place in a JSON value where something can be put instead. */
function places(value: unknown, found: { container: Container; key: string }[] = []): typeof found {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ container: value as Container, key });
    places((value as Container)[key], found);
  }
  return found;
}

describe('mutated bundles', () => {
  it('are read whatever stands in any place, and every object is accounted for', async () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('0', '1', '__proto__', 'process', 'observed-data', 1e300),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 6 }), async (mutations) => {
        const objects = fixtureObjects();
        for (const [at, value] of mutations) {
          const all = places(objects);
          const place = all[at % all.length];
          if (place !== undefined) place.container[place.key] = value;
        }
        const read = await readBundle({ type: 'bundle', objects }, { demand, batchSize: 4 });
        // As the reader has them: integers that a double cannot hold are texts.
        const asRead = JSON.parse(quoteLongIntegers(JSON.stringify(objects))) as unknown[];
        const others = asRead.filter((object) => {
          const type = typeof object === 'object' && object !== null && (object as Container)['type'];
          return !Array.isArray(object) && typeof type === 'string' && type !== 'observed-data';
        });
        expect(read.records.length + read.undecodable + others.length).toBe(objects.length);
      }),
      { numRuns: 150, examples: [[[[181, 9_007_199_254_740_992]]]] },
    );
  });

  it('give the same records in any order of their objects', async () => {
    const shared = fixtureObjects().map((object, at) => {
      const { objects, ...rest } = object as { objects: Record<string, Container> };
      const id = (key: unknown): string => `x--${String(at)}-${String(key)}`;
      const parts = Object.entries(objects).map(([key, body]) => ({
        ...Object.fromEntries(
          Object.entries(body).map(([name, value]) => [name, name.endsWith('_ref') ? id(value) : value]),
        ),
        id: id(key),
      }));
      return { parts, record: { ...rest, object_refs: parts.map((part) => part.id) } };
    });
    const objects = shared.flatMap(({ parts, record }) => [record, ...parts]);
    const plain = async (list: readonly unknown[]): Promise<unknown[]> => {
      const { records } = await readBundle({ type: 'bundle', objects: list }, { demand });
      const entities = records.map(({ id, entities }) => [id, entities] as const);
      return entities.sort(([a], [b]) => (a < b ? -1 : 1));
    };
    const expected = await plain(objects);
    expect(expected.length).toBe(10);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(objects, { minLength: objects.length }), async (shuffled) => {
        expect(await plain(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
