import type { SlotReference } from '../../src/telemetry/record-batch.ts';
import type { PlainEntity, PlainRecord } from '../reference/plain-record.ts';

/** A slot before it has columns. */
export interface SlotLayout {
  readonly type: string;
  readonly role: string;
  readonly authority: 0 | 1;
  readonly caseFolded: boolean;
  readonly attributes: readonly string[];
  readonly references: readonly SlotReference[];
}

interface OpenSlot extends Pick<PlainEntity, 'type' | 'role' | 'authority' | 'caseFolded'> {
  readonly name: string;
  readonly attributes: Set<string>;
  /** By reference: whether it is a list, and names of the slots it has led to. */
  readonly references: Map<string, { readonly list: boolean; readonly to: Set<string> }>;
}

/** Names of the slots for the mentions of a record: alike mentions of one record are counted. */
function slotNames(record: PlainRecord): string[] {
  const counts = new Map<string, number>();
  return record.entities.map(({ type, role, authority, caseFolded }) => {
    const name = JSON.stringify([type, role, authority, caseFolded]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return `${name}.${counts.get(name) ?? 0}`;
  });
}

const indexesOf = (to: number | readonly number[]): readonly number[] => (typeof to === 'number' ? [to] : to);

/** One layout of slots for many records: each has the slots, attributes and references that any of them needs. */
export class WideLayout {
  readonly slots: readonly SlotLayout[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(records: readonly PlainRecord[]) {
    const open: OpenSlot[] = [];
    for (const record of records) addSlots(open, record);
    this.#places = new Map(open.map(({ name }, index) => [name, index]));
    this.slots = open.map(({ type, role, authority, caseFolded, attributes, references }) => ({
      type,
      role,
      authority,
      caseFolded,
      attributes: [...attributes],
      references: [...references].map(([name, { list, to }]) => ({
        name,
        list,
        slots: [...to].map((slot) => this.#places.get(slot) as number),
      })),
    }));
  }

  /** Slot index of each mention; undefined where the layout would say something else than the record. */
  placesOf(record: PlainRecord): readonly number[] | undefined {
    const places = slotNames(record).map((name) => this.#places.get(name) ?? -1);
    const isInOrder = places.every((place, i) => place > (places[i - 1] ?? -1));
    const isSame = record.entities.every((entity, i) => {
      const slot = this.slots[places[i] as number];
      if (slot === undefined || Object.keys(entity.attributes).some((name) => !slot.attributes.includes(name)))
        return false;
      return slot.references.every(({ name, list, slots }) => {
        const present = slots.map((place) => places.indexOf(place)).filter((index) => index >= 0);
        const read = list ? present : present.slice(0, 1);
        const said = entity.references[name];
        return JSON.stringify(read) === JSON.stringify(said === undefined ? [] : indexesOf(said));
      });
    });
    return isInOrder && isSame ? places : undefined;
  }
}

function addSlots(open: OpenSlot[], record: PlainRecord): void {
  const names = slotNames(record);
  let after = -1;
  for (const [i, entity] of record.entities.entries()) {
    const name = names[i] as string;
    let at = open.findIndex((slot) => slot.name === name);
    if (at < 0) {
      at = after + 1;
      open.splice(at, 0, { ...entity, name, attributes: new Set(), references: new Map() });
    }
    after = at;
    const slot = open[at] as OpenSlot;
    for (const attribute of Object.keys(entity.attributes)) slot.attributes.add(attribute);
    for (const [reference, to] of Object.entries(entity.references)) {
      const known = slot.references.get(reference) ?? { list: typeof to !== 'number', to: new Set() };
      slot.references.set(reference, known);
      for (const index of indexesOf(to)) known.to.add(names[index] as string);
    }
  }
}
