/** Entries and bytes of text that a table may hold before its oldest entries go. */
export interface TableLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * Values by key within bounds: a trace may state any number of entities, so those stated longest ago are forgotten when
 * there are too many. What is forgotten depends on the order of statements only, never on time.
 */
export class BoundedTable<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #limits: TableLimits;
  readonly #onForget: (value: V) => void;
  #bytes = 0;

  constructor(limits: TableLimits, onForget: (value: V) => void = () => undefined) {
    this.#limits = limits;
    this.#onForget = onForget;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** `bytes`: about what the value takes, in texts. */
  set(key: string, value: V, bytes: number): void {
    this.#remove(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    const { maxEntries, maxBytes } = this.#limits;
    for (const oldest of this.#entries.keys()) {
      if (oldest === key || (this.#entries.size <= maxEntries && this.#bytes <= maxBytes)) return;
      this.#remove(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#onForget(entry.value);
  }
}
