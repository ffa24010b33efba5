import type { HuntPlan, NodeIndex, PlannedVariable } from '../plan/hunt-plan.ts';
import { nodeFingerprints } from '../plan/node-fingerprints.ts';

/**
 * What the variables of one version of a hunt are in another one. A name is what people know a variable by, and not what
 * it means: one that was only renamed is found by its meaning.
 */
export class VariableTwins {
  readonly #plan: HuntPlan;
  readonly #other: HuntPlan;
  readonly #meanings: readonly string[];
  readonly #otherMeanings: readonly string[];
  readonly #named: ReadonlyMap<string, PlannedVariable>;
  /** Variables of the other version that are nothing in this one, by name or by meaning. */
  readonly #unknown: readonly PlannedVariable[];

  constructor(plan: HuntPlan, other: HuntPlan) {
    this.#plan = plan;
    this.#other = other;
    this.#meanings = nodeFingerprints(plan);
    this.#otherMeanings = nodeFingerprints(other);
    this.#named = new Map(other.variables.map((each) => [each.name, each]));
    const names = new Set(plan.variables.map(({ name }) => name));
    const meanings = new Set(this.#meanings);
    this.#unknown = other.variables.filter(
      ({ name, listing }) => !names.has(name) && !meanings.has(this.#otherMeanings[listing.node] as string),
    );
  }

  /** The node that means the same, whatever it is called: it holds the same members. */
  meaningSame({ listing }: PlannedVariable): NodeIndex | undefined {
    const found = this.#otherMeanings.indexOf(this.#meanings[listing.node] as string);
    return found < 0 ? undefined : found;
  }

  named(name: string): PlannedVariable | undefined {
    return this.#named.get(name);
  }

  /** What it may have been before it was both renamed and changed: of the same operation, and nothing else in this version. */
  renamed({ name, listing }: PlannedVariable): readonly PlannedVariable[] {
    if (this.#named.has(name)) return [];
    const op = this.#plan.nodes[listing.node]?.op;
    return this.#unknown.filter((each) => this.#other.nodes[each.listing.node]?.op === op);
  }
}
