/**
 * The record batch: the one data layout of the hot path, contract between decoders (left) and entity graph, matching
 * and operators (right).
 *
 * Ownership: a batch is valid until the next one is asked for; whoever needs a value longer copies the *text*.
 * Codes are valid for one epoch of their dictionary only (`Dictionary.epoch`); nothing that outlives a batch holds one.
 */

/** At most this many records a batch; a batch is one epoch of the engine (decision 13). */
export const BATCH_CAPACITY = 512;

/** Kinds of a cell: one path is a number here and a text there. */
export const CELL = {
  missing: 0,
  null: 1,
  text: 2,
  number: 3,
  true: 4,
  false: 5,
  /** A list of texts: `code` = start in `RecordBatch.lists`, `aux` = length. */
  list: 6,
  /** `num` = milliseconds since 1970, `aux` = nanoseconds beyond. */
  time: 7,
} as const;

/**
 * Texts seen, each with a dense code. Codes count from 1; 0 is no code.
 * `hash` is a 53-bit hash of the text, the same in every epoch and every process that uses the same seed.
 */
export interface Dictionary {
  readonly size: number;
  /** Goes up each time the dictionary is emptied (only at a batch border). */
  readonly epoch: number;
  text(code: number): string;
  hash(code: number): number;
}

/** One attribute path of a format. Arrays have `BATCH_CAPACITY` rows; row i belongs to record i of the batch. */
export interface Column {
  readonly path: string;
  /** `CELL` values. */
  readonly kind: Uint8Array;
  /** Dictionary code of a text, or list start. */
  readonly code: Int32Array;
  readonly num: Float64Array;
  /** Nanoseconds of a time, length of a list. */
  readonly aux: Int32Array;
  readonly dictionary: Dictionary;
}

/** Attribute of a slot: the catalogue's attribute name and the column that feeds it. */
export interface SlotAttribute {
  readonly name: string;
  readonly column: Column;
}

/** Reference of a slot to other slots of the same record. */
export interface SlotReference {
  readonly name: string;
  readonly list: boolean;
  /** Slot indexes in the kind's layout; for a single reference the first present one counts. */
  readonly slots: readonly number[];
}

/**
 * An entity that records of one kind mention: a view on columns.
 * `authority` 1: the record speaks of this entity itself; 0: it repeats what it knows of a parent, which only fills
 * what no record about that entity itself has said (decision 6).
 */
export interface Slot {
  readonly index: number;
  readonly type: string;
  /** `process`, `parent`, `user`, `file`, `source`, `destination`, `connection` …: stable, used by ECS names. */
  readonly role: string;
  readonly authority: 0 | 1;
  /** Windows: names and paths that differ only in case are one value here (decisions 2 and 6). */
  readonly caseFolded: boolean;
  readonly attributes: readonly SlotAttribute[];
  readonly references: readonly SlotReference[];
  /** Row i is 1 where record i mentions an entity here (placeholders, e.g. zero GUIDs, are not entities). */
  readonly present: Uint8Array;
  /**
   * Cells that decide the identity: within one dictionary epoch, equal cells (kind, code or num, aux) mean an equal
   * identity key. The reverse need not hold (spellings that differ in case).
   */
  readonly identity: readonly Column[];
  /** The exact identity key of the entity in record `row`, unique within the type; made only for cells not seen yet. */
  identityKey(row: number): string;
}

/** All records of one kind have the same slots (a Sysmon event id, a SysFlow record type, a shape of STIX object sets). */
export interface RecordKind {
  readonly index: number;
  /** E.g. `sysmon.1`, `sysflow.PE`, `stix.3`; shown by EXPLAIN and doctor. */
  readonly name: string;
  /** Only slots that the demand can reach; empty when the kind has none. */
  readonly slots: readonly Slot[];
}

/** Where the raw bytes of a record lie: enough to read it again from its source. */
export interface RecordLocator {
  readonly source: string;
  /** File path, topic and partition, or index and _id of a document. */
  readonly place: string;
  /** Byte offset in the place (uncompressed), Kafka offset, or index of the object in a bundle; −1: the place is the record. */
  readonly offset: number;
  readonly length: number;
}

/** Input that is no record: counted, sampled to the dead-letter file, skipped. */
export interface Reject {
  readonly place: string;
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
  /** The first bytes, at most 2 kB, undecoded. */
  readonly sample: Uint8Array;
}

export interface RecordBatch {
  /** Number of records that count (decision 33); ignored and undecodable input is not among them. */
  readonly size: number;
  /** Well-formed input of a kind that nothing is used of, since the last batch. */
  readonly ignored: number;
  /** What the ignored inputs of this batch were, with counts, where the decoder tells. */
  readonly ignoredAs?: ReadonlyMap<string, number>;
  readonly rejects: readonly Reject[];
  /** How many inputs were undecodable since the last batch; `rejects` holds a sample of them. */
  readonly undecodable: number;
  /** Kinds known so far; grows. `kind[i]` indexes it. */
  readonly kinds: readonly RecordKind[];
  readonly kind: Uint16Array;
  /** Event time of record i: [first, last], ms and the ns beyond. */
  readonly firstMs: Float64Array;
  readonly firstNs: Int32Array;
  readonly lastMs: Float64Array;
  readonly lastNs: Int32Array;
  /** Host key of record i as a code of `hosts`; 0 = none. Codes of `hosts` are valid for the life of the decoder. */
  readonly host: Int32Array;
  readonly hosts: Dictionary;
  /** Members of list cells, as codes of the column's dictionary. */
  readonly lists: Int32Array;
  /** Record id (decision 4): 16 hex digits of the 64-bit hash, or the STIX object id. Computed when asked for. */
  recordId(row: number): string;
  locator(row: number): RecordLocator;
  /** Number of the first record of this batch in its source, counting records from 0: deterministic by position. */
  readonly position: number;
}
