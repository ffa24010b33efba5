import type { Demand } from './demand.ts';
import type { DocumentShape } from './document-shape.ts';
import type { PathTable, SlotDefinition } from './path-table.ts';

/**
 * Names of the record kinds that add nothing to what the demand asks for. All entities that their records mention are of
 * types that nobody asks for, or of types that are reached by references alone and say nothing but their identity, such as
 * an address: records that assert the reference say that as well.
 */
export function needlessKinds(shapes: readonly DocumentShape[], demand: Demand): ReadonlySet<string> {
  const needless = new Set<string>();
  for (const table of new Set(shapes.map((shape) => shape.table))) {
    for (const [kind, slots] of Object.entries(table.kinds)) {
      if (slots.every((slot) => isSilent(slotOf(table, slot), demand))) needless.add(kind);
    }
  }
  return needless;
}

function slotOf(table: PathTable, name: string): SlotDefinition {
  const slot = table.slots[name];
  if (slot === undefined) throw new Error(`the path table has no slot ${name}`);
  return slot;
}

function isSilent({ type, key, identity, attributes, references = {} }: SlotDefinition, demand: Demand): boolean {
  const asked = demand.types.get(type);
  if (asked === undefined) return true;
  if (demand.members?.has(type) !== false || asked.onRequest.size > 0) return false;
  // A key that folds does not say how a text is written.
  if (key !== 'joined' || !Object.values(attributes).every((cell) => identity.includes(cell))) return false;
  return !Object.keys(references).some((name) => demand.references.has(`${type}.${name}`));
}
