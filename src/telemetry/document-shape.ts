import type { PathTable } from './path-table.ts';
import type { UnusedRule } from './left-out.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object within a document; an empty one where it is missing or something else. */
export function section(document: JsonObject, name: string): JsonObject {
  const inner = document[name];
  return isJsonObject(inner) ? inner : {};
}

/** `[first, last]` of a record: ms since 1970 and the ns beyond. */
export interface EventTimes {
  firstMs: number;
  firstNs: number;
  lastMs: number;
  lastNs: number;
}

/** The digits of a number as the document wrote them: numbers beyond 2^53 have lost some. */
export interface WrittenNumbers {
  digits(path: readonly string[]): string | undefined;
}

/** One way to write the records of a family of formats as JSON documents. */
export interface DocumentShape {
  /** Name of the format, e.g. `sysmon-nxlog`. */
  readonly format: string;
  readonly table: PathTable;
  /** Is the document written in this shape? Cheap; a document fits one shape at most. */
  fits(document: JsonObject): boolean;
  /** The document in the form that paths speak of, texts of JSON in it parsed; `undefined` if it cannot be read. */
  unfold?(document: JsonObject, written: WrittenNumbers): JsonObject | undefined;
  /** Name of the record kind, `undefined` for what nothing is used of. */
  kindOf(document: JsonObject): string | undefined;
  /** What a document without a kind is, in the plural: `Kubernetes events`. Bounded by the caller. */
  ignoredAs?(document: JsonObject): string;
  /**
   * As `ignoredAs`, of a document that has not been parsed: where its bytes show that it has no kind, whether the rest of them
   * can be read or not. `undefined`: they do not show it.
   */
  ignoredUnparsed?(document: Buffer): string | undefined;
  /** Host as the document names it; empty if it does not. */
  hostOf(document: JsonObject): string;
  /** Writes the event time (decision 7); false if the document has none. */
  readTimes(document: JsonObject, times: EventTimes): boolean;
  /** Document paths of a cell in records of a kind, the first that says something counts. */
  pathsOf(kind: string, cell: string): readonly string[];
  /** The fields that make the record id (decision 4), joined. `host` is the host key. */
  recordIdText(document: JsonObject, kind: string, host: string): string;
  /**
   * Paths that the functions above look at, beside those of `pathsOf`; what lies below a path counts with it. Absent: they
   * may look at anything. The functions say the same of a document of which only these fields are left.
   */
  readonly looksAt?: readonly string[];
  /** How it shows in single fields that nothing is used of a document: it has no kind, or one that is needless. */
  unusedRules?(isNeedless: (kind: string) => boolean): readonly UnusedRule[];
}
