import type { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import { supportOf } from '../dataflow/support-of.ts';
import type { NodeIndex, PlannedVariable } from '../plan/hunt-plan.ts';
import type { Responsible } from './compare-versions.ts';
import { VariableTwins } from './variable-twins.ts';

/** Members looked at that one row rests on, and rows looked at for one alert. */
const MOST_SUPPORT = 64;
const MOST_LOOKED = 2000;

/** One version of a hunt, over the graph of the other. */
export interface HuntVersion {
  readonly version: 'new' | 'old';
  readonly dataflow: HuntDataflow;
  /** Line of a statement (from 0) in its file. */
  readonly lineOf: (statement: number) => number | undefined;
}

interface Difference {
  /** Whose statement holds what the other does not. */
  readonly holder: HuntVersion;
  readonly variable: string;
  readonly node: NodeIndex;
  /** The other version has no such variable. */
  readonly isNew: boolean;
}

/**
 * Says at which statement two versions of a hunt part over one row: the first variable, in the order of the statements,
 * that holds it in one version and not in the other. Where what the row rests on differs already (partners of a FIND, members of a
 * group, sides of a JOIN), it is the statement that they part over. Both versions ran over one graph, and are asked as they stand.
 */
export class ResponsibleStatement {
  readonly #holder: HuntVersion;
  readonly #other: HuntVersion;
  readonly #twins: VariableTwins;
  /** The other way round, once it is asked. */
  #back: ResponsibleStatement | undefined;
  /** As of the end: what is asked by its key is asked then. */
  readonly #handles = new Map<NodeIndex, ReadonlyMap<string, number>>();

  constructor(holder: HuntVersion, other: HuntVersion) {
    this.#holder = holder;
    this.#other = other;
    this.#twins = new VariableTwins(holder.dataflow.plan, other.dataflow.plan);
  }

  /** Undefined: the variable does not hold the row, as it stands. */
  ofRow(name: string, rowKey: string): Responsible | undefined {
    const variable = this.#holder.dataflow.plan.variables.find((each) => each.name === name);
    const handle = variable && this.#handlesOf(variable.listing.node).get(rowKey);
    return handle === undefined ? undefined : this.ofMember(name, handle);
  }

  /** `handle`: a member of that variable of the version that holds it. */
  ofMember(name: string, handle: number): Responsible | undefined {
    const variable = this.#holder.dataflow.plan.variables.find((each) => each.name === name);
    if (variable === undefined) return undefined;
    const { node } = variable.listing;
    // Both may hold it and rest it on something else: on another partner, since another time.
    const seen = new Set<string>();
    const found = this.#firstDifference(handle, node, seen) ?? this.#ofSupport(handle, node, seen);
    if (found === undefined) {
      const then = this.#nameOfTwin(handle, variable);
      const renamed =
        then === name ? '' : ` (${then ?? 'a variable of another name'} in the ${this.#other.version} one)`;
      return {
        kind: 'alerts',
        message: `both versions hold it in ${name}${renamed}; what they raise or suppress under alerts differs, or since when they count it`,
      };
    }
    return told(found);
  }

  #firstDifference(handle: number, upTo: NodeIndex, seen: Set<string>): Difference | undefined {
    const { dataflow } = this.#holder;
    const variables = dataflow.plan.variables
      .filter(({ listing }) => listing.node <= upTo)
      .sort((a, b) => a.listing.node - b.listing.node);
    for (const variable of variables) {
      const { name, listing } = variable;
      if (!dataflow.at(listing.node).members.has(handle)) continue;
      if (this.#isHeldByTwin(handle, variable)) continue;
      const isNew = this.#twins.named(name) === undefined;
      const own = { holder: this.#holder, variable: name, node: listing.node, isNew };
      return this.#ofSupport(handle, listing.node, seen) ?? own;
    }
    return undefined;
  }

  /** What a row rests on, and what that rests on: where some of it is held by one version only, that came first. */
  #ofSupport(handle: number, node: NodeIndex, seen: Set<string>): Difference | undefined {
    const place = `${this.#holder.version} ${node} ${handle}`;
    if (seen.has(place) || seen.size === MOST_LOOKED) return undefined;
    seen.add(place);
    return this.#amongSupport(supportOf(this.#holder.dataflow, node, handle), seen) ?? this.#ofCounted(handle, seen);
  }

  #amongSupport(support: ReturnType<typeof supportOf>, seen: Set<string>): Difference | undefined {
    let looked = 0;
    for (const [member, input] of support) {
      if (++looked > MOST_SUPPORT) return undefined;
      const found = this.#firstDifference(member, input, seen) ?? this.#ofSupport(member, input, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A group may be what it is because the other version counts more in it. */
  #ofCounted(handle: number, seen: Set<string>): Difference | undefined {
    const { dataflow } = this.#other;
    const twin = handle < 0 ? dataflow.rows.find(this.#holder.dataflow.rows.keyOf(handle)) : undefined;
    if (twin === undefined) return undefined;
    const group = dataflow.plan.nodes.findIndex((node, i) => node.op === 'group' && dataflow.at(i).members.has(twin));
    if (group < 0) return undefined;
    return this.#reversed().#amongSupport(supportOf(dataflow, group, twin), seen);
  }

  #reversed(): ResponsibleStatement {
    return (this.#back ??= new ResponsibleStatement(this.#other, this.#holder));
  }

  /** The other version holds it where this variable is, under this name or another. */
  #isHeldByTwin(handle: number, variable: PlannedVariable): boolean {
    const same = this.#twins.meaningSame(variable);
    const nodes = [
      ...(same === undefined ? [] : [same]),
      ...[this.#twins.named(variable.name) ?? [], this.#twins.renamed(variable)]
        .flat()
        .map((each) => each.listing.node),
    ];
    return nodes.some((node) => this.#twinOf(handle, node) !== undefined);
  }

  /** What the variable is called in the other version, where that holds the member. */
  #nameOfTwin(handle: number, variable: PlannedVariable): string | undefined {
    const named = this.#twins.named(variable.name);
    if (named !== undefined && this.#twinOf(handle, named.listing.node) !== undefined) return named.name;
    const same = this.#twins.meaningSame(variable);
    const { variables } = this.#other.dataflow.plan;
    const renamed = [...variables.filter(({ listing }) => listing.node === same), ...this.#twins.renamed(variable)];
    return renamed.find(({ listing }) => this.#twinOf(handle, listing.node) !== undefined)?.name;
  }

  /** The same member in the other version, where that node holds it. */
  #twinOf(handle: number, node: NodeIndex): number | undefined {
    const { dataflow } = this.#other;
    const twin = handle >= 0 ? handle : dataflow.rows.find(this.#holder.dataflow.rows.keyOf(handle));
    return twin !== undefined && dataflow.at(node).members.has(twin) ? twin : undefined;
  }

  #handlesOf(node: NodeIndex): ReadonlyMap<string, number> {
    const { dataflow } = this.#holder;
    let handles = this.#handles.get(node);
    if (handles === undefined) {
      handles = new Map([...dataflow.at(node).members.keys()].map((each) => [dataflow.rows.keyOf(each), each]));
      this.#handles.set(node, handles);
    }
    return handles;
  }
}

function told({ holder, variable, node, isNew }: Difference): Responsible {
  const { version, dataflow, lineOf } = holder;
  const statement = dataflow.plan.nodes[node]?.statement ?? 0;
  const line = lineOf(statement);
  const other = version === 'new' ? 'old' : 'new';
  return {
    kind: 'statement',
    version,
    variable,
    statement: statement + 1,
    ...(line === undefined ? {} : { line }),
    message: isNew
      ? `only the ${version} version has ${variable} (statement ${statement + 1})`
      : `${variable} (statement ${statement + 1}) of the ${version} version holds what it rests on, that of the ${other} does not`,
  };
}
