import type { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import { FindOperator } from '../dataflow/operators/find-operator.ts';
import type { NodeIndex, PlannedVariable } from '../plan/hunt-plan.ts';
import type { Responsible } from './compare-versions.ts';

/** Partners looked at per FIND, and FINDs one behind the other. */
const MAX_PARTNERS = 64;
const MAX_DEPTH = 16;

interface Difference {
  readonly variable: string;
  readonly node: NodeIndex;
  readonly isNew: boolean;
}

/**
 * Says at which statement two versions of a hunt part over one row: the first variable, in the order of the statements,
 * that holds it in one version and not in the other. Where that is a FIND whose partners differ already, it is theirs.
 * Both versions ran over one graph; what they hold is looked at as it stands, so that a row that LAST has let go is unknown.
 */
export class ResponsibleStatement {
  readonly #holder: HuntDataflow;
  readonly #other: HuntDataflow;
  readonly #version: 'new' | 'old';
  readonly #lineOf: (statement: number) => number | undefined;
  readonly #handles = new Map<NodeIndex, ReadonlyMap<string, number>>();

  /** `lineOf`: line of a statement (from 0) of the holder in its file. */
  constructor(
    holder: HuntDataflow,
    other: HuntDataflow,
    version: 'new' | 'old',
    lineOf: (statement: number) => number | undefined,
  ) {
    this.#holder = holder;
    this.#other = other;
    this.#version = version;
    this.#lineOf = lineOf;
  }

  /** `key`: as the tally makes it. */
  of(key: string): Responsible {
    const [name, , rowKey] = JSON.parse(key) as [string, string, string];
    const variable = this.#holder.plan.variables.find((each) => each.name === name);
    const handle = variable && this.#handlesOf(variable.listing.node).get(rowKey);
    if (variable === undefined || handle === undefined) {
      return { kind: 'unknown', message: `${name} does not hold it any more at the end of the input` };
    }
    const found = this.#firstDifference(handle, variable.listing.node, 0);
    if (found === undefined) {
      return {
        kind: 'alerts',
        message: `both versions hold it in ${name}; what they raise or suppress under alerts differs`,
      };
    }
    const statement = this.#holder.plan.nodes[found.node]?.statement ?? 0;
    const line = this.#lineOf(statement);
    const other = this.#version === 'new' ? 'old' : 'new';
    return {
      kind: 'statement',
      version: this.#version,
      variable: found.variable,
      statement: statement + 1,
      ...(line === undefined ? {} : { line }),
      message: found.isNew
        ? `only the ${this.#version} version has ${found.variable} (statement ${statement + 1})`
        : `${found.variable} (statement ${statement + 1}) of the ${this.#version} version holds what it rests on, that of the ${other} does not`,
    };
  }

  #firstDifference(handle: number, upTo: NodeIndex, depth: number): Difference | undefined {
    const variables = this.#holder.plan.variables
      .filter(({ listing }) => listing.node <= upTo)
      .sort((a, b) => a.listing.node - b.listing.node);
    for (const variable of variables) {
      const { node } = variable.listing;
      if (!this.#holder.at(node).members.has(handle)) continue;
      const twin = this.#other.plan.variables.find((each) => each.name === variable.name);
      if (twin !== undefined && this.#otherHolds(twin, handle)) continue;
      return this.#ofPartners(handle, node, depth) ?? { variable: variable.name, node, isNew: twin === undefined };
    }
    return undefined;
  }

  /** A FIND rests on its partners: where one of them is held by this version only, that came first. */
  #ofPartners(handle: number, node: NodeIndex, depth: number): Difference | undefined {
    const planned = this.#holder.plan.nodes[node];
    const operator = this.#holder.at(node);
    if (planned?.op !== 'find' || !(operator instanceof FindOperator) || depth >= MAX_DEPTH) return undefined;
    for (const partner of operator.partnersOf(handle).slice(0, MAX_PARTNERS)) {
      const found = this.#firstDifference(partner, planned.input, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #otherHolds({ listing }: PlannedVariable, handle: number): boolean {
    const { members } = this.#other.at(listing.node);
    if (handle >= 0) return members.has(handle);
    const twin = this.#other.rows.find(this.#holder.rows.keyOf(handle));
    return twin !== undefined && members.has(twin);
  }

  #handlesOf(node: NodeIndex): ReadonlyMap<string, number> {
    let handles = this.#handles.get(node);
    if (handles === undefined) {
      handles = new Map([...this.#holder.at(node).members.keys()].map((each) => [this.#holder.rows.keyOf(each), each]));
      this.#handles.set(node, handles);
    }
    return handles;
  }
}
