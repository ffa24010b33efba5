import { attributeOf } from '../catalogue/attribute-of.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { BatchColumn } from './batch-column.ts';
import type { BatchKind, SlotPlan } from './batch-kind.ts';
import type { DemandFilter } from './demand-filter.ts';
import { identityRule } from './identity-rules.ts';
import type { PathTable, SlotDefinition } from './path-table.ts';
import type { SlotAttribute } from './record-batch.ts';

/** Where a slot holds an entity: all of `all` and, unless empty, one of `any` say something. */
export interface PresenceRule {
  readonly present: Uint8Array;
  readonly all: readonly BatchColumn[];
  readonly any: readonly BatchColumn[];
}

export interface KindLayout {
  readonly kind: BatchKind;
  /** Cells that its demanded slots need, each after those it is computed from. */
  readonly cells: readonly string[];
  readonly presence: readonly PresenceRule[];
}

/** Lays out the columns, slots and kinds of a path table as far as the demand can reach them. */
export class TableLayout {
  readonly table: PathTable;
  readonly #builder: BatchBuilder;
  readonly #filter: DemandFilter;
  readonly #columns = new Map<string, BatchColumn>();
  readonly #kinds = new Map<string, KindLayout>();

  constructor(table: PathTable, builder: BatchBuilder, filter: DemandFilter) {
    this.table = table;
    this.#builder = builder;
    this.#filter = filter;
  }

  /** The column of a cell, shared by all kinds and formats of the table. */
  column(cell: string): BatchColumn {
    const known = this.#columns.get(cell);
    if (known !== undefined) return known;
    const definition = this.table.cells[cell];
    if (definition === undefined) throw new Error(`the path table has no cell ${cell}`);
    const column =
      'given' in definition && definition.given === 'host'
        ? this.#builder.hostColumn
        : this.#builder.addColumn(
            cell,
            this.#builder.dictionary('dictionary' in definition ? definition.dictionary : 'other'),
          );
    this.#columns.set(cell, column);
    return column;
  }

  /** `undefined` where the table has no such kind: nothing is used of these records. */
  kind(name: string): KindLayout | undefined {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.table.kinds, name)) return undefined;
    const layout = this.#layOut(name, this.table.kinds[name] as readonly string[]);
    this.#kinds.set(name, layout);
    return layout;
  }

  #layOut(name: string, slotNames: readonly string[]): KindLayout {
    const needed = new Set<string>();
    const definitions = slotNames
      .map((slot) => {
        const definition = this.table.slots[slot];
        if (definition === undefined) throw new Error(`the path table has no slot ${slot}`);
        return definition;
      })
      .filter((definition) => this.#filter.wantsType(definition.type));
    const plans = definitions.map((definition) => this.#plan(definition, needed));
    for (const definition of definitions) {
      for (const cell of [...definition.present, ...(definition.presentAny ?? []), ...definition.identity]) {
        this.#need(cell, needed);
      }
    }
    const kind = this.#builder.addKind(name, plans);
    const presence = definitions.map((definition, slot): PresenceRule => {
      const present = kind.slots[slot]?.present;
      if (present === undefined) throw new Error(`record kind ${name} lost a slot`);
      const columns = (cells: readonly string[]): BatchColumn[] => cells.map((cell) => this.column(cell));
      return { present, all: columns(definition.present), any: columns(definition.presentAny ?? []) };
    });
    return { kind, cells: [...needed], presence };
  }

  #plan(definition: SlotDefinition, needed: Set<string>): SlotPlan {
    const { type } = definition;
    const attributes: SlotAttribute[] = [];
    const take = (name: string, cell: string, onRequest: boolean): void => {
      if (!this.#filter.wantsAttribute(type, name, onRequest)) return;
      this.#need(cell, needed);
      attributes.push({ name, column: this.column(cell) });
    };
    for (const [name, cell] of Object.entries(definition.attributes)) {
      take(name, cell, attributeOf(type, name)?.onRequest === true);
    }
    for (const [name, cell] of Object.entries(this.table.environment)) {
      // Where the type itself has an attribute of this name, its slots say which of them do.
      if (attributeOf(type, name)?.onRequest === true) take(name, cell, true);
    }
    const references = Object.entries(definition.references ?? {})
      .filter(([name]) => this.#filter.wantsReference(definition.type, name))
      .map(([name, roles]) => ({ name, list: name.endsWith('_refs'), roles }));
    const identity = definition.identity.map((cell) => this.column(cell));
    const times = definition.identity.map((cell) => this.#isTime(cell));
    return {
      type: definition.type,
      role: definition.role,
      authority: definition.authority,
      caseFolded: this.table.caseFolded,
      attributes,
      references,
      identity,
      identityKey: identityRule(definition.key, identity, times),
    };
  }

  #isTime(cell: string): boolean {
    const definition = this.table.cells[cell];
    return definition !== undefined && 'read' in definition && definition.read === 'time';
  }

  #need(cell: string, needed: Set<string>): void {
    if (needed.has(cell)) return;
    const definition = this.table.cells[cell];
    if (definition === undefined) throw new Error(`the path table has no cell ${cell}`);
    if ('from' in definition) this.#need(definition.from, needed);
    if ('addressOf' in definition) this.#need(definition.addressOf, needed);
    if ('copyOf' in definition) for (const one of [definition.copyOf, definition.unless]) this.#need(one, needed);
    if ('firstOf' in definition) for (const one of definition.firstOf) this.#need(one, needed);
    if ('listOf' in definition) for (const one of definition.listOf) this.#need(one, needed);
    needed.add(cell);
    this.column(cell);
  }
}
