import { hashText } from '../../telemetry/text-hash.ts';

const INITIAL = 1024;
/** Ids of 64 bits are spread well: three quarters full is still quick. */
const FILL = 0.75;

/** Record ids, eight bytes each: those that are not 16 hex digits (STIX) by their hash. Ids may be taken out again. */
export class RecordIdSet {
  #high = new Int32Array(INITIAL);
  #low = new Int32Array(INITIAL);
  /** 0 free, 1 used, 2 taken out. */
  #state = new Uint8Array(INITIAL);
  #size = 0;
  #occupied = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    const [high, low] = halves(id);
    return this.#find(high, low) >= 0;
  }

  add(id: string): void {
    const [high, low] = halves(id);
    if (this.#find(high, low) >= 0) return;
    if (this.#occupied + 1 > this.#state.length * FILL) this.#grow();
    this.#put(high, low);
  }

  delete(id: string): void {
    const [high, low] = halves(id);
    const at = this.#find(high, low);
    if (at < 0) return;
    this.#state[at] = 2;
    this.#size--;
  }

  #find(high: number, low: number): number {
    const mask = this.#state.length - 1;
    for (let at = low & mask; this.#state[at] !== 0; at = (at + 1) & mask) {
      if (this.#state[at] === 1 && this.#high[at] === high && this.#low[at] === low) return at;
    }
    return -1;
  }

  #put(high: number, low: number): void {
    const mask = this.#state.length - 1;
    let at = low & mask;
    while (this.#state[at] !== 0) at = (at + 1) & mask;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#state[at] = 1;
    this.#size++;
    this.#occupied++;
  }

  #grow(): void {
    const [oldHigh, oldLow, oldState] = [this.#high, this.#low, this.#state];
    const capacity = this.#size > (oldState.length * FILL) / 2 ? oldState.length * 2 : oldState.length;
    this.#high = new Int32Array(capacity);
    this.#low = new Int32Array(capacity);
    this.#state = new Uint8Array(capacity);
    this.#size = 0;
    this.#occupied = 0;
    for (let i = 0; i < oldState.length; i++) {
      if (oldState[i] === 1) this.#put(oldHigh[i] as number, oldLow[i] as number);
    }
  }
}

function halves(id: string): readonly [number, number] {
  if (/^[0-9a-f]{16}$/.test(id)) return [Number.parseInt(id.slice(0, 8), 16) | 0, Number.parseInt(id.slice(8), 16) | 0];
  const hash = hashText(id, 0);
  return [Math.floor(hash / 0x1_0000_0000) | 0, hash | 0];
}
