import type { NodeIndex, PlanComparison } from '../../plan/hunt-plan.ts';
import type { Value } from '../../graph/value.ts';
import { equalityKey, isTimeLike } from '../comparison/value-test.ts';
import type { ValuesOperator } from './values-operator.ts';

/**
 * The referenced sets of one operator, and an index from values to whoever compared with them: when a value joins or
 * leaves a set, only those are decided again. Comparisons other than equality are decided again as a whole.
 */
export class ReferenceInputs<Watcher> {
  readonly comparisons: readonly PlanComparison[];
  readonly #sets: ReadonlyMap<NodeIndex, ValuesOperator>;
  readonly #byValue = new Map<PlanComparison, Map<string, Set<Watcher>>>();
  readonly #all = new Map<PlanComparison, Set<Watcher>>();

  constructor(
    comparisons: readonly PlanComparison[],
    sets: ReadonlyMap<NodeIndex, ValuesOperator>,
    onChange: (watchers: Iterable<Watcher>) => void,
  ) {
    this.comparisons = comparisons;
    this.#sets = sets;
    for (const comparison of comparisons) {
      this.#byValue.set(comparison, new Map());
      this.#all.set(comparison, new Set());
      for (const node of comparison.references) {
        this.#setOf(node).onChange((changed) => onChange(this.#affected(comparison, changed)));
      }
    }
  }

  /** Whether some value of the comparison's sets satisfies its positive form. */
  matches(comparison: PlanComparison, element: Value): boolean {
    return comparison.references.some((node) => this.#setOf(node).set.matches(comparison.operator, element));
  }

  watch(comparison: PlanComparison, elements: readonly Value[], watcher: Watcher): void {
    this.#all.get(comparison)?.add(watcher);
    const index = this.#byValue.get(comparison) as Map<string, Set<Watcher>>;
    for (const element of elements) {
      const key = equalityKey(element);
      const known = index.get(key);
      if (known === undefined) index.set(key, new Set([watcher]));
      else known.add(watcher);
    }
  }

  unwatch(comparison: PlanComparison, elements: readonly Value[], watcher: Watcher): void {
    this.#all.get(comparison)?.delete(watcher);
    const index = this.#byValue.get(comparison) as Map<string, Set<Watcher>>;
    for (const element of elements) {
      const key = equalityKey(element);
      const known = index.get(key);
      known?.delete(watcher);
      if (known?.size === 0) index.delete(key);
    }
  }

  #affected(comparison: PlanComparison, changed: readonly Value[]): Iterable<Watcher> {
    const byKey = comparison.operator === '=' || comparison.operator === 'IN';
    if (!byKey || changed.some(isTimeLike)) return this.#all.get(comparison) ?? [];
    const index = this.#byValue.get(comparison) as Map<string, Set<Watcher>>;
    return changed.flatMap((value) => [...(index.get(equalityKey(value)) ?? [])]);
  }

  #setOf(node: NodeIndex): ValuesOperator {
    const set = this.#sets.get(node);
    if (set === undefined) throw new Error(`node ${node} is no set of values`);
    return set;
  }
}
