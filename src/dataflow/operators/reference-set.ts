import type { ComparisonOperator } from '../../language/ast.ts';
import { valueKey, type Value } from '../../graph/value.ts';
import { equalityKey, isTimeLike, valueTest, type ValueTest } from '../comparison/value-test.ts';

/** The distinct values of `x.attr`, with how many members of x give each (docs/semantics.md, Comparing). */
export class ReferenceSet {
  readonly #values = new Map<string, { readonly value: Value; count: number }>();
  readonly #byEquality = new Map<string, number>();
  #timeLike = 0;
  readonly #tests = new Map<string, ValueTest>();

  get size(): number {
    return this.#values.size;
  }

  /** The distinct values. */
  *values(): Generator<Value> {
    for (const { value } of this.#values.values()) yield value;
  }

  /** True where the value is new. */
  add(value: Value): boolean {
    const key = valueKey(value);
    const known = this.#values.get(key);
    if (known !== undefined) {
      known.count++;
      return false;
    }
    this.#values.set(key, { value, count: 1 });
    const equality = equalityKey(value);
    this.#byEquality.set(equality, (this.#byEquality.get(equality) ?? 0) + 1);
    if (isTimeLike(value)) this.#timeLike++;
    return true;
  }

  /** True where the last member that gave it is gone. */
  remove(value: Value): boolean {
    const key = valueKey(value);
    const known = this.#values.get(key);
    if (known === undefined) throw new Error(`value ${key} was never given`);
    known.count--;
    if (known.count > 0) return false;
    this.#values.delete(key);
    const equality = equalityKey(value);
    const left = (this.#byEquality.get(equality) ?? 1) - 1;
    if (left === 0) this.#byEquality.delete(equality);
    else this.#byEquality.set(equality, left);
    if (isTimeLike(value)) this.#timeLike--;
    return true;
  }

  /** Whether some value of the set satisfies the positive form of the comparison with `element`. */
  matches(operator: ComparisonOperator, element: Value): boolean {
    if ((operator === '=' || operator === 'IN') && !(this.#timeLike > 0 && isTimeLike(element))) {
      return this.#byEquality.has(equalityKey(element));
    }
    for (const [key, { value }] of this.#values) if (this.#test(operator, key, value)(element)) return true;
    return false;
  }

  #test(operator: ComparisonOperator, key: string, value: Value): ValueTest {
    const name = `${operator} ${key}`;
    let test = this.#tests.get(name);
    if (test === undefined) {
      if (this.#tests.size > 4096) this.#tests.clear();
      this.#tests.set(name, (test = valueTest(operator, value)));
    }
    return test;
  }
}
