import { entityId } from './merged-content.ts';
import { naiveSourceTime, type Claim } from './naive-source-time.ts';
import type { PlainRecord } from './plain-record.ts';

/**
 * What a retention leaves of the records received so far, told record by record (docs/semantics.md, Retention):
 * which were refused, how far back supports count, and since when each entity is known.
 * Times are compared in whole milliseconds; a record's age is measured by its own source.
 */
export class RetainedRecords {
  readonly #retentionMs: number;
  readonly #typeRetentionMs: ReadonlyMap<string, number>;
  readonly #records: PlainRecord[] = [];
  readonly #claims = new Map<string, Claim[]>();
  readonly #times = new Map<string, number>();
  readonly #bornAt = new Map<string, number>();
  #epochStart = 0;

  constructor(retentionMs: number, typeRetentionMs: ReadonlyMap<string, number> = new Map()) {
    this.#retentionMs = retentionMs;
    this.#typeRetentionMs = typeRetentionMs;
  }

  /** Records taken in, in order of arrival. */
  get records(): readonly PlainRecord[] {
    return this.#records;
  }

  /** Whether a record is recent enough to support a membership: of entities of a type, or of whichever. */
  counts({ source, last }: PlainRecord, type?: string): boolean {
    const ofType = type === undefined ? Infinity : (this.#typeRetentionMs.get(type) ?? Infinity);
    return last.ms >= (this.#times.get(source) ?? -Infinity) - Math.min(this.#retentionMs, ofType);
  }

  /** How many records had been taken in before the last epoch. */
  get epochStart(): number {
    return this.#epochStart;
  }

  /** Whether the record at `index` was taken in before the entity was forgotten. */
  isForgotten(id: string, index: number): boolean {
    return index < (this.#bornAt.get(id) ?? 0);
  }

  /** What a record says of the time counts even where it is refused. */
  #hear({ source, last, host }: PlainRecord): void {
    const claims = this.#claims.get(source) ?? [];
    claims.push({ ms: last.ms, host });
    this.#claims.set(source, claims);
    this.#times.set(source, naiveSourceTime(claims, this.#retentionMs));
  }

  /** Takes in the records of one epoch, then forgets what has become too old. */
  receive(records: readonly PlainRecord[]): void {
    this.#epochStart = this.#records.length;
    for (const record of records) {
      this.#hear(record);
      if (this.counts(record)) this.#records.push(record);
    }
    if (this.#retentionMs === Infinity && this.#typeRetentionMs.size === 0) return;
    for (const id of new Set(this.#records.flatMap(({ entities }) => entities.map(entityId)))) {
      const isKept = this.#records.some(
        (record, index) =>
          !this.isForgotten(id, index) &&
          record.entities.some((each) => entityId(each) === id && this.counts(record, each.type)),
      );
      if (!isKept) this.#bornAt.set(id, this.#records.length);
    }
  }
}
