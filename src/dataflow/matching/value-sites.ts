import type { AttributePath } from '../../language/ast.ts';
import type { Column, RecordKind, Slot } from '../../telemetry/record-batch.ts';

/** A column that a path can lead to in records of one kind, and the slots on the way, which must all be present. */
export interface ValueSite {
  readonly column: Column;
  readonly guards: readonly Slot[];
}

export interface ValueSites {
  readonly sites: readonly ValueSite[];
  /** Over a list of references every present site counts; else the first one. */
  readonly all: boolean;
}

/**
 * Where a path that starts at `start` reads its value in records of `kind`. Paths walk references inside the record
 * only.
 */
export function valueSites(kind: RecordKind, start: Slot, path: AttributePath): ValueSites {
  let level: { slot: Slot; guards: readonly Slot[] }[] = [{ slot: start, guards: [] }];
  for (const step of path.steps) {
    level = level.flatMap(({ slot, guards }) => {
      const reference = slot.references.find((each) => each.name === step.reference);
      return (reference?.slots ?? []).map((index) => {
        const target = kind.slots[index] as Slot;
        return { slot: target, guards: [...guards, target] };
      });
    });
  }
  const sites = level.flatMap(({ slot, guards }) => {
    const attribute = slot.attributes.find((each) => each.name === path.attribute);
    return attribute === undefined ? [] : [{ column: attribute.column, guards }];
  });
  return { sites, all: path.steps.some((step) => step.list) };
}

export function isPresent(site: ValueSite, row: number): boolean {
  const { guards } = site;
  for (let i = 0; i < guards.length; i++) if ((guards[i] as Slot).present[row] === 0) return false;
  return true;
}
