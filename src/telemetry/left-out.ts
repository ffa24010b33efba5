import type { JsonObject } from './document-shape.ts';

/**
 * Passed by documents in which the field holds something that is, or is not, one of the values. Whoever decides it by an
 * index may only say yes where that is certain.
 */
export interface FieldTest {
  /** Dotted path. */
  readonly field: string;
  readonly is: 'one-of' | 'none-of';
  /** `none-of` none: whatever it holds. Texts of whole numbers mean the numbers too. */
  readonly values: readonly string[];
}

/** Documents that pass all tests of a rule are of no use. */
export interface UnusedRule {
  /** Tells rules apart, also from one version to the next. */
  readonly name: string;
  readonly tests: readonly FieldTest[];
}

/** Documents that a store may keep back, as nothing is used of them. */
export interface LeftOut {
  readonly rules: readonly UnusedRule[];
  /** What a rule selects in a store may be something else after all: some of it is tried with this. */
  isUnused(document: JsonObject): boolean;
  /** Told before the first document: the rules that are followed. */
  follow(rules: readonly UnusedRule[]): void;
}
