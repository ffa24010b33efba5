import type { DocumentShape, JsonObject } from './document-shape.ts';
import { objectNestsTooDeep } from './nesting-depth.ts';

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

/** What decoders of some shapes use nothing of: documents without a kind, and those of kinds that nobody looks at. */
export class UnusedDocuments implements LeftOut {
  readonly rules: readonly UnusedRule[];
  readonly #shapes: readonly DocumentShape[];
  readonly #needless: ReadonlySet<string>;
  #followed: readonly string[] | undefined;

  /** `needless`: names of record kinds. `only`: names of rules; absent: all. */
  constructor(shapes: readonly DocumentShape[], needless: ReadonlySet<string>, only?: readonly string[]) {
    this.#shapes = shapes;
    this.#needless = needless;
    const rules = shapes.flatMap((shape) => shape.unusedRules?.((kind) => needless.has(kind)) ?? []);
    const byName = new Map(rules.map((rule) => [rule.name, rule]));
    this.rules = [...byName.values()].filter(({ name }) => only?.includes(name) ?? true);
  }

  /** Names of the rules that are followed; `undefined` before it is known. */
  get followed(): readonly string[] | undefined {
    return this.#followed;
  }

  isUnused(document: JsonObject): boolean {
    const shape = this.#shapes.find((one) => one.fits(document));
    if (shape === undefined || objectNestsTooDeep(document)) return false;
    // Digits are looked for in times alone, which do not matter here.
    const unfolded = shape.unfold === undefined ? document : shape.unfold(document, { digits: () => undefined });
    if (unfolded === undefined) return false;
    const kind = shape.kindOf(unfolded);
    return kind === undefined || this.#needless.has(kind);
  }

  follow(rules: readonly UnusedRule[]): void {
    this.#followed = rules.map(({ name }) => name);
  }
}
