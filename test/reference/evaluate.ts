import { entityType } from '../../src/catalogue/entity-type.ts';
import { compareInstants, type Instant } from '../../src/catalogue/instant.ts';
import type {
  ApplyStatement,
  AttributePath,
  CheckedHuntflow,
  Expression,
  FindStatement,
  GetStatement,
  LoadStatement,
  NewStatement,
  Pattern,
  Timespan,
  VariableVersion,
} from '../../src/language/ast.ts';
import { defaultColumns } from './default-columns.ts';
import { describe } from './describe.ts';
import { columnsOf, Members, ownPath, withAdded, type Listing } from './members.ts';
import { entityId, MergedContent } from './merged-content.ts';
import type { PlainEntity, PlainRecord, PlainValue } from './plain-record.ts';
import { compares, selects } from './record-pattern.ts';
import { RetainedRecords } from './retained-records.ts';
import { nullableOrder, TRANSFORM_COLUMNS } from './rows.ts';

export interface EvaluatedDisplay {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (PlainValue | undefined)[])[];
}

export interface Evaluation {
  /** By variable name, last version: ids in the variable's row order. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** Of each DISP and DESCRIBE, in order. */
  readonly displays: readonly EvaluatedDisplay[];
  readonly lineage: EvaluatedLineage;
}

/** What the members of variables come from. */
export interface EvaluatedLineage {
  /** By version of a variable. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Members that a row was made of; of an entity none. */
  readonly madeOf: (id: string) => readonly string[];
  /** The entity that a member is or stands for. */
  readonly entityOf: (id: string) => string | undefined;
  /** By version of a variable that a FIND binds: results, and the entity each was found from. */
  readonly reached: ReadonlyMap<string, readonly (readonly [result: string, from: string])[]>;
}

export interface EvaluateOptions {
  /** Ends of the epochs, as counts of records from the start; the last one is the number of records. */
  readonly epochs: readonly number[];
  /** Where the clock stands at the end; the greatest `last` of the records where it is not given. */
  readonly now?: Instant;
  /** Infinite where it is not given. */
  readonly retentionMs?: number;
  /** By entity type: its entities are forgotten earlier. */
  readonly typeRetentionMs?: ReadonlyMap<string, number>;
}

/**
 * Evaluates a huntflow from scratch over records, from docs/semantics.md alone: nested loops, no indexes, nothing kept.
 * Only order of entry (for LIMIT) needs the past: every variable is evaluated after each epoch, and what is new in it
 * is appended.
 */
export function evaluate(
  huntflow: CheckedHuntflow,
  records: readonly PlainRecord[],
  options: EvaluateOptions,
): Evaluation {
  return evaluateEach(huntflow, records, options).at(-1) as Evaluation;
}

/** What holds after each of the epochs; where there are none, what holds before the first record. */
export function evaluateEach(
  huntflow: CheckedHuntflow,
  records: readonly PlainRecord[],
  { epochs, now, retentionMs, typeRetentionMs }: EvaluateOptions,
): Evaluation[] {
  const orders = new Map<string, string[]>();
  const retained = new RetainedRecords(retentionMs ?? Infinity, typeRetentionMs);
  const ends = epochs.length === 0 ? [0] : epochs;
  return ends.map((end, i) => {
    retained.receive(records.slice(ends[i - 1] ?? 0, end));
    const snapshot = new Snapshot(huntflow, retained, orders, i === ends.length - 1 ? now : undefined);
    snapshot.run();
    return snapshot.result();
  });
}

const NO_TIME: Instant = { ms: -Infinity, ns: 0 };

/** One evaluation over one prefix. `orders` carries the order of entry from the prefix before. */
class Snapshot {
  readonly #huntflow: CheckedHuntflow;
  /** Records that memberships may rest on. */
  readonly #records: readonly PlainRecord[];
  readonly #retained: RetainedRecords;
  /** The same, and those of this epoch that have become too old in it: they still decide who came first. */
  readonly #arrivals: readonly PlainRecord[];
  readonly #orders: Map<string, string[]>;
  readonly #now: Instant;
  readonly #given = new Map<string, Map<string, PlainValue>>();
  readonly #listings = new Map<string, Listing>();
  readonly #displays: EvaluatedDisplay[] = [];
  readonly #content: MergedContent;
  readonly #members: Members;
  readonly #reached = new Map<string, (readonly [result: string, from: string])[]>();

  constructor(
    huntflow: CheckedHuntflow,
    retained: RetainedRecords,
    orders: Map<string, string[]>,
    now: Instant | undefined,
  ) {
    const { records } = retained;
    this.#huntflow = huntflow;
    this.#retained = retained;
    this.#records = records.filter((record) => retained.counts(record));
    this.#arrivals = records.filter((record, index) => index >= retained.epochStart || retained.counts(record));
    this.#orders = orders;
    this.#now =
      now ?? records.reduce((latest, { last }) => (compareInstants(last, latest) > 0 ? last : latest), NO_TIME);
    this.#content = new MergedContent(records, this.#given, (id, index) => retained.isForgotten(id, index));
    this.#members = new Members(this.#content, this.#records, (id, record) =>
      retained.isForgotten(id, records.indexOf(record)),
    );
  }

  run(): void {
    for (const [index, statement] of this.#huntflow.statements.entries()) {
      if (statement.kind === 'new' || statement.kind === 'load') this.#give(statement, rowIds(statement, index));
    }
    for (const [index, statement] of this.#huntflow.statements.entries()) {
      switch (statement.kind) {
        case 'new':
        case 'load':
          this.#bind(statement.output, [...new Set(rowIds(statement, index))], statement.columns);
          break;
        case 'get':
          this.#get(statement);
          break;
        case 'find':
          this.#find(statement);
          break;
        case 'assign':
          this.#listings.set(statement.output.id, this.#expression(statement.output.id, statement.expression));
          break;
        case 'sort':
          this.#listings.set(statement.output.id, { ...this.#listing(statement.input.id), sort: [statement.sort] });
          break;
        case 'merge': {
          const inputs = statement.inputs.map((input) => this.#listing(input.id));
          const ids = new Set(inputs.flatMap((input) => input.ids));
          this.#bindRows(statement.output.id, this.#byKey(ids), inputs);
          break;
        }
        case 'group':
          this.#make(statement.output.id, this.#members.group(statement, this.#listing(statement.input.id)));
          break;
        case 'join':
          this.#make(
            statement.output.id,
            this.#members.join(statement, this.#listing(statement.left.id), this.#listing(statement.right.id)),
          );
          break;
        case 'apply':
          this.#apply(statement);
          break;
        case 'disp':
          this.#displays.push(this.#display(`disp ${index}`, statement.expression));
          break;
        case 'describe': {
          const cells = this.#listing(statement.input.id).ids.map((id) => this.#members.values(id, statement.path)[0]);
          const rows = describe(cells);
          this.#displays.push({ columns: ['statistic', 'value'], rows });
          break;
        }
        case 'info':
        case 'explain':
        case 'save':
          break;
      }
    }
  }

  result(): Evaluation {
    return {
      variables: new Map(
        this.#huntflow.variables.map((variable) => [variable.name, this.#sorted(this.#listing(variable.id))]),
      ),
      displays: this.#displays,
      lineage: {
        members: new Map([...this.#listings].map(([id, { ids }]) => [id, ids])),
        madeOf: (id) => this.#members.madeOf(id),
        entityOf: (id) => this.#members.entityOf(id),
        reached: this.#reached,
      },
    };
  }

  /** What NEW and LOAD say holds in the whole hunt, also above the statement. */
  #give({ columns, rows }: NewStatement | LoadStatement, ids: readonly string[]): void {
    for (const [number, row] of rows.entries()) {
      const id = ids[number] as string;
      const given = this.#given.get(id) ?? new Map<string, PlainValue>();
      this.#given.set(id, given);
      columns.forEach((column, i) => {
        const cell = row[i];
        if (cell !== undefined && cell !== null) given.set(column, cell);
      });
    }
  }

  #get(statement: GetStatement): void {
    const { output, where, limit } = statement;
    if (statement.from.kind === 'variable') {
      const input = this.#listing(statement.from.variable.id);
      const filtered = { ...input, ids: this.#filter(output.id, input.ids, where) };
      this.#listings.set(output.id, this.#limited(`${output.id} limit`, filtered, limit, 0));
      return;
    }
    const found: string[] = [];
    const supported = new Set<string>();
    for (const record of this.#arrivals) {
      if (!statement.from.uris.includes(record.source) || !this.#inRange(record, statement.timespan)) continue;
      for (const mention of record.entities) {
        if (mention.type !== statement.type || !this.#selects(record, mention, where)) continue;
        found.push(entityId(mention));
        if (this.#retained.counts(record, mention.type)) supported.add(entityId(mention));
      }
    }
    const ids = [...new Set(found)].filter((id) => supported.has(id));
    this.#bind(output, ids, []);
    this.#listings.set(output.id, this.#limited(`${output.id} limit`, this.#listing(output.id), limit, 0));
  }

  #find(statement: FindStatement): void {
    const { output, type, where, timespan, limit } = statement;
    const inputs = new Set(this.#listing(statement.input.id).ids.flatMap((id) => this.#members.entityOf(id) ?? []));
    const found = new Set<string>();
    const reached: (readonly [result: string, from: string])[] = [];
    this.#reached.set(output.id, reached);
    const isOfPair = where !== undefined && namesOthers(where);
    for (const record of this.#records) {
      for (const result of record.entities) {
        if (result.type !== type) continue;
        if (this.#isForgotten(record, result)) continue;
        const joined = record.entities.filter(
          (input) =>
            inputs.has(entityId(input)) &&
            !this.#isForgotten(record, input) &&
            isEdge(record, statement, result, input),
        );
        if (joined.length > 0) found.add(entityId(result));
        if (
          isOfPair &&
          !(
            this.#retained.counts(record, type) &&
            this.#inRange(record, timespan) &&
            this.#selects(record, result, where)
          )
        )
          continue;
        for (const input of joined) reached.push([entityId(result), entityId(input)]);
      }
    }
    const ids = [...found].filter((id) => {
      if (where === undefined && timespan === undefined) return true;
      const extended = where !== undefined && namesOthers(where);
      return this.#content.mentionsOf(id).some(({ record, entity }) => {
        if (!this.#retained.counts(record, type) || !this.#inRange(record, timespan)) return false;
        if (where !== undefined && !this.#selects(record, entity, where)) return false;
        return (
          !extended ||
          record.entities.some((input) => inputs.has(entityId(input)) && isEdge(record, statement, entity, input))
        );
      });
    });
    this.#bind(output, this.#byKey(ids), []);
    this.#listings.set(output.id, this.#limited(`${output.id} limit`, this.#listing(output.id), limit, 0));
  }

  #isForgotten(record: PlainRecord, entity: PlainRecord['entities'][number]): boolean {
    return this.#retained.isForgotten(entityId(entity), this.#retained.records.indexOf(record));
  }

  #expression(name: string, expression: Expression): Listing {
    let listing = this.#listing(expression.input.id);
    const { transform } = expression;
    if (transform !== undefined) listing = this.#transform(`${name} transform`, listing, transform);
    if (expression.where !== undefined) {
      listing = { ...listing, ids: this.#filter(`${name} where`, listing.ids, expression.where) };
    }
    if (expression.attributes !== undefined)
      listing = { ...listing, columns: withAdded(transform, expression.attributes) };
    if (expression.sort !== undefined) listing = { ...listing, sort: [expression.sort] };
    return this.#limited(`${name} limit`, listing, expression.limit, expression.offset ?? 0);
  }

  #filter(name: string, ids: readonly string[], where: Pattern): readonly string[] {
    return this.#entered(name, this.#byKey(ids.filter((id) => this.#satisfies(id, where))));
  }

  #limited(name: string, listing: Listing, limit: number | undefined, offset: number): Listing {
    if (limit === undefined && offset === 0) return listing;
    const rows = listing.sort.length === 0 ? listing.ids : this.#sorted(listing);
    const window = rows.slice(offset, limit === undefined ? undefined : offset + limit);
    return { ...listing, ids: this.#entered(name, this.#byKey(window)) };
  }

  /** Keeps the order of entry: those known before in their order, new ones in the order given. */
  #entered(name: string, ids: readonly string[]): readonly string[] {
    const now = new Set(ids);
    const before = (this.#orders.get(name) ?? []).filter((id) => now.has(id));
    const known = new Set(before);
    const order = [...before, ...ids.filter((id) => !known.has(id))];
    this.#orders.set(name, order);
    return order;
  }

  #bind({ id, type }: VariableVersion, ids: readonly string[], written: readonly string[]): void {
    this.#bindRows(id, ids, [{ own: [], types: [type ?? ''], written }]);
  }

  /** `parts`: where the columns come from. */
  #bindRows(id: string, ids: readonly string[], parts: readonly Pick<Listing, 'own' | 'types' | 'written'>[]): void {
    this.#listings.set(id, { ids: this.#entered(id, ids), sort: [], columns: undefined, ...columnsOf(parts) });
  }

  #make(id: string, made: ReturnType<Members['group']>): void {
    this.#bindRows(id, this.#byKey(made.ids), [made]);
  }

  #apply(statement: ApplyStatement): void {
    const input = this.#listing(statement.inputs[0]!.id);
    const { id } = statement.outputs[0]!;
    const made = this.#members.apply(statement, input, ({ variable, path }) => this.#referenced(variable.id, path));
    const columns = input.columns && [...input.columns, ...(statement.builtIn?.columns ?? []).map(ownPath)];
    this.#listings.set(id, { ...made, ids: this.#entered(id, this.#byKey(made.ids)), sort: input.sort, columns });
  }

  #transform(name: string, input: Listing, transform: NonNullable<Expression['transform']>): Listing {
    const made = this.#members.transform(input, transform);
    return {
      ...made,
      ids: this.#entered(name, this.#byKey(made.ids)),
      sort: TRANSFORM_COLUMNS[transform].map((column) => ({ path: ownPath(column), direction: 'asc' })),
      columns: input.columns && withAdded(transform, input.columns),
    };
  }

  #display(name: string, expression: Expression): EvaluatedDisplay {
    const { limit, offset, ...rest } = expression;
    const listing = this.#expression(name, rest);
    const columns =
      listing.columns?.map((path) => ({ title: path.written, path })) ??
      defaultColumns(listing.types, listing.own, listing.ids, listing.written, this.#members);
    const rows = this.#sorted(listing).map((id) => columns.map(({ path }) => this.#members.values(id, path)[0]));
    const seen = new Set<string>();
    const distinct = rows.filter((row) => {
      const key = JSON.stringify(row.map((cell) => cell ?? null));
      if (row.every((cell) => cell === undefined) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    const from = offset ?? 0;
    return {
      columns: columns.map(({ title }) => title),
      rows: distinct.slice(from, limit === undefined ? undefined : from + limit),
    };
  }

  #sorted({ ids, sort }: Listing): string[] {
    return [...ids].sort((a, b) => {
      for (const { path, direction } of sort) {
        const [x, y] = [this.#members.values(a, path)[0], this.#members.values(b, path)[0]];
        const order = nullableOrder(x, y);
        if (order !== 0) return direction === 'asc' ? order : -order;
      }
      return this.#members.order(a, b);
    });
  }

  #satisfies(id: string, pattern: Pattern): boolean {
    if ('operands' in pattern) {
      const decide = (operand: Pattern): boolean => this.#satisfies(id, operand);
      return pattern.kind === 'and' ? pattern.operands.every(decide) : pattern.operands.some(decide);
    }
    const values = this.#members.values(id, pattern.path);
    if (pattern.kind === 'null') return values.length > 0 === pattern.negated;
    return compares(values, pattern, (reference) => this.#referenced(reference.variable.id, reference.path));
  }

  #selects(record: PlainRecord, mention: PlainEntity, where: Pattern): boolean {
    return selects(record, mention, where, (reference) => this.#referenced(reference.variable.id, reference.path));
  }

  #referenced(variable: string, path: AttributePath): PlainValue[] {
    return this.#listing(variable).ids.flatMap((id) =>
      this.#members
        .values(id, path)
        .flatMap((value): PlainValue[] => (Array.isArray(value) ? [...(value as string[])] : [value])),
    );
  }

  #inRange({ first, last }: PlainRecord, timespan: Timespan | undefined): boolean {
    if (timespan === undefined) return true;
    if (timespan.kind === 'absolute') {
      return compareInstants(first, timespan.stop) < 0 && compareInstants(last, timespan.start) >= 0;
    }
    const from = { ms: this.#now.ms - timespan.milliseconds, ns: this.#now.ns };
    return compareInstants(last, from) >= 0 && compareInstants(first, this.#now) <= 0;
  }

  #byKey(ids: Iterable<string>): string[] {
    return [...ids].sort((a, b) => this.#members.order(a, b));
  }

  #listing(id: string): Listing {
    const listing = this.#listings.get(id);
    if (listing === undefined) throw new Error(`variable ${id} is not bound`);
    return listing;
  }
}

/** Ids of the rows of NEW and LOAD: the value itself for value types, else statement and number. */
function rowIds({ type: given, columns, rows }: NewStatement | LoadStatement, statement: number): string[] {
  const type = given ?? '';
  const definition = entityType(type);
  return rows.map((row, number) => {
    const primary = row[columns.indexOf(definition?.primary ?? 'value')];
    const byValue = definition?.valueType === true && primary !== undefined && primary !== null;
    const place = `${String(statement).padStart(4, '0')}:${String(number).padStart(6, '0')}`;
    return `${type} ${byValue ? String(primary) : `new:${place}`}`;
  });
}

function isEdge(
  record: PlainRecord,
  { linked, edges, roles }: FindStatement,
  result: PlainEntity,
  input: PlainEntity,
): boolean {
  if (roles !== undefined) return result.role === roles.result && input.role === roles.input;
  if (linked) return true;
  return edges.some(({ owner, reference }) => {
    const [from, to] = owner === 'result' ? [result, input] : [input, result];
    const target = from.references[reference];
    const indexes =
      target === undefined ? [] : Array.isArray(target) ? (target as readonly number[]) : [target as number];
    return indexes.some((index) => record.entities[index] === to);
  });
}

function namesOthers(pattern: Pattern): boolean {
  if ('operands' in pattern) return pattern.operands.some(namesOthers);
  return !pattern.center || pattern.path.role !== undefined;
}
