import type { RecordBatch } from '../../telemetry/record-batch.ts';
import type { PlacePosition } from '../input/source-reader.ts';
import { RecordIdSet } from './record-id-set.ts';
import type { SeamPosition } from './seam-position.ts';
import { seamState } from './seam-state.ts';

/** The overlap may be widened to so many times what it was. */
const WIDEST = 8;
/** So many of the oldest records of a partition decide whether history reaches the live stream. */
const PROOF_RECORDS = 64;
/** Ids beyond this are forgotten, the oldest first. */
const MAX_IDS = 8_000_000;

export interface SeamOptions {
  readonly source: string;
  /** How far back history is read, ms. */
  readonly lengthMs: number;
  /** How much of what history holds is read again from the live stream, ms. */
  readonly overlapMs: number;
  /** Wall time, ms. */
  readonly nowMs: number;
}

/** How the oldest records that the live stream gave of a partition relate to history. */
export type SeamVerdict = 'joined' | 'gap';

export interface SeamFinding {
  readonly place: string;
  readonly verdict: SeamVerdict;
  /** Of the oldest records of the partition: how many were looked at, and how many history did not have. */
  readonly looked: number;
  readonly missing: number;
  /** Event time of the oldest record looked at, ms. */
  readonly oldestMs: number;
}

/**
 * Where history ends and the live stream takes over, for one source (decision 26). The live stream is read from a while
 * before the end of history on; what both give is known by its record id. That the oldest records of this overlap are in
 * history proves that nothing is missing between the two.
 */
export class Seam {
  #position: SeamPosition;
  readonly #overlapMs: number;
  #ids = new RecordIdSet();
  /** Ids in the order of the batches that gave them, oldest first. */
  readonly #chunks: SeamChunk[] = [];
  #nextChunk = 0;

  constructor({ source, lengthMs, overlapMs, nowMs }: SeamOptions, known: readonly PlacePosition[]) {
    this.#overlapMs = overlapMs;
    this.#position = known.find(({ seam }) => seam?.source === source)?.seam ?? {
      source,
      stage: 'history',
      fromMs: nowMs - lengthMs,
      openedMs: nowMs,
      records: 0,
      overlapMs,
      checked: [],
      duplicates: 0,
    };
    for (const { seamIds } of known) {
      if (seamIds?.source !== source || seamIds.forgotten === true) continue;
      this.#chunks.push({ number: seamIds.number, ids: seamIds.ids, newestMs: seamIds.newestMs });
      for (const id of seamIds.ids) this.#ids.add(id);
      this.#nextChunk = Math.max(this.#nextChunk, seamIds.number + 1);
    }
    this.#chunks.sort((a, b) => a.number - b.number);
  }

  get isLive(): boolean {
    return this.#position.stage !== 'history';
  }

  get isPassed(): boolean {
    return this.#position.stage === 'passed';
  }

  get fromMs(): number {
    return this.#position.fromMs;
  }

  get position(): SeamPosition {
    return this.#position;
  }

  /** Message time from which the live stream is read, ms. History that lags behind, or holds nothing, moves it back. */
  get liveFromMs(): number {
    const { newestMs, openedMs, fromMs, overlapMs } = this.#position;
    if (newestMs === undefined) return fromMs;
    return Math.max(fromMs, Math.min(newestMs, openedMs) - overlapMs);
  }

  /** Takes note of a batch of history; answers with what the state must know of it. */
  history(batch: RecordBatch): PlacePosition[] {
    const { openedMs, records } = this.#position;
    let { newestMs = -Infinity } = this.#position;
    for (let row = 0; row < batch.size; row++) {
      // Clocks that are ahead say nothing about how far history has come.
      newestMs = Math.max(newestMs, Math.min(batch.lastMs[row] as number, openedMs));
    }
    if (newestMs !== -Infinity) this.#position = { ...this.#position, newestMs, records: records + batch.size };
    return [this.#toPosition(), ...this.#remember(batch, newestMs), ...this.#forget(newestMs)];
  }

  /** History has been read to its end. */
  endHistory(): PlacePosition {
    this.#position = { ...this.#position, stage: 'live' };
    return this.#toPosition();
  }

  /**
   * Takes note of a batch of the live stream. `duplicates`: how many of its records history gave already. `finding`: what
   * the first records of a partition prove.
   */
  live(batch: RecordBatch, place: string): { readonly duplicates: number; readonly finding: SeamFinding | undefined } {
    if (this.#ids.size === 0 || batch.size === 0) return { duplicates: 0, finding: undefined };
    const { newestMs = -Infinity, fromMs, checked } = this.#position;
    const isFirst = !checked.includes(place);
    // Of older records it is not known any more whether history had them.
    const oldestKnown = Math.max(fromMs, newestMs - this.#overlapMs * WIDEST);
    let duplicates = 0;
    let looked = 0;
    let missing = 0;
    let oldestMs = Infinity;
    for (let row = 0; row < batch.size; row++) {
      const isKnown = this.#ids.has(batch.recordId(row));
      if (isKnown) duplicates++;
      const lastMs = batch.lastMs[row] as number;
      if (!isFirst || looked >= PROOF_RECORDS || lastMs < oldestKnown || lastMs > newestMs) continue;
      looked++;
      oldestMs = Math.min(oldestMs, lastMs);
      if (!isKnown) missing++;
    }
    this.#position = { ...this.#position, duplicates: this.#position.duplicates + duplicates };
    if (!isFirst || looked === 0) return { duplicates, finding: undefined };
    return { duplicates, finding: { place, verdict: missing === 0 ? 'joined' : 'gap', looked, missing, oldestMs } };
  }

  /** What a finding says of a partition holds. */
  settle(place: string, verdict: SeamVerdict): PlacePosition {
    const { checked, gaps = [] } = this.#position;
    this.#position = {
      ...this.#position,
      checked: [...checked, place],
      ...(verdict === 'gap' ? { gaps: [...gaps, place] } : {}),
    };
    return this.#toPosition();
  }

  /** Reads the live stream from further back; false where that is not possible, or would not help. */
  widen(): boolean {
    const { overlapMs, fromMs } = this.#position;
    if (overlapMs * 2 > this.#overlapMs * WIDEST || this.liveFromMs <= fromMs) return false;
    this.#position = { ...this.#position, overlapMs: overlapMs * 2, checked: [], gaps: [], duplicates: 0 };
    return true;
  }

  /** The overlap lies behind: its ids are not needed any more. Answers with what the state must know. */
  pass(): PlacePosition[] {
    this.#position = { ...this.#position, stage: 'passed' };
    this.#ids = new RecordIdSet();
    return [this.#toPosition(), ...this.#chunks.splice(0).map((chunk) => this.#toForgotten(chunk))];
  }

  #toPosition(): PlacePosition {
    return seamState(this.#position.source, { seam: this.#position });
  }

  #toForgotten({ number }: SeamChunk): PlacePosition {
    const { source } = this.#position;
    return seamState(source, { seamIds: { source, number, ids: [], newestMs: -Infinity, forgotten: true } });
  }

  #remember(batch: RecordBatch, newestMs: number): PlacePosition[] {
    const ids: string[] = [];
    let chunkNewestMs = -Infinity;
    for (let row = 0; row < batch.size; row++) {
      const lastMs = batch.lastMs[row] as number;
      if (lastMs < newestMs - this.#overlapMs * WIDEST) continue;
      const id = batch.recordId(row);
      ids.push(id);
      this.#ids.add(id);
      // A clock that is ahead does not keep its batch for ever.
      chunkNewestMs = Math.max(chunkNewestMs, Math.min(lastMs, newestMs));
    }
    if (ids.length === 0) return [];
    const chunk = { number: this.#nextChunk++, ids, newestMs: chunkNewestMs };
    this.#chunks.push(chunk);
    const { source } = this.#position;
    return [seamState(source, { seamIds: { source, ...chunk } })];
  }

  /** Ids that are older than the widest overlap. */
  #forget(newestMs: number): PlacePosition[] {
    const forgotten: PlacePosition[] = [];
    for (let [oldest] = this.#chunks; oldest !== undefined; [oldest] = this.#chunks) {
      if (oldest.newestMs >= newestMs - this.#overlapMs * WIDEST && this.#ids.size <= MAX_IDS) break;
      this.#chunks.shift();
      for (const id of oldest.ids) this.#ids.delete(id);
      forgotten.push(this.#toForgotten(oldest));
    }
    return forgotten;
  }
}

interface SeamChunk {
  readonly number: number;
  readonly ids: readonly string[];
  readonly newestMs: number;
}
