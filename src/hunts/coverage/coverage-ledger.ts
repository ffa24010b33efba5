import type { AlertDocument } from '../alerts/alert-document.ts';
import type { SourcedBatch } from '../input/batch-merge.ts';
import type { SourceNotice } from '../run/run-observer.ts';
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

export interface CoverageOptions {
  readonly latenessMs: number;
  /** Wall time, ms: when sources were away. */
  readonly wallClock: () => number;
  /** Hunt → its largest LAST, ms; Infinity where it looks at everything that was read. */
  readonly windowMs: ReadonlyMap<string, number>;
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
    }
  }

  /** A batch whose epoch is done. */
  take(
    { source, batch, position, also = [], duplicates = 0, holes = [] }: SourcedBatch,
    { outside, left, believedMs = Infinity }: Pick<CoveredBatch, 'outside' | 'left' | 'believedMs'>,
  ): void {
    if (this.#wereAway.delete(source)) this.#back(source);
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
      const holes = holesOfAlert(alert, holed, this.#options.windowMs.get(alert.windhover.hunt) ?? Infinity);
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

  #back(source: string): void {
    const whole = this.#of(source, WHOLE, 'source');
    if (whole.back(this.#options.wallClock())) this.#changed.add(whole);
  }

  #of(source: string, place: string, kind: CoverageKind): PartitionCoverage {
    const known = this.#partitions.get(keyOf({ source, place }));
    if (known !== undefined) return known;
    const isFull = this.#partitions.size >= (this.#options.mostPlaces ?? MOST_PLACES);
    if (isFull && kind !== 'source' && kind !== 'others') return this.#of(source, OTHERS, 'others');
    const partition = new PartitionCoverage(source, place, kind);
    this.#partitions.set(keyOf(partition), partition);
    this.#changed.add(partition);
    return partition;
  }
}

function keyOf({ source, place }: { readonly source: string; readonly place: string }): string {
  return `${source}\0${place}`;
}

function isPartition({ partition }: PlacePosition): boolean {
  return partition !== undefined && partition.partition !== NO_PARTITION;
}

function kindOf({ partition, history }: PlacePosition): CoverageKind {
  if (partition !== undefined) return 'partition';
  return history === undefined ? 'file' : 'history';
}
