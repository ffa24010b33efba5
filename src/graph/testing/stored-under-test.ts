import type { StoredRows } from '../stored-rows.ts';

/** What lies in the state of one thing that is kept in rows. */
export class StoredUnderTest {
  readonly pages = new Map<number, Uint8Array>();
  readonly patches = new Map<number, Uint8Array>();
  /** Bytes of all writes. */
  written = 0;

  take(rows: StoredRows): void {
    const changes = rows.takeChanges();
    if (changes?.kind === 'patch') this.#put(this.patches, changes.sequence, changes.bytes);
    if (changes?.kind !== 'pages') return;
    this.patches.clear();
    for (const { page, bytes } of changes.pages) this.#put(this.pages, page, bytes);
  }

  restore(into: StoredRows): void {
    for (const [page, bytes] of [...this.pages].sort(([a], [b]) => a - b)) into.restorePage(page, bytes.slice());
    for (const [, bytes] of [...this.patches].sort(([a], [b]) => a - b)) into.restorePatch(bytes.slice());
  }

  #put(into: Map<number, Uint8Array>, key: number, bytes: Uint8Array): void {
    into.set(key, bytes.slice());
    this.written += bytes.length;
  }
}
