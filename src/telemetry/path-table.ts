import type { TextDerivation } from './text-derivations.ts';
import type { TextNormaliser } from './text-normalisers.ts';

/**
 * The path table of a family of formats, as data: which cells its records have, which slots read them, and which slots
 * a record kind has. Document paths are given per format (`DocumentShape`), since formats of one family differ in them.
 */
export interface PathTable {
  /** Windows: names and paths are compared without case. */
  readonly caseFolded: boolean;
  readonly cells: Readonly<Record<string, CellDefinition>>;
  readonly slots: Readonly<Record<string, SlotDefinition>>;
  /** Record kind → names of its slots. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** Attributes that slots of (almost) every type can show on request: host, container. */
  readonly environment: Readonly<Record<string, string>>;
}

export type CellDefinition =
  /**
   * Read from the document. Numbers may be written as texts; `natural` and `positive` are unknown below 0 and 1;
   * `halved`: SysFlow's encoders write counters twice as high.
   */
  | { readonly read: 'text' | 'texts'; readonly dictionary: string; readonly normalise: TextNormaliser }
  | { readonly read: 'integer' | 'natural' | 'positive' | 'halved' | 'flag' }
  /** A time; 1970-01-01T00:00:00Z is unknown. */
  | { readonly read: 'time' }
  /** A text computed from another cell. */
  | { readonly derive: TextDerivation; readonly from: string; readonly dictionary: string }
  /** The n-th address of this family in a text that holds several. */
  | { readonly addressOf: string; readonly nth: number; readonly family: 4 | 6; readonly dictionary: string }
  /** The first cell that says something, as text. */
  | { readonly firstOf: readonly string[]; readonly dictionary: string }
  /** A number, only where the other cell says nothing. */
  | { readonly copyOf: string; readonly unless: string }
  /** The texts of several cells of one dictionary as a list. */
  | { readonly listOf: readonly string[]; readonly dictionary: string }
  | { readonly constant: string | number; readonly dictionary: string }
  /** One value, or list of values, per record kind. */
  | { readonly perKind: Readonly<Record<string, string | readonly string[]>>; readonly dictionary: string }
  /** Known of every record. */
  | { readonly given: 'host' | 'first' | 'last' | 'record-id' };

export interface SlotDefinition {
  readonly type: string;
  readonly role: string;
  readonly authority: 0 | 1;
  /** Attribute of the catalogue → cell. Those that it marks `onRequest` are only read if a hunt asks for them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Reference of the catalogue → roles; a name in `_refs` is a list. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
  /** The slot holds an entity where all of these cells say something. */
  readonly present: readonly string[];
  /** … and at least one of these, if given. */
  readonly presentAny?: readonly string[];
  readonly identity: readonly string[];
  readonly key: 'joined' | 'folded' | 'entityId' | 'windowsAccount' | 'linuxAccount' | 'recordId';
}
