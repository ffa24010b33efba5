import { cellValue } from '../../src/telemetry/cell-value.ts';
import type { RecordBatch, Slot } from '../../src/telemetry/record-batch.ts';
import type { PlainEntity, PlainRecord, PlainValue } from '../reference/plain-record.ts';

/** Reads any record batch back to plain records. Null and missing cells are no attributes. */
export function plainRecords(batch: RecordBatch): PlainRecord[] {
  return Array.from({ length: batch.size }, (_, row) => plainRecord(batch, row));
}

function plainRecord(batch: RecordBatch, row: number): PlainRecord {
  const slots = batch.kinds[batch.kind[row] as number]?.slots ?? [];
  const present = slots.filter((slot) => slot.present[row] === 1);
  const host = batch.host[row] as number;
  return {
    id: batch.recordId(row),
    source: batch.locator(row).source,
    first: { ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number },
    last: { ms: batch.lastMs[row] as number, ns: batch.lastNs[row] as number },
    host: host === 0 ? null : batch.hosts.text(host),
    entities: present.map((slot) => plainEntity(batch, slots, present, slot, row)),
  };
}

function plainEntity(
  batch: RecordBatch,
  slots: readonly Slot[],
  present: readonly Slot[],
  slot: Slot,
  row: number,
): PlainEntity {
  const attributes = slot.attributes.flatMap(({ name, column }): [string, PlainValue][] => {
    const value = cellValue(column, batch.lists, row);
    return value === undefined ? [] : [[name, value]];
  });
  const references = slot.references.flatMap(({ name, list, slots: targets }): [string, number | number[]][] => {
    const indexes = targets.map((target) => present.indexOf(slots[target] as Slot)).filter((index) => index >= 0);
    if (list) return indexes.length === 0 ? [] : [[name, indexes]];
    return indexes[0] === undefined ? [] : [[name, indexes[0]]];
  });
  return {
    type: slot.type,
    key: slot.identityKey(row),
    role: slot.role,
    authority: slot.authority,
    caseFolded: slot.caseFolded,
    attributes: Object.fromEntries(attributes),
    references: Object.fromEntries(references),
  };
}
