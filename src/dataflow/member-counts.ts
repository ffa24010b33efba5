/** In how many variables each entity is, of those that count here: what is in none need not be told to any. */
export class MemberCounts {
  #counts = new Uint32Array(1024);

  entered(handle: number): void {
    if (handle >= this.#counts.length) {
      const grown = new Uint32Array(Math.max(handle + 1, this.#counts.length * 2));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[handle]!++;
  }

  left(handle: number): void {
    this.#counts[handle]!--;
  }

  /** Those of the handles that are in some variable, in their order. */
  among(handles: readonly number[]): readonly number[] {
    const counts = this.#counts;
    return handles.filter((handle) => handle < counts.length && counts[handle] !== 0);
  }
}
