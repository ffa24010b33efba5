import { formatInstant } from '../../catalogue/instant.ts';
import { textOf, type Value } from '../../graph/value.ts';
import { cellValue } from '../../telemetry/cell-value.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';

/** A record as people read it: what it says of the entities it mentions. */
export interface DescribedRecord {
  readonly id: string;
  /** E.g. `sysmon.1`. */
  readonly kind: string;
  /** `FILE:OFFSET`. */
  readonly place: string;
  /** ISO 8601. */
  readonly time: string;
  readonly entities: readonly DescribedEntity[];
}

export interface DescribedEntity {
  readonly type: string;
  /** `process`, `parent`, `file` … */
  readonly role: string;
  /** Identity key: unique within the type. */
  readonly key: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What one row of a batch says, as texts that outlive it. */
export function describeRecord(batch: RecordBatch, row: number): DescribedRecord {
  const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
  const { place, offset } = batch.locator(row);
  return {
    id: batch.recordId(row),
    kind: kind.name,
    place: `${place}:${offset}`,
    time: formatInstant({ ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number }),
    entities: kind.slots
      .filter((slot) => slot.present[row] === 1)
      .map((slot) => ({
        type: slot.type,
        role: slot.role,
        key: slot.identityKey(row),
        attributes: Object.fromEntries(
          slot.attributes.flatMap(({ name, column }) => {
            const value = cellValue(column, batch.lists, row);
            return value === undefined ? [] : [[name, shownValue(value as Value)] as const];
          }),
        ),
      })),
  };
}

/** Lists with commas, times as ISO 8601. */
export function shownValue(value: Value): string {
  return Array.isArray(value) ? value.join(', ') : textOf(value);
}
