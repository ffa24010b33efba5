import { cellValue } from './cell-value.ts';
import type { Column, RecordBatch } from './record-batch.ts';
import { formatTime } from './time-text.ts';

export type PlainValue = string | number | boolean | readonly string[];

/** One mention of a record as plain data. References lead to identity keys. */
export interface PlainMention {
  readonly role: string;
  readonly type: string;
  readonly key: string;
  readonly authority: 0 | 1;
  readonly attributes: Readonly<Record<string, PlainValue>>;
  readonly references: Readonly<Record<string, string | readonly string[]>>;
}

export interface PlainRecord {
  readonly kind: string;
  readonly host: string;
  readonly first: string;
  readonly last: string;
  readonly mentions: readonly PlainMention[];
}

/** The records of a batch as plain data, for tests and for looking at: slow, and nothing in it refers to the batch. */
export function snapshotOf(batch: RecordBatch): PlainRecord[] {
  return Array.from({ length: batch.size }, (_, row) => plainRecord(batch, row));
}

/** One record of a batch as plain data. */
export function plainRecord(batch: RecordBatch, row: number): PlainRecord {
  const kind = batch.kinds[batch.kind[row] as number];
  if (kind === undefined) throw new Error(`row ${String(row)} has no kind`);
  const host = batch.host[row] as number;
  const present = kind.slots.filter((slot) => slot.present[row] === 1);
  return {
    kind: kind.name,
    host: host === 0 ? '' : batch.hosts.text(host),
    first: formatTime(batch.firstMs[row] as number, batch.firstNs[row] as number),
    last: formatTime(batch.lastMs[row] as number, batch.lastNs[row] as number),
    mentions: present.map((slot) => ({
      role: slot.role,
      type: slot.type,
      key: slot.identityKey(row),
      authority: slot.authority,
      attributes: Object.fromEntries(
        slot.attributes.flatMap(({ name, column }) => {
          const value = plainValue(batch, column, row);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      references: Object.fromEntries(
        slot.references.flatMap(({ name, list, slots }) => {
          const keys = slots.flatMap((target) => {
            const one = kind.slots[target];
            return one?.present[row] === 1 ? [one.identityKey(row)] : [];
          });
          return keys.length === 0 ? [] : [[name, list ? keys : (keys[0] as string)]];
        }),
      ),
    })),
  };
}

function plainValue(batch: RecordBatch, column: Column, row: number): PlainValue | undefined {
  const value = cellValue(column, batch.lists, row);
  return typeof value === 'object' && 'ms' in value ? formatTime(value.ms, value.ns) : value;
}
