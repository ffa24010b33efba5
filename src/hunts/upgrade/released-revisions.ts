import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import { newestRevisions, type EarlierRevision } from './earlier-revisions.ts';

/** Some 50 bytes each on disk, and in memory only while a hunt begins. */
const MOST_RELEASED = 100_000;
/** The oldest ones are dropped by so many. */
const CHUNK = 1000;

/** Revisions of one hunt that lie under one key. */
export interface ReleasedChunk {
  readonly at: number;
  readonly hunt: string;
  readonly count: number;
}

/**
 * How far the alerts of hunts had come that gave their state back: should one of them run again, it counts on from there.
 * Which ones there are goes with what the folder says of itself, so that both change in one write.
 */
export class ReleasedRevisions {
  readonly #store: StateStore;
  readonly #most: number;
  #chunks: readonly ReleasedChunk[];

  constructor(store: StateStore, chunks: readonly ReleasedChunk[], most = MOST_RELEASED) {
    this.#store = store;
    this.#chunks = chunks;
    this.#most = most;
  }

  /** In the order of their coming. */
  get chunks(): readonly ReleasedChunk[] {
    return this.#chunks;
  }

  /** What has to be written to keep these; beyond the bound those that have been kept for longest go. */
  add(hunt: string, revisions: readonly EarlierRevision[]): StateWrite[] {
    const writes: StateWrite[] = [];
    const chunks = [...this.#chunks];
    let at = (chunks.at(-1)?.at ?? 0) + 1;
    for (let from = 0; from < revisions.length; from += CHUNK, at++) {
      const some = revisions.slice(from, from + CHUNK).map(({ id, revision }) => [id, revision]);
      chunks.push({ at, hunt, count: some.length });
      writes.push({ kind: 'put', key: keyOf(at), value: encodeState(some) });
    }
    let count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
    while (count > this.#most) {
      const oldest = chunks.shift() as ReleasedChunk;
      count -= oldest.count;
      writes.push({ kind: 'delete', key: keyOf(oldest.at) });
    }
    this.#chunks = chunks;
    return writes;
  }

  /** Of a hunt, as they were written. */
  async of(hunt: string): Promise<EarlierRevision[]> {
    const keys = this.#chunks.filter((chunk) => chunk.hunt === hunt).map(({ at }) => keyOf(at));
    const chunks = keys.length === 0 ? [] : await this.#store.getMany(keys);
    const revisions = chunks.flatMap((bytes) => (bytes === null ? [] : (decodeState(bytes) as [string, number][])));
    return newestRevisions(revisions.map(([id, revision]) => ({ id, revision })));
  }

  /** What has to be written once they have been given to the hunt. */
  drop(hunt: string): StateWrite[] {
    const dropped = this.#chunks.filter((chunk) => chunk.hunt === hunt);
    this.#chunks = this.#chunks.filter((chunk) => chunk.hunt !== hunt);
    return dropped.map(({ at }) => ({ kind: 'delete', key: keyOf(at) }));
  }
}

function keyOf(at: number): Uint8Array {
  return stateKey('m', 'released', at);
}
