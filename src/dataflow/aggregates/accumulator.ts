import type { Value } from '../../graph/value.ts';
import type { Aggregate } from '../../language/ast.ts';
import { decimalOf } from '../comparison/decimal.ts';
import { ExactSum } from './exact-sum.ts';
import { ValueCounts } from './value-counts.ts';

/** One aggregate of one group: takes values in and gives them back. Nulls never come here. */
export interface Accumulator {
  add(value: Value): void;
  remove(value: Value): void;
  /** Undefined (null) where there is nothing to tell: no value, no number. */
  readonly result: Value | undefined;
}

export function makeAccumulator(of: Aggregate['function']): Accumulator {
  switch (of) {
    case 'COUNT':
      return new Count();
    case 'NUNIQUE':
      return new Distinct();
    case 'SUM':
    case 'AVG':
      return new NumberSum(of === 'AVG');
    case 'MIN':
    case 'MAX':
      return new Extreme(of === 'MIN' ? 'least' : 'greatest');
  }
}

class Count implements Accumulator {
  result = 0;

  add(): void {
    this.result++;
  }

  remove(): void {
    this.result--;
  }
}

class Distinct implements Accumulator {
  readonly #values = new ValueCounts();

  get result(): number {
    return this.#values.size;
  }

  add(value: Value): void {
    this.#values.add(value);
  }

  remove(value: Value): void {
    this.#values.remove(value);
  }
}

/** Numbers and texts that are plain decimal numbers count; of other values there is no sum. */
class NumberSum implements Accumulator {
  readonly #isMean: boolean;
  readonly #sum = new ExactSum();
  #count = 0;

  constructor(isMean: boolean) {
    this.#isMean = isMean;
  }

  get result(): number | undefined {
    if (this.#count === 0) return undefined;
    const sum = this.#sum.value;
    const result = this.#isMean ? sum / this.#count : sum;
    return Number.isFinite(result) ? result : undefined;
  }

  add(value: Value): void {
    this.#change(value, 1);
  }

  remove(value: Value): void {
    this.#change(value, -1);
  }

  #change(value: Value, by: 1 | -1): void {
    const number = decimalOf(value);
    if (!Number.isFinite(number)) return;
    this.#count += by;
    this.#sum.add(by * number);
  }
}

class Extreme implements Accumulator {
  readonly #values: ValueCounts;

  constructor(extreme: 'least' | 'greatest') {
    this.#values = new ValueCounts(extreme);
  }

  get result(): Value | undefined {
    return this.#values.first;
  }

  add(value: Value): void {
    this.#values.add(value);
  }

  remove(value: Value): void {
    this.#values.remove(value);
  }
}
