import { Subject } from 'rxjs';
import type { Analytic, AnalyticArguments, AnalyticColumns, AnalyticRow } from '../../analytics/analytic.ts';
import { IMPLEMENTATIONS } from '../../analytics/analytics.ts';
import { MAX_SET_ROWS } from '../../catalogue/analytics.ts';
import { WindhoverError } from '../../errors/windhover-error.ts';
import type { ContentReader } from '../../graph/content-reader.ts';
import type { DerivedRows } from '../../graph/derived-rows.ts';
import { sameValue, textOf, type Value } from '../../graph/value.ts';
import type { ApplyNode, NodeIndex } from '../../plan/hunt-plan.ts';
import type { Delta } from '../delta.ts';
import { DeltaBuilder, type Operator, type Phase } from '../operator.ts';
import { InputChanges } from './input-changes.ts';
import type { ValuesOperator } from './values-operator.ts';

/** A member, the row that stands for it with the analytic's columns, and what the analytic reads of it. */
interface AppliedMember {
  readonly row: number;
  readonly read: ReadableRow;
}

interface ReadableRow extends AnalyticRow {
  given: ReadonlyMap<string, readonly (readonly Value[])[]>;
}

/**
 * APPLY: a derived row per member, with the columns that the analytic gives it. An analytic of scope `row` rates what
 * changed; one of scope `set` rates all members anew in each phase that changes what it reads.
 * State: what the analytic reads of each member. Rebuilt from content after a restart.
 */
export class ApplyOperator implements Operator {
  readonly output = new Subject<Delta>();
  readonly members = new Set<number>();
  readonly #node: ApplyNode;
  readonly #analytic: Analytic;
  readonly #reader: ContentReader;
  readonly #rows: DerivedRows;
  readonly #input: InputChanges;
  readonly #sets: ReadonlyMap<NodeIndex, ValuesOperator>;
  readonly #applied = new Map<number, AppliedMember>();
  /** Texts of other variables came or went: every member is rated again. */
  #isRated = true;

  constructor(
    node: ApplyNode,
    input: Operator,
    options: {
      readonly sets: ReadonlyMap<NodeIndex, ValuesOperator>;
      readonly reader: ContentReader;
      readonly rows: DerivedRows;
    },
  ) {
    const analytic = IMPLEMENTATIONS[node.analytic];
    if (analytic === undefined) throw new Error(`the analytic ${node.analytic} is not there`);
    this.#node = node;
    this.#analytic = analytic;
    this.#reader = options.reader;
    this.#rows = options.rows;
    this.#sets = options.sets;
    this.#input = new InputChanges(input);
    for (const argument of node.arguments) {
      if (argument.kind !== 'texts') continue;
      for (const reference of argument.references) {
        this.#setOf(reference).onChange(() => {
          this.#isRated = false;
        });
      }
    }
  }

  /** The row that stands for a member of the input; undefined for what is no member. */
  rowOf(member: number): number | undefined {
    return this.#applied.get(member)?.row;
  }

  hasInput(): boolean {
    return !this.#input.isEmpty || !this.#isRated;
  }

  keysNeeded(into: Set<number>): void {
    for (const member of this.#input.read) {
      for (const argument of this.#node.arguments) {
        if (argument.kind !== 'attributes') continue;
        for (const path of argument.attributes) this.#reader.missing(member, path, into);
      }
    }
  }

  apply(phase: Phase): Delta | undefined {
    const { read, left, touched } = this.#input.take();
    const delta = new DeltaBuilder();
    const changed = new Set<number>();
    for (const member of left) this.#remove(member, delta);
    for (const member of read) if (this.#read(member)) changed.add(member);
    const isAll = !this.#isRated || (this.#analytic.scope === 'set' && changed.size + left.size > 0);
    const given = this.#arguments();
    const rated = this.#rate(isAll ? [...this.#applied.keys()] : [...changed], given);
    this.#isRated = true;
    for (const row of rated) if (this.members.has(row)) delta.touch(row);
    const entering = [...changed].map((member) => this.#appliedRow(member)).filter((row) => !this.members.has(row));
    for (const row of entering.sort((a, b) => this.#rows.compareKeys(a, b))) {
      this.members.add(row);
      delta.enter(row);
    }
    for (const member of touched) if (this.members.has(this.#appliedRow(member))) delta.touch(this.#appliedRow(member));
    return delta.build(phase);
  }

  /** Rates members; returns the rows whose columns changed. */
  #rate(members: readonly number[], given: AnalyticArguments): number[] {
    const applied = members.map((member) => this.#applied.get(member) as AppliedMember);
    const rows = applied.map(({ read }) => read);
    const columns =
      this.#analytic.scope === 'row'
        ? rows.map((row) => (this.#analytic as Extract<Analytic, { scope: 'row' }>).rate(row, given))
        : this.#rateSet(this.#analytic, rows, given);
    return applied.flatMap(({ row }, i) => (this.#set(row, columns[i] as AnalyticColumns) ? [row] : []));
  }

  #rateSet(
    analytic: Extract<Analytic, { scope: 'set' }>,
    rows: readonly AnalyticRow[],
    given: AnalyticArguments,
  ): readonly AnalyticColumns[] {
    if (rows.length > MAX_SET_ROWS) {
      throw new WindhoverError(
        'analytic-too-large',
        `APPLY ${this.#node.analytic} (statement ${this.#node.statement + 1}) has ${rows.length} members to compare, and takes ${MAX_SET_ROWS}`,
        { hint: 'Narrow its variable by a WHERE, a LAST or a LIMIT, or GROUP it first.' },
      );
    }
    return rows.length === 0 ? [] : analytic.rate(rows, given);
  }

  /** Reads what the analytic looks at; true where that is new. */
  #read(member: number): boolean {
    const given = new Map<string, readonly (readonly Value[])[]>();
    for (const argument of this.#node.arguments) {
      if (argument.kind !== 'attributes') continue;
      given.set(
        argument.name,
        argument.attributes.map((path) => this.#reader.values(member, path)),
      );
    }
    const known = this.#applied.get(member);
    if (known !== undefined) {
      if (isSame(known.read.given, given)) return false;
      known.read.given = given;
      return true;
    }
    const key = `APPLY ${this.#node.id} ${this.#rows.typeOf(member)} ${this.#rows.keyOf(member)}`;
    const row = this.#rows.hold(key, () => ({
      type: this.#node.type,
      bases: [member],
      order: [],
      values: new Map(),
      ...recordOf(this.#rows, member),
    }));
    const read: ReadableRow = { key, given, values: (name) => read.given.get(name) ?? [] };
    this.#applied.set(member, { row, read });
    return true;
  }

  #remove(member: number, delta: DeltaBuilder): void {
    const applied = this.#applied.get(member);
    if (applied === undefined) return;
    this.#applied.delete(member);
    if (this.members.delete(applied.row)) delta.leave(applied.row);
    this.#rows.release(applied.row);
  }

  #appliedRow(member: number): number {
    return (this.#applied.get(member) as AppliedMember).row;
  }

  /** True where a column changed. */
  #set(handle: number, columns: AnalyticColumns): boolean {
    const row = this.#rows.row(handle);
    const entries = Object.entries(columns);
    const isSet =
      row.values.size === entries.length && entries.every(([name, value]) => sameValue(row.values.get(name), value));
    if (!isSet) row.values = new Map(entries);
    return !isSet;
  }

  #arguments(): AnalyticArguments {
    const { arguments: given } = this.#node;
    return {
      number: (name) => {
        const argument = given.find((each) => each.name === name);
        return argument?.kind === 'number' ? argument.value : Number.NaN;
      },
      texts: (name) => {
        const argument = given.find((each) => each.name === name);
        if (argument?.kind !== 'texts') return new Set();
        const referenced = argument.references.flatMap((reference) => [...this.#setOf(reference).set.values()]);
        const literals = argument.literals.filter((literal) => literal !== null);
        return new Set([...literals, ...referenced].map((value) => textOf(value).toLowerCase()));
      },
    };
  }

  #setOf(reference: NodeIndex): ValuesOperator {
    return this.#sets.get(reference) as ValuesOperator;
  }
}

function recordOf(rows: DerivedRows, member: number): { readonly recordId?: string } {
  const recordId = member < 0 ? rows.row(member).recordId : undefined;
  return recordId === undefined ? {} : { recordId };
}

type Read = ReadableRow['given'];

function isSame(a: Read, b: Read): boolean {
  for (const [name, lists] of a) {
    const others = b.get(name) ?? [];
    const isEqual = lists.every((list, i) => {
      const other = others[i] ?? [];
      return list.length === other.length && list.every((value, j) => sameValue(value, other[j]));
    });
    if (!isEqual) return false;
  }
  return true;
}
