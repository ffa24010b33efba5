import { compareInstants, type Instant } from '../catalogue/instant.ts';

/** One record that mentions an entity, as far as TIMESTAMPED, ADDOBSID and RECORDS show it. */
export interface Observation {
  readonly recordId: string;
  readonly first: Instant;
  readonly last: Instant;
  /** How many observations the record sums up; 1 where it does not say. */
  readonly count: number;
}

/** An observation that came or went. */
export interface ObservationChange {
  readonly entity: number;
  readonly observation: Observation;
}

const NONE: ReadonlyMap<string, Observation> = new Map();

/**
 * Which records mention an entity, with their times: kept for the types whose rows per record some hunt shows
 * (decision 16), in memory and in the store. A record that comes twice is one; should two of one id differ, the greater one
 * counts, whichever came first.
 */
export class ObservationTable {
  readonly #byEntity = new Map<number, Map<string, Observation>>();
  readonly #changed = new Map<string, { readonly entity: number; readonly recordId: string }>();

  of(entity: number): ReadonlyMap<string, Observation> {
    return this.#byEntity.get(entity) ?? NONE;
  }

  /** What it replaced, if anything; undefined as a whole where nothing changed. */
  add(entity: number, observation: Observation): { readonly replaced: Observation | undefined } | undefined {
    let records = this.#byEntity.get(entity);
    if (records === undefined) this.#byEntity.set(entity, (records = new Map()));
    const known = records.get(observation.recordId);
    if (known !== undefined && compareObservations(known, observation) >= 0) return undefined;
    records.set(observation.recordId, observation);
    this.#touch(entity, observation.recordId);
    return { replaced: known };
  }

  /** Lets go of records that ended before `horizonMs`, and of all that mention entities for which `gone` holds. */
  expire(horizonMs: number, gone: (entity: number) => boolean): ObservationChange[] {
    const removed: ObservationChange[] = [];
    for (const [entity, records] of this.#byEntity) {
      const all = gone(entity);
      for (const observation of records.values()) {
        if (!all && observation.last.ms >= horizonMs) continue;
        records.delete(observation.recordId);
        this.#touch(entity, observation.recordId);
        removed.push({ entity, observation });
      }
      if (records.size === 0) this.#byEntity.delete(entity);
    }
    return removed;
  }

  /** Observations changed since the last call; undefined where one is gone. */
  takeChanged(): { readonly entity: number; readonly recordId: string; readonly observation?: Observation }[] {
    const changed = [...this.#changed.values()].map(({ entity, recordId }) => {
      const observation = this.of(entity).get(recordId);
      return { entity, recordId, ...(observation === undefined ? {} : { observation }) };
    });
    this.forgetChanged();
    return changed;
  }

  /** As `takeChanged`, where nothing is stored. */
  forgetChanged(): void {
    this.#changed.clear();
  }

  restore(entity: number, observation: Observation): void {
    this.add(entity, observation);
    this.#changed.clear();
  }

  #touch(entity: number, recordId: string): void {
    this.#changed.set(`${entity} ${recordId}`, { entity, recordId });
  }
}

function compareObservations(a: Observation, b: Observation): number {
  return compareInstants(a.last, b.last) || compareInstants(a.first, b.first) || a.count - b.count;
}
