import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { COVERAGE_CAUSES, type CoverageCause, type CoverageHole, type SourceHole } from './coverage-hole.ts';
import { HoleList, NEAR_MS, type StoredHole } from './hole-list.ts';
import { SeenRanges, type SeenRange, type StoredRanges } from './seen-ranges.ts';

/** What is read in one go: a file (or another place of bytes), a partition of a topic, a history of documents. */
export type CoverageKind =
  | 'file'
  | 'partition'
  | 'history'
  /** The source as a whole: when it was away. */
  | 'source'
  /** A hunt (its id is the place) that was stopped: what it alone did not see of the source. */
  | 'hunt'
  /** Places of the source beyond those that are kept apart. */
  | 'others';

/** A batch of one partition, once its epoch is done. */
export interface CoveredBatch {
  readonly batch: RecordBatch;
  /** 1 for records that were none for this run. */
  readonly outside: Uint8Array | undefined;
  /** 1 for records that were not taken in: those outside, and those older than the retention. */
  readonly left: Uint8Array | undefined;
  /** Records that came before, too. */
  readonly duplicates: number;
  /** Time of the source behind the batch, ms: nothing later makes others late. Default: whatever comes is believed. */
  readonly believedMs?: number;
}

/** What the state keeps of a partition. */
export interface StoredCoverage {
  readonly source: string;
  readonly place: string;
  readonly kind: CoverageKind;
  readonly records: number;
  readonly late: number;
  readonly maxLateMs: number;
  readonly newestMs: number;
  readonly lastMs: number | null;
  readonly seen: StoredRanges;
  readonly holes: Readonly<
    Partial<Record<CoverageCause, { readonly noted: number; readonly holes: readonly StoredHole[] }>>
  >;
}

/** Records of a batch that were refused and lie near each other. */
interface Refused {
  fromMs: number;
  toMs: number;
  count: number;
}

/** What has been seen of one partition of a source, how late, and what not. */
export class PartitionCoverage {
  readonly source: string;
  readonly place: string;
  readonly kind: CoverageKind;
  readonly #seen = new SeenRanges();
  readonly #holes = new Map<CoverageCause, HoleList>();
  /** All of them, as alerts ask again and again; absent: something has changed. */
  #all: readonly CoverageHole[] | undefined;
  #records = 0;
  #late = 0;
  #maxLateMs = 0;
  #newestMs = -Infinity;
  /** Event time of the record that came last, ms. */
  #lastMs: number | undefined;

  constructor(source: string, place: string, kind: CoverageKind) {
    this.source = source;
    this.place = place;
    this.kind = kind;
  }

  static restore(stored: StoredCoverage): PartitionCoverage {
    const { source, place, kind, records, late, maxLateMs, newestMs, lastMs, seen, holes } = stored;
    const partition = new PartitionCoverage(source, place, kind);
    partition.#records = records;
    partition.#late = late;
    partition.#maxLateMs = maxLateMs;
    partition.#newestMs = newestMs;
    partition.#lastMs = lastMs ?? undefined;
    partition.#seen.restore(seen);
    for (const cause of COVERAGE_CAUSES) {
      const list = holes[cause];
      if (list !== undefined) partition.#listOf(cause).restore(list);
    }
    return partition;
  }

  /** Records taken in. */
  get records(): number {
    return this.#records;
  }

  /** Records that came more than the lateness behind the newest one of the partition. */
  get late(): number {
    return this.#late;
  }

  /** How far a record came behind the newest one before it, at most, ms. */
  get maxLateMs(): number {
    return this.#maxLateMs;
  }

  get ranges(): readonly SeenRange[] {
    return this.#seen.ranges;
  }

  /** Silences up to this long are not told by `ranges`, ms. */
  get silenceMs(): number {
    return this.#seen.silenceMs;
  }

  get scattered(): SeenRange | undefined {
    return this.#seen.scattered;
  }

  /** By cause, then by their beginnings. */
  get holes(): readonly CoverageHole[] {
    this.#all ??= COVERAGE_CAUSES.flatMap((cause) => this.#holes.get(cause)?.holes ?? []);
    return this.#all;
  }

  get hasHoles(): boolean {
    return this.#holes.size > 0;
  }

  /** By cause: how many holes there have been, and inputs that are missing in them. */
  totals(): { readonly cause: CoverageCause; readonly holes: number; readonly missing: number }[] {
    return [...this.#holes].map(([cause, list]) => ({ cause, holes: list.noted, missing: list.count }));
  }

  /** True where it changed anything. */
  take({ batch, outside, left, duplicates, believedMs = Infinity }: CoveredBatch, latenessMs: number): boolean {
    const before = this.#lastMs;
    this.#all = undefined;
    const taken = batch.size === 0 ? 0 : this.#takeRecords(batch, outside, left, latenessMs, believedMs);
    this.#records += Math.max(0, taken - duplicates);
    if (batch.undecodable > 0) this.#undecodable(batch, before);
    return batch.size + batch.undecodable > 0;
  }

  /** Something is missing behind what the partition gave last. */
  note({ cause, count, fromMs, toMs, offsets }: SourceHole): void {
    const from = fromMs ?? this.#lastMs ?? -Infinity;
    this.#listOf(cause).add({
      fromMs: from,
      toMs: toMs ?? from,
      isOpen: toMs === undefined,
      count: count ?? 0,
      isUncounted: count === undefined,
      offsets,
    });
  }

  /** The source as a whole cannot be read from now on; `ms`: wall time. */
  away(ms: number): void {
    const list = this.#listOf('source-away');
    if (list.holes.some(({ isOpen }) => isOpen)) return;
    list.add({ fromMs: ms, toMs: ms, isOpen: true, count: 0, isUncounted: true, offsets: undefined });
  }

  /** The hunt sees nothing from this event time on, ms. False where it saw nothing before. */
  stop(ms: number | undefined): boolean {
    if (this.isStopped) return false;
    this.note({ cause: 'budget', ...(ms === undefined ? {} : { fromMs: ms }) });
    return true;
  }

  /** It sees again what comes, from this event time on, ms. */
  goOn(ms: number): void {
    this.#all = undefined;
    this.#holes.get('budget')?.close(ms);
  }

  get isStopped(): boolean {
    return this.#holes.get('budget')?.holes.some(({ isOpen }) => isOpen) ?? false;
  }

  /** It can be read again. True where it was away. */
  back(ms: number): boolean {
    this.#all = undefined;
    return this.#holes.get('source-away')?.close(ms) ?? false;
  }

  store(): StoredCoverage {
    const holes: Partial<Record<CoverageCause, ReturnType<HoleList['store']>>> = {};
    for (const cause of COVERAGE_CAUSES) {
      const list = this.#holes.get(cause);
      if (list !== undefined) holes[cause] = list.store();
    }
    return {
      source: this.source,
      place: this.place,
      kind: this.kind,
      records: this.#records,
      late: this.#late,
      maxLateMs: this.#maxLateMs,
      newestMs: this.#newestMs,
      lastMs: this.#lastMs ?? null,
      seen: this.#seen.store(),
      holes,
    };
  }

  #takeRecords(
    { size, lastMs }: RecordBatch,
    outside: Uint8Array | undefined,
    left: Uint8Array | undefined,
    latenessMs: number,
    believedMs: number,
  ): number {
    let taken = 0;
    let isFirst = true;
    let refused: Refused | undefined;
    for (let row = 0; row < size; row++) {
      if (outside?.[row] === 1) continue;
      const ms = lastMs[row] as number;
      if (isFirst) this.#close(ms);
      isFirst = false;
      this.#lastMs = ms;
      if (left?.[row] === 1) {
        if (refused === undefined || ms < refused.fromMs - NEAR_MS || ms > refused.toMs + NEAR_MS) {
          this.#refuse(refused);
          refused = { fromMs: ms, toMs: ms, count: 0 };
        }
        refused.fromMs = Math.min(refused.fromMs, ms);
        refused.toMs = Math.max(refused.toMs, ms);
        refused.count++;
        continue;
      }
      taken++;
      this.#seen.add(ms);
      if (ms >= this.#newestMs) {
        this.#newestMs = Math.max(this.#newestMs, Math.min(ms, believedMs));
        continue;
      }
      const late = this.#newestMs - ms;
      if (late > latenessMs) this.#late++;
      if (late > this.#maxLateMs) this.#maxLateMs = late;
    }
    this.#refuse(refused);
    return taken;
  }

  #refuse(refused: Refused | undefined): void {
    if (refused === undefined) return;
    this.#listOf('refused').add({ ...refused, isOpen: false, isUncounted: false, offsets: undefined });
  }

  /** Somewhere between the last record before the batch and the last one in it; where it has none, before the next. */
  #undecodable({ size, lastMs, undecodable, rejects }: RecordBatch, before: number | undefined): void {
    let fromMs = before ?? Infinity;
    let toMs = -Infinity;
    for (let row = 0; row < size; row++) {
      fromMs = Math.min(fromMs, lastMs[row] as number);
      toMs = Math.max(toMs, lastMs[row] as number);
    }
    const offsets = rejects.map(({ offset }) => offset);
    this.#listOf('undecodable').add({
      fromMs: fromMs === Infinity ? -Infinity : fromMs,
      toMs: size === 0 ? (before ?? -Infinity) : toMs,
      isOpen: size === 0,
      count: undecodable,
      isUncounted: false,
      offsets: offsets.length === 0 ? undefined : [Math.min(...offsets), Math.max(...offsets)],
    });
  }

  #close(ms: number): void {
    for (const [cause, list] of this.#holes) if (cause !== 'source-away') list.close(ms);
  }

  #listOf(cause: CoverageCause): HoleList {
    this.#all = undefined;
    let list = this.#holes.get(cause);
    if (list === undefined) {
      list = new HoleList(cause);
      this.#holes.set(cause, list);
    }
    return list;
  }
}
