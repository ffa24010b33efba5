import { BatchColumn } from './batch-column.ts';
import { layOutKind, type BatchKind, type SlotPlan } from './batch-kind.ts';
import { BATCH_CAPACITY, CELL, type RecordBatch, type RecordLocator, type Reject } from './record-batch.ts';
import { TextDictionary } from './text-dictionary.ts';

const REJECT_SAMPLE_BYTES = 2048;
const REJECTS_A_BATCH = 16;
/** Spellings of host names that are remembered: whoever writes telemetry makes up as many as he likes. */
const MAX_HOST_SPELLINGS = 65_536;
/** Different kinds of ignored input that are told apart in a batch. */
const IGNORED_KINDS = 32;
const IGNORED_OTHER = 'others';

export interface BatchBuilderOptions {
  readonly source: string;
  readonly place: string;
  /** Seed of the dictionaries. */
  readonly seed: number;
  /** Host names (lower case) to their canonical name. */
  readonly hostAliases: ReadonlyMap<string, string>;
}

/**
 * The batch that a decoder fills and hands out, over and over: `begin` clears it and empties dictionaries that are over
 * their limits, `addRow` opens a record, `columns` and the slots' `present` are written by row.
 */
export class BatchBuilder implements RecordBatch {
  readonly source: string;
  #place: string;
  readonly kind = new Uint16Array(BATCH_CAPACITY);
  readonly firstMs = new Float64Array(BATCH_CAPACITY);
  readonly firstNs = new Int32Array(BATCH_CAPACITY);
  readonly lastMs = new Float64Array(BATCH_CAPACITY);
  readonly lastNs = new Int32Array(BATCH_CAPACITY);
  readonly host = new Int32Array(BATCH_CAPACITY);
  readonly hosts: TextDictionary;
  /** The hosts of the records as a column, for identities that hold the host. */
  readonly hostColumn: BatchColumn;
  readonly #offsets = new Float64Array(BATCH_CAPACITY);
  readonly #lengths = new Float64Array(BATCH_CAPACITY);
  readonly #seed: number;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #foldedHosts = new Map<string, number>();
  readonly #exactHosts = new Map<string, number>();
  readonly #columns: BatchColumn[] = [];
  readonly #dictionaries = new Map<string, TextDictionary>();
  readonly #kinds: BatchKind[] = [];
  #rejects: Reject[] = [];
  #lists = new Int32Array(1024);
  #listLength = 0;
  #size = 0;
  #ignored = 0;
  readonly #ignoredAs = new Map<string, number>();
  #undecodable = 0;
  #position = 0;
  #recordId: (row: number) => string = () => {
    throw new Error('the decoder gave no rule for record ids');
  };

  /** The record id that was asked for last, and its row. */
  #id = '';
  #idRow = -1;

  constructor(options: BatchBuilderOptions) {
    this.source = options.source;
    this.#place = options.place;
    this.#seed = options.seed;
    this.#aliases = options.hostAliases;
    this.hosts = new TextDictionary({ seed: options.seed });
    this.hostColumn = new BatchColumn('host', this.hosts, this.host);
  }

  get place(): string {
    return this.#place;
  }

  get size(): number {
    return this.#size;
  }

  get ignored(): number {
    return this.#ignored;
  }

  get ignoredAs(): ReadonlyMap<string, number> {
    return this.#ignoredAs;
  }

  get undecodable(): number {
    return this.#undecodable;
  }

  get rejects(): readonly Reject[] {
    return this.#rejects;
  }

  get kinds(): readonly BatchKind[] {
    return this.#kinds;
  }

  get lists(): Int32Array {
    return this.#lists;
  }

  get position(): number {
    return this.#position;
  }

  /** Nothing at all since `begin`: neither records nor anything counted. */
  get blank(): boolean {
    return this.#size === 0 && this.#ignored === 0 && this.#undecodable === 0;
  }

  recordId(row: number): string {
    // Many hunts may ask for one after the other.
    if (row !== this.#idRow) {
      this.#id = this.#recordId(row);
      this.#idRow = row;
    }
    return this.#id;
  }

  locator(row: number): RecordLocator {
    return {
      source: this.source,
      place: this.place,
      offset: this.#offsets[row] as number,
      length: this.#lengths[row] as number,
    };
  }

  /** The dictionary of this name; columns whose values meet share one. */
  dictionary(name: string): TextDictionary {
    let dictionary = this.#dictionaries.get(name);
    if (dictionary === undefined) {
      dictionary = new TextDictionary({ seed: this.#seed });
      this.#dictionaries.set(name, dictionary);
    }
    return dictionary;
  }

  addColumn(path: string, dictionary: TextDictionary): BatchColumn {
    const column = new BatchColumn(path, dictionary);
    this.#columns.push(column);
    return column;
  }

  /** Adds a record kind; kinds stay for the life of the builder. */
  addKind(name: string, plans: readonly SlotPlan[]): BatchKind {
    const kind = layOutKind(this.#kinds.length, name, plans);
    this.#kinds.push(kind);
    return kind;
  }

  /** Rule for record ids, asked only for rows of the current batch. */
  setRecordIds(rule: (row: number) => string): void {
    this.#recordId = rule;
  }

  /** Starts the next batch; `position` = number of records before it; `place`: where it lies, if not where the last one did. */
  begin(position: number, place = this.#place): void {
    this.#place = place;
    this.#idRow = -1;
    for (const column of this.#columns) column.clear();
    for (const dictionary of this.#dictionaries.values()) if (dictionary.full) dictionary.empty();
    if (this.hosts.full || this.#foldedHosts.size + this.#exactHosts.size > MAX_HOST_SPELLINGS) this.#forgetHosts();
    for (const kind of this.#kinds) for (const slot of kind.slots) slot.present.fill(0);
    this.hostColumn.clear();
    this.host.fill(0);
    this.#rejects = [];
    this.#listLength = 0;
    this.#size = 0;
    this.#ignored = 0;
    this.#ignoredAs.clear();
    this.#undecodable = 0;
    this.#position = position;
  }

  /** Opens the next row; it counts at once. */
  addRow(kind: number, offset: number, length: number): number {
    const row = this.#size++;
    this.kind[row] = kind;
    this.#offsets[row] = offset;
    this.#lengths[row] = length;
    return row;
  }

  setTimes(row: number, firstMs: number, firstNs: number, lastMs: number, lastNs: number): void {
    this.firstMs[row] = firstMs;
    this.firstNs[row] = firstNs;
    this.lastMs[row] = lastMs;
    this.lastNs[row] = lastNs;
  }

  /**
   * Host of a record, as the format writes it; aliases are seen to here. Empty = none. Windows host names are brought
   * to lower case (`caseFolded`), others keep their spelling (decision 3).
   */
  setHost(row: number, name: string, caseFolded = true): void {
    const known = caseFolded ? this.#foldedHosts : this.#exactHosts;
    let code = known.get(name);
    if (code === undefined) {
      const lower = name.toLowerCase();
      code = name === '' ? 0 : this.hosts.code(this.#aliases.get(lower) ?? (caseFolded ? lower : name));
      known.set(name, code);
    }
    this.host[row] = code;
    if (code !== 0) this.hostColumn.kind[row] = CELL.text;
  }

  /** Codes of hosts that the builder knows. */
  get hostSpellings(): number {
    return this.#foldedHosts.size + this.#exactHosts.size;
  }

  /** Puts codes into `lists`; gives where they start. */
  addList(codes: readonly number[]): number {
    const start = this.#listLength;
    const end = start + codes.length;
    if (end > this.#lists.length) {
      const larger = new Int32Array(Math.max(this.#lists.length * 2, end));
      larger.set(this.#lists);
      this.#lists = larger;
    }
    this.#lists.set(codes, start);
    this.#listLength = end;
    return start;
  }

  /** `what`: in the plural, as people call it. */
  addIgnored(what = IGNORED_OTHER, count = 1): void {
    this.#ignored += count;
    const as = this.#ignoredAs.has(what) || this.#ignoredAs.size < IGNORED_KINDS ? what : IGNORED_OTHER;
    this.#ignoredAs.set(as, (this.#ignoredAs.get(as) ?? 0) + count);
  }

  /** Counts input that is no record and keeps a sample of it, at most 2 kB, of the first few of a batch. */
  addReject(offset: number, length: number, reason: string, bytes: Uint8Array, place = this.place): void {
    this.#undecodable++;
    if (this.#rejects.length >= REJECTS_A_BATCH) return;
    const sample = bytes.slice(0, REJECT_SAMPLE_BYTES);
    this.#rejects.push({ place, offset, length, reason, sample });
  }

  #forgetHosts(): void {
    this.hosts.empty();
    this.#foldedHosts.clear();
    this.#exactHosts.clear();
  }
}
