/**
 * The checked huntflow: what the front end hands on. Plain JSON-able data, no methods, no I/O.
 *
 * Variables are in static single assignment form: each binding makes a new version, every use names the version that
 * was the latest at that point of the text (deviation D15). The names below are Kestrel's own; sections refer to the
 * language reference.
 */
import type { Diagnostic, TextRange } from './diagnostic.ts';

/** A literal as written. Booleans and null occur in NEW only; bare words of a pattern are texts. */
export type LiteralValue = string | number | boolean | null;

/** A value that a row of NEW or LOAD gives: LOAD reads times and lists too. */
export type GivenValue = LiteralValue | Instant | readonly string[];

/** An instant, exact to the nanosecond: whole milliseconds since 1970 (UTC) and the nanoseconds beyond (0…999 999). */
export interface Instant {
  readonly ms: number;
  readonly ns: number;
}

/** One binding of a variable. `id` is unique in the huntflow (`exploits#1`); `_` has versions too, as aliases. */
export interface VariableVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** Entity type, or `null` where an earlier error left it unknown. */
  readonly type: string | null;
  /** Index of the binding statement in `CheckedHuntflow.statements`. */
  readonly statement: number;
  /** `rows`: no entity behind a row (GROUP, JOIN, TIMESTAMPED …); `entities` otherwise. */
  readonly shape: 'entities' | 'rows';
}

/**
 * An attribute path, already normalised by the catalogue: aliases and ECS names replaced by STIX names.
 * `parent_ref.name` on process = steps [{reference: 'parent_ref', list: false, target: ['process']}], attribute 'name'.
 */
export interface AttributePath {
  /** Normalised spelling, e.g. `parent_ref.name`; the key under which values are shown. */
  readonly text: string;
  /** As the hunter wrote it; column headings use it. */
  readonly written: string;
  readonly steps: readonly PathStep[];
  /** Attribute read at the end of the walk (dots belong to its name: `hashes.SHA-256`, `container.name`). */
  readonly attribute: string;
  /**
   * Set when the hunter used an ECS name in a GET or FIND pattern: the record slot that this ECS field feeds
   * (`process.name` means role `process`, never the parent). See decision 5.
   */
  readonly role?: string;
}

export interface PathStep {
  readonly reference: string;
  /** `*_refs`: some element of the list has to satisfy the comparison. */
  readonly list: boolean;
  /** Entity types the reference can lead to. */
  readonly target: readonly string[];
}

export interface VariableReference {
  readonly variable: VariableVersion;
  readonly path: AttributePath;
  readonly range: TextRange;
}

/** `!=` is `=` negated; NOT LIKE is LIKE negated; and so on. `==` is `=` (D3). */
export type ComparisonOperator = '=' | '<' | '<=' | '>' | '>=' | 'IN' | 'LIKE' | 'MATCHES' | 'ISSUBSET' | 'ISSUPERSET';

export type Pattern =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Pattern[] }
  | {
      readonly kind: 'comparison';
      /** Entity type whose attribute is compared. */
      readonly type: string;
      /** True: the statement's own (center) entity; false: some entity of `type` in the same record (§5). */
      readonly center: boolean;
      readonly path: AttributePath;
      readonly operator: ComparisonOperator;
      readonly negated: boolean;
      /** One literal or one reference for scalar operators; any mix for IN (nested lists flattened, D6). */
      readonly literals: readonly LiteralValue[];
      readonly references: readonly VariableReference[];
      readonly range: TextRange;
    }
  | {
      /** `IS [NOT] NULL`, and `= NULL` / `!= NULL` with the bare word (§5.1). */
      readonly kind: 'null';
      readonly type: string;
      readonly center: boolean;
      readonly path: AttributePath;
      readonly negated: boolean;
      readonly range: TextRange;
    };

export type Timespan =
  | { readonly kind: 'absolute'; readonly start: Instant; readonly stop: Instant; readonly range: TextRange }
  | { readonly kind: 'last'; readonly milliseconds: number; readonly range: TextRange };

export interface SortKey {
  readonly path: AttributePath;
  readonly direction: 'asc' | 'desc';
}

/** The expression of an assignment or a DISP: clauses apply in this order. */
export interface Expression {
  readonly input: VariableVersion;
  readonly transform?: 'TIMESTAMPED' | 'ADDOBSID' | 'RECORDS';
  readonly where?: Pattern;
  readonly attributes?: readonly AttributePath[];
  readonly sort?: SortKey;
  readonly limit?: number;
  readonly offset?: number;
}

export type GroupKey =
  | { readonly kind: 'attribute'; readonly path: AttributePath }
  | {
      readonly kind: 'bin';
      readonly path: AttributePath;
      readonly size: number;
      /** Absent: numeric bins; else the size counts these units. */
      readonly unit?: 'd' | 'h' | 'm' | 's';
      readonly alias: string;
    };

export interface Aggregate {
  readonly function: 'MIN' | 'MAX' | 'SUM' | 'AVG' | 'COUNT' | 'NUNIQUE';
  readonly path: AttributePath;
  readonly alias: string;
}

interface StatementBase {
  readonly range: TextRange;
  /** Source text of the statement, blanks folded, at most 200 characters; for EXPLAIN and messages. */
  readonly text: string;
}

interface Binding extends StatementBase {
  readonly output: VariableVersion;
}

export type GetStatement = Binding & {
  readonly kind: 'get';
  readonly type: string;
  /** `sources`: URIs as written, scheme completed (`stixshifter://container1`); an inherited one is filled in. */
  readonly from:
    | { readonly kind: 'sources'; readonly uris: readonly string[] }
    | { readonly kind: 'variable'; readonly variable: VariableVersion };
  readonly where: Pattern;
  readonly timespan?: Timespan;
  readonly limit?: number;
};

/** Record slots in which the two sides of an extended relation are mentioned. */
export interface LinkedRoles {
  readonly result: string;
  readonly input: string;
}

/**
 * `FIND type RELATION [BY] input`. `edges` lists the references to walk, from the catalogue's relation table (D8: all
 * of them): `owner` tells which side holds the reference attribute. Empty for LINKED (`linked: true`).
 * An extended relation is LINKED between two roles: only mentions in these slots of a record count, and `where` holds
 * the actions by which records assert it, besides what was written.
 */
export type FindStatement = Binding & {
  readonly kind: 'find';
  readonly type: string;
  readonly relation: string;
  readonly reversed: boolean;
  readonly linked: boolean;
  readonly input: VariableVersion;
  readonly edges: readonly { readonly owner: 'result' | 'input'; readonly reference: string }[];
  readonly roles?: LinkedRoles;
  readonly where?: Pattern;
  readonly timespan?: Timespan;
  readonly limit?: number;
};

export type AssignStatement = Binding & { readonly kind: 'assign'; readonly expression: Expression };
export type MergeStatement = Binding & { readonly kind: 'merge'; readonly inputs: readonly VariableVersion[] };
/** Rows with the columns in order of first mention; a missing key is null. The `type` key is not among them. */
export type NewStatement = Binding & {
  readonly kind: 'new';
  readonly type: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly LiteralValue[])[];
};
/** As NEW, with the rows of a file. */
export type LoadStatement = Binding & {
  readonly kind: 'load';
  /** As written. */
  readonly path: string;
  /** False where the file was not looked at: there are no rows, and `type` is what AS says, or null. */
  readonly isRead: boolean;
  readonly type: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly GivenValue[])[];
};
export type SortStatement = Binding & {
  readonly kind: 'sort';
  readonly input: VariableVersion;
  readonly sort: SortKey;
};
export type GroupStatement = Binding & {
  readonly kind: 'group';
  readonly input: VariableVersion;
  readonly keys: readonly GroupKey[];
  readonly aggregates: readonly Aggregate[];
};
export type JoinStatement = Binding & {
  readonly kind: 'join';
  readonly left: VariableVersion;
  readonly right: VariableVersion;
  readonly by: readonly [AttributePath, AttributePath];
};
export type DispStatement = StatementBase & { readonly kind: 'disp'; readonly expression: Expression };
export type InfoStatement = StatementBase & { readonly kind: 'info'; readonly input: VariableVersion };
export type DescribeStatement = StatementBase & {
  readonly kind: 'describe';
  readonly input: VariableVersion;
  readonly path: AttributePath;
};
export type SaveStatement = StatementBase & {
  readonly kind: 'save';
  readonly input: VariableVersion;
  readonly path: string;
};
export type ApplyStatement = StatementBase & {
  readonly kind: 'apply';
  readonly analytics: string;
  readonly inputs: readonly VariableVersion[];
  /** New versions of the inputs (A29), in their order. */
  readonly outputs: readonly VariableVersion[];
  readonly arguments: readonly {
    readonly key: string;
    readonly literals: readonly LiteralValue[];
    readonly references: readonly VariableReference[];
  }[];
  /** An analytic of the catalogue, its arguments typed and complete; `arguments` above is empty then. */
  readonly builtIn?: {
    readonly name: string;
    readonly columns: readonly string[];
    readonly arguments: readonly (
      | { readonly name: string; readonly kind: 'number'; readonly value: number }
      | { readonly name: string; readonly kind: 'attributes'; readonly attributes: readonly AttributePath[] }
      | {
          readonly name: string;
          readonly kind: 'texts';
          readonly literals: readonly LiteralValue[];
          readonly references: readonly VariableReference[];
        }
    )[];
  };
};
export type ExplainStatement = StatementBase & { readonly kind: 'explain'; readonly input: VariableVersion };

export type Statement =
  | GetStatement
  | FindStatement
  | AssignStatement
  | MergeStatement
  | NewStatement
  | LoadStatement
  | SortStatement
  | GroupStatement
  | JoinStatement
  | DispStatement
  | InfoStatement
  | DescribeStatement
  | SaveStatement
  | ApplyStatement
  | ExplainStatement;

/** Columns that the members of a variable have of their own. */
export interface VariableColumns {
  readonly name: string;
  readonly own: readonly string[];
  /** They have no others (GROUP). */
  readonly isClosed: boolean;
}

export interface CheckedHuntflow {
  /** Statements that parsed, in order of the text. Statements with errors of their own are left out. */
  readonly statements: readonly Statement[];
  /** How many statements the text holds, erroneous ones included. */
  readonly statementCount: number;
  /** Last version of every named variable (`_` left out), in order of first assignment. */
  readonly variables: readonly VariableVersion[];
  /** Of every variable, the default one (`_`) included: what completion offers beside the attributes of the type. */
  readonly columns: readonly VariableColumns[];
  readonly diagnostics: readonly Diagnostic[];
}
