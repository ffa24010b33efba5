import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityContent } from './entity-content.ts';
import { EntityContents } from './entity-contents.ts';

/** Contents that the state knows. */
function known(handles: readonly number[]): EntityContents {
  const contents = new EntityContents();
  for (const handle of handles) contents.adopt(handle, new EntityContent());
  return contents;
}

describe('contents in memory', () => {
  it('drop what was not used for longest', () => {
    const contents = known([1, 2, 3, 4]);
    contents.evict(3);
    expect(contents.isResident(1)).toBe(false);
    contents.read(2);
    contents.adopt(1, new EntityContent());
    contents.evict(3);
    expect([1, 2, 3, 4].filter((handle) => contents.isResident(handle))).toEqual([1, 2, 4]);
  });

  it('never drop what the state does not know yet', () => {
    const contents = known([1, 2]);
    contents.reset(3);
    contents.touch(1);
    contents.evict(0);
    expect([1, 2, 3].filter((handle) => contents.isResident(handle))).toEqual([1, 3]);
    expect(contents.takeChanged()).toEqual({ changed: [3, 1], gone: [] });
    contents.evict(0);
    expect(contents.resident).toBe(0);
  });

  it('count themselves, and keep no more than asked for, whatever happens', () => {
    const step = fc.tuple(
      fc.constantFrom('reset', 'adopt', 'read', 'touch', 'drop', 'evict', 'export'),
      fc.integer({ min: 1, max: 3000 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const contents = new EntityContents();
        const resident = new Set<number>();
        const changed = new Set<number>();
        for (const [what, at] of steps) {
          // Mostly handles that come again.
          const handle = at % 2 === 0 ? at : at % 8;
          if (what === 'reset') {
            contents.reset(handle);
            resident.add(handle);
            changed.add(handle);
          } else if (what === 'adopt') {
            contents.adopt(handle, new EntityContent());
            resident.add(handle);
          } else if (what === 'read' && resident.has(handle)) contents.read(handle);
          else if (what === 'touch' && resident.has(handle)) {
            contents.touch(handle);
            changed.add(handle);
          } else if (what === 'drop') {
            contents.drop(handle);
            resident.delete(handle);
            changed.delete(handle);
          } else if (what === 'export') {
            contents.takeChanged();
            changed.clear();
          } else if (what === 'evict') {
            const keep = at % 5;
            contents.evict(keep);
            for (const each of resident) if (!contents.isResident(each)) resident.delete(each);
            expect(resident.size).toBeLessThanOrEqual(Math.max(keep, changed.size));
          }
          expect(contents.resident).toBe(resident.size);
          for (const each of changed) expect(contents.isResident(each)).toBe(true);
        }
      }),
    );
  });
});
