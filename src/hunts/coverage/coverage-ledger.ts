import { WindhoverError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { SourcedBatch } from '../input/batch-merge.ts';
import type { SourceNotice } from '../input/source-notice.ts';
import { NO_PARTITION } from '../../telemetry/message-log.ts';
import type { PlacePosition } from '../input/source-reader.ts';
import { holesOfAlert } from './alert-holes.ts';
import type { CoverageTotal } from './coverage-total.ts';
import { PartitionCoverage, type CoverageKind, type CoveredBatch, type StoredCoverage } from './partition-coverage.ts';

/** So many places are kept apart; those of a source beyond are one. */
export const MOST_PLACES = 1024;
/** Stands for the source as a whole, and for what is not kept apart. */
const WHOLE = '';
const OTHERS = '*';
/** Errors that say that a hunt was stopped for what it took. */
const BUDGET_CODES: readonly string[] = ['hunt-rows', 'hunt-slow', 'join-too-large'];

export interface CoverageOptions {
  readonly latenessMs: number;
  /** Wall time, ms: when sources were away. */
  readonly wallClock: () => number;
  /** Hunt → its largest LAST, ms; Infinity where it looks at everything that was read. */
  readonly windowMs: ReadonlyMap<string, number>;
  /** Sources of the scope: what a hunt that is stopped does not see. */
  readonly sources?: readonly string[];
  readonly mostPlaces?: number;
}

/**
 * What the hunts of a scope have seen of their sources and what not: a ledger per source partition. Hunts of a scope
 * share their positions, and so this. It belongs to the state: each change is part of the commit that moves the position.
 */
export class CoverageLedger {
  readonly #options: CoverageOptions;
  readonly #partitions = new Map<string, PartitionCoverage>();
  readonly #changed = new Set<PartitionCoverage>();
  /** Sources that cannot be read at the moment. */
  readonly #away = new Set<string>();
  /** Sources that were away when the process ended: their next batch says that they are back. */
  readonly #wereAway = new Set<string>();
  /** Hunts that were stopped in an earlier run, by source: they see its next batch, unless they are stopped again. */
  readonly #wereStopped = new Map<string, Set<PartitionCoverage>>();

  constructor(options: CoverageOptions) {
    this.#options = options;
  }

  get partitions(): readonly PartitionCoverage[] {
    return [...this.#partitions.values()];
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  restore(entries: Iterable<StoredCoverage>): void {
    for (const entry of entries) {
      const partition = PartitionCoverage.restore(entry);
      this.#partitions.set(keyOf(partition), partition);
      if (partition.holes.some(({ cause, isOpen }) => cause === 'source-away' && isOpen))
        this.#wereAway.add(entry.source);
      if (partition.kind === 'hunt' && partition.isStopped) {
        const stopped = this.#wereStopped.get(entry.source) ?? new Set();
        this.#wereStopped.set(entry.source, stopped.add(partition));
      }
    }
  }

  /** A batch whose epoch is done. */
  take(
    { source, batch, position, also = [], duplicates = 0, holes = [] }: SourcedBatch,
    { outside, left, believedMs = Infinity }: Pick<CoveredBatch, 'outside' | 'left' | 'believedMs'>,
  ): void {
    if (this.#wereAway.delete(source)) this.#back(source);
    if (batch.size > 0) this.#goOn(source, batch.lastMs[0] as number);
    for (const each of also) if (isPartition(each)) this.#of(source, each.place, 'partition');
    for (const hole of holes) {
      const partition = this.#of(source, hole.place ?? position.place, kindOf(position));
      partition.note(hole);
      this.#changed.add(partition);
    }
    if (position.seam !== undefined || position.partition?.partition === NO_PARTITION) return;
    const partition = this.#of(source, position.place, kindOf(position));
    const { latenessMs } = this.#options;
    if (partition.take({ batch, outside, left, duplicates, believedMs }, latenessMs)) this.#changed.add(partition);
  }

  /**
   * A hunt failed. Where that was its budget, it sees no more of its sources. `reached`: how far a source had been read by then,
   * event time in ms; undefined: nothing of it.
   */
  stopped(hunt: string, error: unknown, reached: (source: string) => number | undefined): void {
    if (!(error instanceof WindhoverError) || !BUDGET_CODES.includes(error.code)) return;
    for (const source of this.#options.sources ?? []) {
      const partition = this.#of(source, hunt, 'hunt');
      this.#wereStopped.get(source)?.delete(partition);
      if (partition.kind === 'hunt' && partition.stop(reached(source))) this.#changed.add(partition);
    }
  }

  /** Something was told of a source: it may be away, or back. */
  notice(source: string, { reach }: SourceNotice): void {
    if (reach === undefined || (reach === 'away') === this.#away.has(source)) return;
    this.#wereAway.delete(source);
    if (reach === 'back') {
      this.#away.delete(source);
      this.#back(source);
      return;
    }
    this.#away.add(source);
    const whole = this.#of(source, WHOLE, 'source');
    whole.away(this.#options.wallClock());
    this.#changed.add(whole);
  }

  /** The same alerts, each with the holes that touch what its hunt looked at. */
  named(alerts: readonly AlertDocument[]): readonly AlertDocument[] {
    if (alerts.length === 0) return alerts;
    const holed = [...this.#partitions.values()].filter(({ hasHoles }) => hasHoles);
    if (holed.length === 0) return alerts;
    return alerts.map((alert) => {
      const { hunt } = alert.windhover;
      const seen = holed.filter(({ kind, place }) => kind !== 'hunt' || place === hunt);
      const holes = holesOfAlert(alert, seen, this.#options.windowMs.get(hunt) ?? Infinity);
      return holes.length === 0 ? alert : { ...alert, windhover: { ...alert.windhover, coverage: holes } };
    });
  }

  /** What changed since the last call, for the commit. */
  takeChanged(): StoredCoverage[] {
    const changed = [...this.#changed].map((partition) => partition.store());
    this.#changed.clear();
    return changed;
  }

  totals(): CoverageTotal[] {
    const totals = new Map<string, CoverageTotal>();
    for (const partition of this.#partitions.values()) {
      for (const { cause, holes, missing } of partition.totals()) {
        const key = `${cause} ${partition.source}`;
        const before = totals.get(key) ?? { source: partition.source, cause, holes: 0, missing: 0 };
        totals.set(key, { ...before, holes: before.holes + holes, missing: before.missing + missing });
      }
    }
    return [...totals.values()];
  }

  #goOn(source: string, ms: number): void {
    for (const partition of this.#wereStopped.get(source) ?? []) {
      partition.goOn(ms);
      this.#changed.add(partition);
    }
    this.#wereStopped.delete(source);
  }

  #back(source: string): void {
    const whole = this.#of(source, WHOLE, 'source');
    if (whole.back(this.#options.wallClock())) this.#changed.add(whole);
  }

  #of(source: string, place: string, kind: CoverageKind): PartitionCoverage {
    const known = this.#partitions.get(keyOf({ source, place, kind }));
    if (known !== undefined) return known;
    const isFull = this.#partitions.size >= (this.#options.mostPlaces ?? MOST_PLACES);
    if (isFull && kind !== 'source' && kind !== 'others') return this.#of(source, OTHERS, 'others');
    const partition = new PartitionCoverage(source, place, kind);
    this.#partitions.set(keyOf(partition), partition);
    this.#changed.add(partition);
    return partition;
  }
}

function keyOf({ source, place, kind }: Pick<PartitionCoverage, 'source' | 'place' | 'kind'>): string {
  // A file may be called as a hunt is.
  return `${source}\0${kind === 'hunt' ? 'hunt\0' : ''}${place}`;
}

function isPartition({ partition }: PlacePosition): boolean {
  return partition !== undefined && partition.partition !== NO_PARTITION;
}

function kindOf({ partition, history }: PlacePosition): CoverageKind {
  if (partition !== undefined) return 'partition';
  return history === undefined ? 'file' : 'history';
}
