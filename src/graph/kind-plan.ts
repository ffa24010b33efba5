import { attributeNames, attributeOf } from '../catalogue/attribute-of.ts';
import { referenceOf } from '../catalogue/reference-of.ts';
import { referencesRead, type Demand } from '../telemetry/demand.ts';
import { BATCH_CAPACITY, CELL, type Column, type RecordKind, type Slot } from '../telemetry/record-batch.ts';
import { IdentityTable } from './identity-table.ts';
import type { MentionShape, MentionView, MentionViews } from './mention-view.ts';
import type { EdgeTable } from './edge-table.ts';

/** Of an attribute that no record of a kind has. */
const NOTHING: Column = {
  path: '',
  kind: new Uint8Array(BATCH_CAPACITY).fill(CELL.missing),
  code: new Int32Array(BATCH_CAPACITY),
  num: new Float64Array(BATCH_CAPACITY),
  aux: new Int32Array(BATCH_CAPACITY),
  dictionary: { size: 0, epoch: 0, text: () => '', hash: () => 0 },
};

/** How the graph reads one slot of a record kind: only what the demand keeps of it. */
export interface SlotPlan {
  readonly slot: Slot;
  readonly view: MentionView;
  readonly identity: IdentityTable;
  /** Columns of the view's attributes, in its order. */
  readonly columns: readonly Column[];
  /** Kept references: single ones first, in the order of the view's names, then lists. */
  readonly references: readonly {
    readonly list: boolean;
    readonly slots: readonly number[];
    readonly edges: EdgeTable;
    /** A new edge is news of the entity itself: a list, and content is read through it. */
    readonly isRead: boolean;
  }[];
  /** How many of the references are single ones. */
  readonly singles: number;
}

export interface KindPlan {
  /** By slot index; undefined where the graph keeps nothing of a slot. */
  readonly slots: readonly (SlotPlan | undefined)[];
  /** The kept ones alone. */
  readonly kept: readonly SlotPlan[];
  /** Kept slots of types whose records are kept one by one. */
  readonly observed: readonly SlotPlan[];
  /** How many observations record `row` sums up. */
  readonly countOf: (row: number) => number;
  /** Pairs of slots to link, with the table that takes them (FIND … LINKED). */
  readonly linked: readonly { readonly from: SlotPlan; readonly to: SlotPlan; readonly edges: EdgeTable }[];
}

/** Compiles a record kind against the demand. `edgeTable` gives the table of a name, made when first asked for. */
export function planKind(
  kind: RecordKind,
  demand: Demand,
  views: MentionViews,
  edgeTable: (name: string) => EdgeTable,
): KindPlan {
  const slots = kind.slots.map((slot) => planSlot(slot, kind, demand, views, edgeTable));
  const kept = slots.filter((slot) => slot !== undefined);
  const linked = demand.linked.flatMap(([result, input]) =>
    kept.flatMap((from) =>
      from.slot.type !== result
        ? []
        : kept
            .filter((to) => to.slot.type === input)
            .map((to) => ({ from, to, edges: edgeTable(linkedTableName(result, input)) })),
    ),
  );
  const observed = kept.filter((each) => demand.observed?.has(each.slot.type) === true);
  return { slots, kept, observed, countOf: countsOf(kind), linked };
}

/** `number_observed` of the record itself; 1 where it does not say. */
function countsOf(kind: RecordKind): (row: number) => number {
  const slot = kind.slots.find(({ type }) => type === 'observed-data');
  const column = slot?.attributes.find(({ name }) => name === 'number_observed')?.column;
  if (slot === undefined || column === undefined) return () => 1;
  return (row) => {
    const isSaid = slot.present[row] === 1 && column.kind[row] === CELL.number;
    return isSaid ? (column.num[row] as number) : 1;
  };
}

export function linkedTableName(result: string, input: string): string {
  return `linked:${result}:${input}`;
}

function planSlot(
  slot: Slot,
  kind: RecordKind,
  demand: Demand,
  views: MentionViews,
  edgeTable: (name: string) => EdgeTable,
): SlotPlan | undefined {
  const wanted = demand.types.get(slot.type);
  if (wanted === undefined) return undefined;
  const attributes = slot.attributes.filter((attribute) => {
    const definition = attributeOf(slot.type, attribute.name);
    return definition?.onRequest !== true || wanted.onRequest.has(attribute.name);
  });
  const references = slot.references.filter(
    (reference) =>
      demand.references.has(`${slot.type}.${reference.name}`) &&
      reference.slots.some((target) => demand.types.has(kind.slots[target]?.type ?? '')),
  );
  const parts = { attributes, references };
  const view = views.intern(shapeOf(slot, parts));
  if (view !== undefined) return slotPlan(slot, view, parts, demand, edgeTable);
  const whole = wholeParts(slot, parts, demand);
  return slotPlan(slot, views.internWhole(shapeOf(slot, whole)), whole, demand, edgeTable);
}

/** What is kept of a slot. */
type SlotParts = Pick<Slot, 'attributes' | 'references'>;

function shapeOf(slot: Slot, { attributes, references }: SlotParts): MentionShape {
  return {
    type: slot.type,
    authority: slot.authority,
    attributes: attributes.map(({ name }) => {
      const definition = attributeOf(slot.type, name);
      return {
        name,
        folded: slot.caseFolded && definition?.caseFolded === true,
        union: definition?.union === true,
      };
    }),
    references: references.filter(({ list }) => !list).map(({ name }) => name),
  };
}

/**
 * Everything that the catalogue knows of the type, whether the slot has it or not, and nothing else: one shape for all slots
 * of a type, where there are too many. Attributes that the catalogue does not know are lost.
 */
function wholeParts(slot: Slot, { attributes, references }: SlotParts, demand: Demand): SlotParts {
  const wanted = demand.types.get(slot.type);
  const known = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const names = attributeNames(slot.type).filter((name) => {
    const definition = attributeOf(slot.type, name);
    return definition?.name === name && (definition.onRequest !== true || wanted?.onRequest.has(name) === true);
  });
  const prefix = `${slot.type}.`;
  const single = [...demand.references]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((name) => referenceOf(slot.type, name)?.list === false)
    .sort();
  return {
    attributes: names.map((name) => known.get(name) ?? { name, column: NOTHING }),
    references: [
      ...single.map((name) => {
        return references.find((each) => each.name === name) ?? { name, list: false, slots: [] };
      }),
      ...references.filter(({ list }) => list),
    ],
  };
}

function slotPlan(
  slot: Slot,
  view: MentionView,
  { attributes, references }: SlotParts,
  demand: Demand,
  edgeTable: (name: string) => EdgeTable,
): SlotPlan {
  const single = references.filter((reference) => !reference.list);
  return {
    slot,
    view,
    identity: new IdentityTable(slot),
    columns: attributes.map((attribute) => attribute.column),
    references: [...single, ...references.filter((reference) => reference.list)].map((reference) => ({
      list: reference.list,
      slots: reference.slots,
      edges: edgeTable(`${slot.type}.${reference.name}`),
      isRead: reference.list && referencesRead(demand).has(`${slot.type}.${reference.name}`),
    })),
    singles: single.length,
  };
}
