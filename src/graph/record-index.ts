/** Which records mention an entity: kept only where records are counted (decision 16). */
export class RecordIndex {
  readonly #numbers = new Map<string, number>();
  readonly #recordsOf = new Map<number, Set<number>>();

  add(handle: number, recordId: string): void {
    let number = this.#numbers.get(recordId);
    if (number === undefined) this.#numbers.set(recordId, (number = this.#numbers.size));
    let records = this.#recordsOf.get(handle);
    if (records === undefined) this.#recordsOf.set(handle, (records = new Set()));
    records.add(number);
  }

  count(handles: Iterable<number>): number {
    const distinct = new Set<number>();
    for (const handle of handles) for (const record of this.#recordsOf.get(handle) ?? []) distinct.add(record);
    return distinct.size;
  }

  forget(handle: number): void {
    this.#recordsOf.delete(handle);
  }
}
