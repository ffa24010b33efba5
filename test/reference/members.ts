import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import { compareInstants } from '../../src/catalogue/instant.ts';
import type {
  Aggregate,
  ApplyStatement,
  AttributePath,
  Expression,
  GroupStatement,
  JoinStatement,
  SortKey,
  VariableReference,
} from '../../src/language/ast.ts';
import { analyse, type AnalyticInput } from './analytics.ts';
import type { OwnColumn } from './default-columns.ts';
import { entityId, type MergedContent } from './merged-content.ts';
import type { PlainRecord, PlainValue } from './plain-record.ts';
import { asTime, satisfies, text } from './plain-values.ts';
import {
  aggregate,
  aggregated,
  automatic,
  bin,
  inKey,
  memberOrder,
  splitId,
  TRANSFORM_COLUMNS,
  type PlainRow,
} from './rows.ts';

/** A variable: ids (`type key`) of its entities in order of entry, and how its rows are sorted. */
export interface Listing {
  readonly ids: readonly string[];
  readonly sort: readonly SortKey[];
  readonly columns: readonly AttributePath[] | undefined;
  /** Columns that NEW gave to some of its rows, in the order written. */
  readonly written: readonly string[];
  /** Columns that its rows have of their own. */
  readonly own: readonly OwnColumn[];
  /** Types whose attributes its members have. */
  readonly types: readonly string[];
}

/** What a statement made, before its order of entry is known. */
type Made = Pick<Listing, 'ids' | 'own' | 'types' | 'written'>;

/** Members of variables: entities, and the rows that GROUP, JOIN and transforms make of them (docs/semantics.md, Rows). */
export class Members {
  readonly #rows = new Map<string, PlainRow>();
  /** By row of a group: the members that are counted in it. */
  readonly #grouped = new Map<string, readonly string[]>();
  readonly #content: MergedContent;
  /** Records that rows may rest on. */
  readonly #records: readonly PlainRecord[];

  readonly #isForgotten: (id: string, record: PlainRecord) => boolean;

  constructor(
    content: MergedContent,
    records: readonly PlainRecord[],
    isForgotten: (id: string, record: PlainRecord) => boolean,
  ) {
    this.#content = content;
    this.#isForgotten = isForgotten;
    this.#records = records;
  }

  /** Ids of the groups' rows, and their columns. */
  group({ output, input, keys, aggregates }: GroupStatement, listing: Listing): Made {
    const type = input.type ?? '';
    const computed: readonly Aggregate[] = aggregates.length > 0 ? aggregates : automaticAggregates(type, listing);
    const groups = new Map<string, { readonly cells: (PlainValue | undefined)[]; readonly ids: string[] }>();
    for (const id of listing.ids) {
      const cells = keys.map((key) => bin(this.values(id, key.path)[0], key));
      const key = JSON.stringify(cells.map(inKey));
      const group = groups.get(key) ?? { cells, ids: [] };
      groups.set(key, group);
      group.ids.push(id);
    }
    const ids = [...groups].map(([key, { cells, ids: members }]) => {
      const values = new Map<string, PlainValue>();
      const set = (name: string, value: PlainValue | undefined): void => {
        if (value === undefined) values.delete(name);
        else values.set(name, value);
      };
      keys.forEach((each, i) => set(each.kind === 'bin' ? each.alias : each.path.text, cells[i]));
      for (const { function: name, path, alias } of computed) {
        set(
          alias,
          aggregate(
            name,
            members.flatMap((id) => this.values(id, path).slice(0, 1)),
          ),
        );
      }
      if (aggregates.length === 0) {
        const known = computed.map(({ path }) => path.written);
        const names = new Set(members.flatMap((id) => this.namesOf(id)));
        for (const name of names) {
          if (known.includes(name) || attributeOf(type, name) !== undefined) continue;
          const path = { steps: [], attribute: name };
          set(
            `unique_${name}`,
            aggregate(
              'NUNIQUE',
              members.flatMap((id) => this.values(id, path).slice(0, 1)),
            ),
          );
        }
      }
      const id = `${type} ${output.id} ${key}`;
      this.#grouped.set(id, members);
      return this.#row({ id, bases: [], order: cells, values });
    });
    const own = [
      ...keys.map((key) => ownColumn(key.kind === 'bin' ? key.alias : key.path.text)),
      ...computed.map(({ function: name, alias }) => ({
        name: alias,
        isAutomatic: aggregates.length === 0,
        isCount: name === 'COUNT' || name === 'NUNIQUE',
      })),
    ];
    return { ids, own, types: [], written: [] };
  }

  join({ output, left, by }: JoinStatement, a: Listing, b: Listing): Made {
    const ids: string[] = [];
    for (const x of a.ids) {
      for (const y of b.ids) {
        const elements = (id: string, path: AttributePath): PlainValue[] =>
          this.values(id, path).flatMap((value): PlainValue[] => (Array.isArray(value) ? [...value] : [value]));
        const isJoined = elements(x, by[0]).some((p) => elements(y, by[1]).some((q) => joins(p, q)));
        if (!isJoined) continue;
        const key = `${output.id} ${JSON.stringify([splitId(x)[1], splitId(y)[1]])}`;
        ids.push(this.#row({ id: `${left.type} ${key}`, bases: [x, y], order: [], values: new Map() }));
      }
    }
    return { ids, ...columnsOf([a, b]) };
  }

  /** A row per member with the columns that the analytic gives it. `texts`: what a reference stands for. */
  apply(statement: ApplyStatement, input: Listing, texts: (reference: VariableReference) => PlainValue[]): Made {
    const { analytics, builtIn, outputs } = statement;
    if (builtIn === undefined) throw new Error(`the reference evaluator does not know apply of ${analytics}`);
    const output = outputs[0]!;
    const given = {
      numbers: new Map<string, number>(),
      texts: new Map<string, ReadonlySet<string>>(),
    };
    for (const argument of builtIn.arguments) {
      if (argument.kind === 'number') given.numbers.set(argument.name, argument.value);
      if (argument.kind !== 'texts') continue;
      const values = [...argument.literals.filter((each) => each !== null), ...argument.references.flatMap(texts)];
      given.texts.set(argument.name, new Set(values.map((each) => text(each).toLowerCase())));
    }
    const read = input.ids.map(
      (id): AnalyticInput =>
        new Map(
          builtIn.arguments.flatMap((argument) =>
            argument.kind === 'attributes'
              ? [[argument.name, argument.attributes.map((path) => this.values(id, path))] as const]
              : [],
          ),
        ),
    );
    const columns = analyse(builtIn.name, read, given);
    const ids = input.ids.map((base, i) => {
      const id = `${output.type} APPLY ${output.id} ${base}`;
      const recordId = this.#rows.get(base)?.recordId;
      const values = new Map(Object.entries(columns[i] ?? {}));
      return this.#row({ id, bases: [base], order: [], values, ...(recordId === undefined ? {} : { recordId }) });
    });
    const own = builtIn.columns.map(ownColumn);
    return { ids, ...columnsOf([input, { own, types: [], written: [] }]) };
  }

  transform(input: Listing, transform: NonNullable<Expression['transform']>): Made {
    const added = TRANSFORM_COLUMNS[transform];
    const ids = new Set<string>();
    for (const base of input.ids) {
      const entity = this.entityOf(base);
      const own = this.#rows.get(base)?.recordId;
      const [type, key] = splitId(base);
      for (const record of this.#records) {
        if (entity === undefined || !record.entities.some((each) => entityId(each) === entity)) continue;
        if (this.#isForgotten(entity, record)) continue;
        if (own !== undefined && own !== record.id) continue;
        const values = new Map(added.map((column): [string, PlainValue] => [column, recordColumn(record, column)]));
        const id = `${type} ${transform} ${record.id} ${type} ${key}`;
        ids.add(this.#row({ id, bases: [base], order: [record.id], values, recordId: record.id }));
      }
    }
    return { ids: [...ids], ...columnsOf([{ own: added.map(ownColumn), types: [], written: [] }, input]) };
  }

  #row(row: PlainRow): string {
    this.#rows.set(row.id, row);
    return row.id;
  }

  /** Members that a row was made of. */
  madeOf(id: string): readonly string[] {
    return this.#grouped.get(id) ?? this.#rows.get(id)?.bases ?? [];
  }

  /** The entity a member is or stands for in the first place. */
  entityOf(id: string): string | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return id;
    return row.bases[0] === undefined ? undefined : this.entityOf(row.bases[0]);
  }

  /** Values that a path leads to, from an entity or a row. */
  values(id: string, path: Parameters<MergedContent['values']>[1]): PlainValue[] {
    const row = this.#rows.get(id);
    if (row === undefined) return this.#content.values(id, path);
    const own = row.values.get([...path.steps.map(({ reference }) => reference), path.attribute].join('.'));
    if (own !== undefined) return [own];
    return row.bases.map((base) => this.values(base, path)).find((values) => values.length > 0) ?? [];
  }

  namesOf(id: string): string[] {
    const row = this.#rows.get(id);
    if (row === undefined) return this.#content.namesOf(id);
    return [...row.values.keys(), ...row.bases.flatMap((base) => this.namesOf(base))];
  }

  order(a: string, b: string): number {
    return memberOrder(a, b, (id) => this.#rows.get(id));
  }
}

export function columnsOf(
  parts: readonly Pick<Listing, 'own' | 'types' | 'written'>[],
): Pick<Listing, 'own' | 'types' | 'written'> {
  const own = parts.flatMap((part) => part.own);
  return {
    own: own.filter(({ name }, at) => own.findIndex((each) => each.name === name) === at),
    types: [...new Set(parts.flatMap((part) => part.types))],
    written: [...new Set(parts.flatMap((part) => part.written))],
  };
}

function ownColumn(name: string): OwnColumn {
  return { name, isAutomatic: false, isCount: false };
}

export function ownPath(name: string): AttributePath {
  return { text: name, written: name, steps: [], attribute: name };
}

/** Columns that a transform adds are shown first, unless ATTR names them. */
export function withAdded(
  transform: Expression['transform'],
  columns: readonly AttributePath[],
): readonly AttributePath[] {
  const added = transform === undefined ? [] : TRANSFORM_COLUMNS[transform];
  return [...added.filter((name) => !columns.some(({ text }) => text === name)).map(ownPath), ...columns];
}

function automaticAggregates(type: string, { own, types, written }: Listing): Aggregate[] {
  const all = [
    ...own.map(({ name, isCount }) => ({ name, owner: type, isCount })),
    ...types.flatMap((owner) => [...aggregated(owner), ...written].map((name) => ({ name, owner, isCount: false }))),
  ].map(({ name, owner, isCount }): Aggregate => {
    const [computed, alias] = automatic(type, owner, name, isCount);
    return { function: computed, path: ownPath(name), alias };
  });
  return all.filter(({ alias }, at) => all.findIndex((each) => each.alias === alias) === at);
}

function recordColumn({ id, first, last, entities }: PlainRecord, column: string): PlainValue {
  const said = entities.find(({ type }) => type === 'observed-data')?.attributes['number_observed'];
  const columns: Record<string, PlainValue> = {
    number_observed: said ?? 1,
    first_observed: first,
    last_observed: last,
    observation_id: id,
  };
  return columns[column] as PlainValue;
}

/** What JOIN calls equal. */
function joins(a: PlainValue, b: PlainValue): boolean {
  const [x, y] = [asTime(a), asTime(b)];
  if (x !== undefined && y !== undefined) return compareInstants(x, y) === 0;
  return satisfies(a, '=', b);
}
