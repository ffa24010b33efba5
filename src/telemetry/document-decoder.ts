import type { BatchBuilder } from './batch-builder.ts';
import type { BatchColumn } from './batch-column.ts';
import { DemandFilter } from './demand-filter.ts';
import type { Demand } from './demand.ts';
import {
  isJsonObject,
  type DocumentShape,
  type EventTimes,
  type JsonObject,
  type WrittenNumbers,
} from './document-shape.ts';
import { markPresent } from './mark-present.ts';
import { NormalisedTextsPool } from './normalised-texts-pool.ts';
import type { PathTable } from './path-table.ts';
import { rawNumber } from './raw-number.ts';
import { ReadingProgram } from './reading-program.ts';
import { BATCH_CAPACITY } from './record-batch.ts';
import { recordHash, recordHashText } from './record-hash.ts';
import { TableLayout, type KindLayout } from './table-layout.ts';

/** What a text is: a record (to be written with `write`), something nothing is used of, or the reason it is neither. */
export type DocumentVerdict = 'record' | 'ignored' | 'not-json' | 'not-an-object' | 'unknown-format' | 'no-event-time';

interface Reader {
  readonly kind: KindLayout;
  readonly program: ReadingProgram;
  readonly recordId: BatchColumn | undefined;
}

const WRAPPERS_DEEP = 3;
/** Longest name of a kind of ignored documents. */
const LONGEST_NAME = 80;

/**
 * Reads JSON documents of any of its shapes into a batch. The shape that fitted last is tried first; wrappers of a
 * search index (`_source`) and of log shippers (`message` with JSON in it) are taken off.
 */
export class DocumentDecoder implements WrittenNumbers {
  readonly #builder: BatchBuilder;
  readonly #filter: DemandFilter;
  readonly #shapes: readonly DocumentShape[];
  readonly #texts: NormalisedTextsPool;
  readonly #layouts = new Map<PathTable, TableLayout>();
  readonly #readers = new Map<DocumentShape, Map<string, Reader>>();
  readonly #idsDemanded: boolean;
  /** Record ids of the batch's rows as two lanes, where ids are demanded or some slot is known by them. */
  readonly #idHigh = new Uint32Array(BATCH_CAPACITY);
  readonly #idLow = new Uint32Array(BATCH_CAPACITY);
  readonly #idKnown = new Uint8Array(BATCH_CAPACITY);
  readonly #times: EventTimes = { firstMs: 0, firstNs: 0, lastMs: 0, lastNs: 0 };
  #shape: DocumentShape | undefined;
  #format = 'unknown';
  /** Members that the first recognised document was wrapped in, from the outside. */
  #wrappers: readonly string[] = [];
  #unwrapped: string[] = [];
  #ignoredAs: string | undefined;
  #document: JsonObject = {};
  #kindName = '';
  #text = '';
  /** Where in the text the document lies. */
  #prefix: readonly string[] = [];

  constructor(builder: BatchBuilder, demand: Demand, shapes: readonly DocumentShape[]) {
    this.#builder = builder;
    this.#filter = new DemandFilter(demand);
    this.#shapes = shapes;
    this.#texts = new NormalisedTextsPool(builder);
    this.#idsDemanded = demand.recordIds;
  }

  /** Format of the first document that was recognised. */
  get format(): string {
    return this.#format;
  }

  get wrappers(): readonly string[] {
    return this.#wrappers;
  }

  /** What the document that was ignored last is, in the plural. */
  get ignoredAs(): string | undefined {
    return this.#ignoredAs;
  }

  /** Event time of the record that was read last. */
  get times(): Readonly<EventTimes> {
    return this.#times;
  }

  /** Host of the record that was read last, as its document names it; until it is written. */
  get host(): string {
    return this.#shape?.hostOf(this.#document) ?? '';
  }

  /** At every batch border, after the builder's `begin`. */
  begin(): void {
    this.#texts.begin();
    this.#idKnown.fill(0);
  }

  /** Whether a document of the shape that fitted last shows in its bytes that nothing is used of it. */
  isIgnored(bytes: Buffer, start: number, end: number): boolean {
    const shape = this.#shape;
    if (shape?.ignoredUnparsed === undefined) return false;
    const as = shape.ignoredUnparsed(bytes.subarray(start, end));
    if (as === undefined) return false;
    this.#ignoredAs = as.slice(0, LONGEST_NAME);
    return true;
  }

  /** Looks at a text without writing anything. */
  read(text: string): DocumentVerdict {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return 'not-json';
    }
    if (!isJsonObject(parsed)) return 'not-an-object';
    this.#text = text;
    this.#prefix = [];
    this.#unwrapped = [];
    return this.#recognise(parsed, 0);
  }

  /** The same of a document that has been parsed. `text`: what it was read from, where digits may have been lost. */
  readParsed(document: JsonObject, text = '', prefix: readonly string[] = []): DocumentVerdict {
    this.#text = text;
    this.#prefix = prefix;
    this.#unwrapped = [];
    return this.#recognise(document, 0);
  }

  digits(path: readonly string[]): string | undefined {
    if (this.#text === '') return undefined;
    return rawNumber(this.#text, [...this.#prefix, ...path]);
  }

  /** Writes the record that `read` found as the next row of the batch. */
  write(offset: number, length: number): void {
    const shape = this.#shape as DocumentShape;
    const builder = this.#builder;
    const reader = this.#readerOf(shape, this.#kindName);
    const row = builder.addRow(reader.kind.kind.index, offset, length);
    const times = this.#times;
    builder.setTimes(row, times.firstMs, times.firstNs, times.lastMs, times.lastNs);
    builder.setHost(row, shape.hostOf(this.#document), shape.table.caseFolded);
    if (this.#idsDemanded || reader.recordId !== undefined) this.#keepId(row, reader.recordId);
    reader.program.run(this.#document, row, this);
    markPresent(reader.kind, row);
    this.#document = {};
    this.#text = '';
  }

  /** The record id (decision 4) of a row of the batch; `text` gives the text that it was read from, if it is needed. */
  recordIdOf(row: number, text: () => string): string {
    if (this.#idKnown[row] === 0) {
      if (this.read(text()) !== 'record') throw new Error('the text of a record is no record any more');
      this.#keepId(row, undefined);
    }
    return recordHashText({ high: this.#idHigh[row] as number, low: this.#idLow[row] as number });
  }

  #keepId(row: number, column: BatchColumn | undefined): void {
    const host = this.#builder.host[row] as number;
    const hostKey = host === 0 ? '' : this.#builder.hosts.text(host);
    const shape = this.#shape as DocumentShape;
    const hash = recordHash(shape.recordIdText(this.#document, this.#kindName, hostKey));
    this.#idHigh[row] = hash.high;
    this.#idLow[row] = hash.low;
    this.#idKnown[row] = 1;
    column?.setTime(row, hash.high, hash.low | 0);
  }

  #recognise(document: JsonObject, depth: number): DocumentVerdict {
    const last = this.#shape;
    const shape = last?.fits(document) === true ? last : this.#shapes.find((one) => one.fits(document));
    if (shape === undefined) return this.#unwrap(document, depth);
    this.#shape = shape;
    if (this.#format === 'unknown') {
      this.#format = shape.format;
      this.#wrappers = [...this.#unwrapped];
    }
    const unfolded = shape.unfold === undefined ? document : shape.unfold(document, this);
    if (unfolded === undefined) return 'not-json';
    const kind = shape.kindOf(unfolded);
    if (kind === undefined) {
      this.#ignoredAs = shape.ignoredAs?.(unfolded).slice(0, LONGEST_NAME);
      return 'ignored';
    }
    if (!shape.readTimes(unfolded, this.#times)) return 'no-event-time';
    this.#document = unfolded;
    this.#kindName = kind;
    return 'record';
  }

  #unwrap(document: JsonObject, depth: number): DocumentVerdict {
    if (depth >= WRAPPERS_DEEP) return 'unknown-format';
    const source = document['_source'];
    if (isJsonObject(source)) {
      this.#prefix = [...this.#prefix, '_source'];
      this.#unwrapped.push('_source');
      return this.#recognise(source, depth + 1);
    }
    const message = document['message'];
    if (typeof message !== 'string' || !message.startsWith('{')) return 'unknown-format';
    let inner: unknown;
    try {
      inner = JSON.parse(message);
    } catch {
      return 'unknown-format';
    }
    if (!isJsonObject(inner)) return 'unknown-format';
    this.#text = message;
    this.#prefix = [];
    this.#unwrapped.push('message');
    return this.#recognise(inner, depth + 1);
  }

  #readerOf(shape: DocumentShape, kindName: string): Reader {
    let readers = this.#readers.get(shape);
    if (readers === undefined) {
      readers = new Map();
      this.#readers.set(shape, readers);
    }
    let reader = readers.get(kindName);
    if (reader === undefined) {
      reader = this.#compile(shape, kindName);
      readers.set(kindName, reader);
    }
    return reader;
  }

  #compile(shape: DocumentShape, kindName: string): Reader {
    let layout = this.#layouts.get(shape.table);
    if (layout === undefined) {
      layout = new TableLayout(shape.table, this.#builder, this.#filter);
      this.#layouts.set(shape.table, layout);
    }
    const kind = layout.kind(kindName);
    if (kind === undefined) throw new Error(`${shape.format} gave the record kind ${kindName}, which its table lacks`);
    return {
      kind,
      program: new ReadingProgram(layout, kind, shape, this.#builder, this.#texts),
      recordId: kind.cells.includes('recordId') ? layout.column('recordId') : undefined,
    };
  }
}
