import { compareInstants } from '../../src/catalogue/instant.ts';
import {
  BATCH_CAPACITY,
  CELL,
  type Column,
  type Dictionary,
  type RecordBatch,
  type RecordKind,
  type Slot,
} from '../../src/telemetry/record-batch.ts';
import { hashText } from '../../src/telemetry/text-hash.ts';
import type { PlainRecord, PlainValue } from '../reference/plain-record.ts';
import { WideLayout, type SlotLayout } from './wide-layout.ts';

/** Codes for texts, emptied when told: codes of one epoch mean nothing in the next. */
class TestDictionary implements Dictionary {
  #texts: string[] = [''];
  #codes = new Map<string, number>();
  epoch = 0;

  get size(): number {
    return this.#texts.length - 1;
  }

  code(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.#texts.push(text) - 1;
      this.#codes.set(text, code);
    }
    return code;
  }

  text(code: number): string {
    return this.#texts[code] as string;
  }

  hash(code: number): number {
    return hashText(this.text(code), 1);
  }

  clear(): void {
    // The first text moves to another code, so that a code kept too long shows.
    this.#texts = ['', `epoch ${this.epoch}`];
    this.#codes = new Map();
    this.epoch++;
  }
}

class TestColumn implements Column {
  readonly path: string;
  readonly kind = new Uint8Array(BATCH_CAPACITY);
  readonly code = new Int32Array(BATCH_CAPACITY);
  readonly num = new Float64Array(BATCH_CAPACITY);
  readonly aux = new Int32Array(BATCH_CAPACITY);
  readonly dictionary: TestDictionary;

  constructor(path: string, dictionary: TestDictionary) {
    this.path = path;
    this.dictionary = dictionary;
  }
}

interface TestSlot extends Slot {
  readonly present: Uint8Array;
  readonly columns: ReadonlyMap<string, TestColumn>;
  readonly keyColumn: TestColumn;
}

export interface PlainBatchesOptions {
  /** Empty the dictionaries at every batch. */
  readonly emptyDictionaries: boolean;
  /**
   * Records to come: a kind is laid out that holds them all, with slots that are absent from many of them, as decoders
   * have it. Records that do not fit, and all where this is not given, have a kind by their exact shape.
   */
  readonly wideKindFor?: readonly PlainRecord[];
}

/**
 * Serves plain records as record batches, by the contract of record-batch.ts: kinds by shape, columns by attribute,
 * dictionaries that can be emptied at every batch.
 */
export class PlainBatches {
  readonly #dictionary = new TestDictionary();
  readonly #hosts = new TestDictionary();
  readonly #kinds: (RecordKind & { readonly slots: readonly TestSlot[] })[] = [];
  readonly #byShape = new Map<string, number>();
  readonly #emptyDictionaries: boolean;
  readonly #wide: WideLayout | undefined;

  constructor(options: PlainBatchesOptions) {
    this.#emptyDictionaries = options.emptyDictionaries;
    if (options.wideKindFor === undefined) return;
    this.#wide = new WideLayout(options.wideKindFor);
    this.#addKind('plain.wide', this.#wide.slots);
  }

  /** One batch of at most `BATCH_CAPACITY` records. Valid until the next one is asked for. */
  batch(records: readonly PlainRecord[]): RecordBatch {
    if (this.#emptyDictionaries) this.#dictionary.clear();
    const lists: number[] = [];
    const kind = new Uint16Array(BATCH_CAPACITY);
    const times = {
      firstMs: new Float64Array(BATCH_CAPACITY),
      firstNs: new Int32Array(BATCH_CAPACITY),
      lastMs: new Float64Array(BATCH_CAPACITY),
      lastNs: new Int32Array(BATCH_CAPACITY),
    };
    const host = new Int32Array(BATCH_CAPACITY);
    for (const each of this.#kinds) for (const slot of each.slots) slot.present.fill(0);
    records.forEach((record, row) => {
      const places = this.#wide?.placesOf(record);
      kind[row] = places === undefined ? this.#kindOf(record) : 0;
      times.firstMs[row] = record.first.ms;
      times.firstNs[row] = record.first.ns;
      times.lastMs[row] = record.last.ms;
      times.lastNs[row] = record.last.ns;
      host[row] = record.host === null ? 0 : this.#hosts.code(record.host);
      record.entities.forEach((entity, i) => {
        const { slots } = this.#kinds[kind[row] as number] as { slots: readonly TestSlot[] };
        const slot = slots[places?.[i] ?? i] as TestSlot;
        slot.present[row] = 1;
        this.#write(slot.keyColumn, row, entity.key, lists);
        for (const [name, column] of slot.columns) this.#write(column, row, entity.attributes[name], lists);
      });
    });
    return {
      size: records.length,
      ignored: 0,
      rejects: [],
      undecodable: 0,
      kinds: this.#kinds,
      kind,
      ...times,
      host,
      hosts: this.#hosts,
      lists: Int32Array.from(lists),
      recordId: (row) => (records[row] as PlainRecord).id,
      locator: (row) => ({ source: (records[row] as PlainRecord).source, place: 'plain', offset: row, length: 1 }),
      position: 0,
    };
  }

  #write(column: TestColumn, row: number, value: PlainValue | undefined, lists: number[]): void {
    column.kind[row] = row % 2 === 0 ? CELL.missing : CELL.null;
    if (value === undefined) return;
    if (typeof value === 'string') {
      column.kind[row] = CELL.text;
      column.code[row] = this.#dictionary.code(value);
    } else if (typeof value === 'number') {
      column.kind[row] = CELL.number;
      column.num[row] = value;
    } else if (typeof value === 'boolean') {
      column.kind[row] = value ? CELL.true : CELL.false;
    } else if (Array.isArray(value)) {
      column.kind[row] = CELL.list;
      column.code[row] = lists.length;
      column.aux[row] = value.length;
      for (const text of value as readonly string[]) lists.push(this.#dictionary.code(text));
    } else {
      const { ms, ns } = value as { ms: number; ns: number };
      column.kind[row] = CELL.time;
      column.num[row] = ms;
      column.aux[row] = ns;
    }
  }

  #kindOf(record: PlainRecord): number {
    const shape = JSON.stringify(
      record.entities.map(({ type, role, authority, caseFolded, attributes, references }) => [
        type,
        role,
        authority,
        caseFolded,
        Object.keys(attributes).sort(),
        references,
      ]),
    );
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    const index = this.#kinds.length;
    this.#byShape.set(shape, index);
    this.#addKind(
      `plain.${index}`,
      record.entities.map((entity) => ({
        ...entity,
        attributes: Object.keys(entity.attributes),
        references: Object.entries(entity.references).map(([name, to]) => ({
          name,
          list: Array.isArray(to),
          slots: Array.isArray(to) ? (to as readonly number[]) : [to as number],
        })),
      })),
    );
    return index;
  }

  #addKind(name: string, slots: readonly SlotLayout[]): void {
    this.#kinds.push({ index: this.#kinds.length, name, slots: slots.map((slot, index) => this.#slot(slot, index)) });
  }

  #slot({ type, role, authority, caseFolded, attributes, references }: SlotLayout, index: number): TestSlot {
    const columns = new Map(attributes.map((name) => [name, new TestColumn(name, this.#dictionary)]));
    const keyColumn = new TestColumn('key', this.#dictionary);
    return {
      index,
      type,
      role,
      authority,
      caseFolded,
      attributes: [...columns].map(([name, column]) => ({ name, column })),
      references,
      present: new Uint8Array(BATCH_CAPACITY),
      identity: [keyColumn],
      identityKey: (row) => keyColumn.dictionary.text(keyColumn.code[row] as number),
      columns,
      keyColumn,
    };
  }
}

/** Greatest last of the records: where the event clock stands after them. */
export function clockAfter(records: readonly PlainRecord[]): { ms: number; ns: number } | undefined {
  return records
    .map((record) => record.last)
    .sort(compareInstants)
    .at(-1);
}
