/**
 * The port behind which state lies: an ordered map from bytes to bytes in one column family, with atomic writes.
 *
 * Contract (checked for every adapter by `state-store.conformance.ts`):
 * - keys are ordered by unsigned bytes; values are bytes; both are copied on the way in and out;
 * - `write` is atomic: after a crash either all of it is there or nothing;
 * - reads see every write that was awaited before;
 * - after `close` every call rejects with `state-closed`; `close` twice is harmless;
 * - opening a store that another process holds rejects with `state-locked`.
 */
export interface StateStore {
  get(key: Uint8Array): Promise<Uint8Array | null>;
  /** Values in the order of the keys, null where absent. One round trip. */
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]>;
  /** Entries with `from <= key < to`, ascending. */
  range(from: Uint8Array, to: Uint8Array): AsyncIterable<StateEntry>;
  write(batch: readonly StateWrite[]): Promise<void>;
  close(): Promise<void>;
}

export interface StateEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export type StateWrite =
  | { readonly kind: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  | { readonly kind: 'delete-range'; readonly from: Uint8Array; readonly to: Uint8Array };
