import type { DocumentShape, JsonObject } from './document-shape.ts';
import type { LeftOut, UnusedRule } from './left-out.ts';
import { objectNestsTooDeep } from './nesting-depth.ts';

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
