import { attributeOf } from '../catalogue/attribute-of.ts';
import type { Demand } from '../telemetry/demand.ts';
import { CELL, type Column, type RecordKind, type Slot } from '../telemetry/record-batch.ts';
import { IdentityTable } from './identity-table.ts';
import type { MentionView, MentionViews } from './mention-view.ts';
import type { EdgeTable } from './edge-table.ts';

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
  }[];
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
  const single = references.filter((reference) => !reference.list);
  const view = views.intern({
    type: slot.type,
    authority: slot.authority,
    attributes: attributes.map((attribute) => {
      const definition = attributeOf(slot.type, attribute.name);
      return {
        name: attribute.name,
        folded: slot.caseFolded && definition?.caseFolded === true,
        union: definition?.union === true,
      };
    }),
    references: single.map((reference) => reference.name),
  });
  return {
    slot,
    view,
    identity: new IdentityTable(slot),
    columns: attributes.map((attribute) => attribute.column),
    references: [...single, ...references.filter((reference) => reference.list)].map((reference) => ({
      list: reference.list,
      slots: reference.slots,
      edges: edgeTable(`${slot.type}.${reference.name}`),
    })),
  };
}
