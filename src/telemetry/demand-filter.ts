import type { Demand } from './demand.ts';

/** Answers what a decoder asks while it lays out its slots: is this read by anyone? */
export class DemandFilter {
  readonly #demand: Demand;

  constructor(demand: Demand) {
    this.#demand = demand;
  }

  wantsType(type: string): boolean {
    return this.#demand.types.has(type) || this.#demand.patternTypes.has(type);
  }

  /** `onRequest` as the catalogue says of this attribute. */
  wantsAttribute(type: string, name: string, onRequest: boolean): boolean {
    if (!this.wantsType(type)) return false;
    if (!onRequest) return true;
    return (
      (this.#demand.types.get(type)?.onRequest.has(name) ?? false) ||
      (this.#demand.patternTypes.get(type)?.onRequest.has(name) ?? false)
    );
  }

  wantsReference(type: string, name: string): boolean {
    const key = `${type}.${name}`;
    return this.#demand.references.has(key) || this.#demand.patternReferences.has(key);
  }
}
