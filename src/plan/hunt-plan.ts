/**
 * The plan of one hunt: a checked huntflow resolved into operators. Plain JSON-able data without closures, so that it
 * can be hashed (fingerprints, state that carries over), explained, and one day compiled to another engine.
 */
import type {
  Aggregate,
  AttributePath,
  ComparisonOperator,
  Expression,
  GivenValue,
  GroupKey,
  LinkedRoles,
  LiteralValue,
  SortKey,
  Timespan,
} from '../language/ast.ts';
import type { TextRange } from '../language/diagnostic.ts';

/** Index into `HuntPlan.nodes`. Inputs of a node always have smaller indexes: the list is in topological order. */
export type NodeIndex = number;

/** A pattern whose references to variables have become inputs: nodes of op `values`. */
export type PlanPattern =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly PlanPattern[] }
  | PlanComparison
  | {
      readonly kind: 'null';
      readonly type: string;
      readonly center: boolean;
      readonly path: AttributePath;
      readonly negated: boolean;
    };

export interface PlanComparison {
  readonly kind: 'comparison';
  readonly type: string;
  readonly center: boolean;
  readonly path: AttributePath;
  readonly operator: ComparisonOperator;
  readonly negated: boolean;
  readonly literals: readonly LiteralValue[];
  /** Nodes of op `values` whose sets join the literals. */
  readonly references: readonly NodeIndex[];
}

/** START/STOP or LAST, without its place in the text. */
export type PlanTimespan =
  Omit<Extract<Timespan, { kind: 'absolute' }>, 'range'> | Omit<Extract<Timespan, { kind: 'last' }>, 'range'>;

interface NodeBase {
  /** Index of the statement it comes from. */
  readonly statement: number;
  /** Entity type of its members. */
  readonly type: string;
}

/** Constant rows: members for ever. */
export type NewNode = NodeBase & {
  readonly op: 'new';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly GivenValue[])[];
  /** LOAD: the file that the rows stand in, as the hunt writes its path. */
  readonly file?: string;
};

/**
 * Entities selected by records. `pairs` makes it the inner half of a FIND whose WHERE looks at other types: it selects
 * on records that assert the edge, and its members are (result, input) pairs.
 */
export type GetNode = NodeBase & {
  readonly op: 'get';
  readonly sources: readonly string[] | null;
  readonly pattern: PlanPattern | null;
  readonly timespan?: PlanTimespan;
  readonly pairs?: FindEdges;
};

/** The set of values of an attribute path over the members of `input`. */
export type ValuesNode = NodeBase & { readonly op: 'values'; readonly input: NodeIndex; readonly path: AttributePath };

/** Members of `input` whose merged content satisfies the pattern. */
export type FilterNode = NodeBase & {
  readonly op: 'filter';
  readonly input: NodeIndex;
  readonly pattern: PlanPattern;
};

export interface FindEdges {
  /** Every pair that occurs in one record, instead of references. */
  readonly linked: boolean;
  /** LINKED: only pairs of mentions in these slots count (extended relations). */
  readonly roles?: LinkedRoles;
  readonly inputType: string;
  /** `table` = `type.reference` of the side that holds it. */
  readonly edges: readonly { readonly table: string; readonly owner: 'result' | 'input' }[];
}

export type FindNode = NodeBase & {
  readonly op: 'find';
  readonly input: NodeIndex;
  readonly find: FindEdges;
  /** Node of op `get`: center-only WHERE or range (its members), or pairs when `get.pairs` is set. */
  readonly witness?: NodeIndex;
};

/** Rows `offset … offset + limit − 1` in the order of `sort`, or of entry into `input` where `sort` is empty. */
export type LimitNode = NodeBase & {
  readonly op: 'limit';
  readonly input: NodeIndex;
  readonly limit: number | null;
  readonly offset: number;
  readonly sort: readonly SortKey[];
};

export type MergeNode = NodeBase & { readonly op: 'merge'; readonly inputs: readonly NodeIndex[] };

/** One row per group of members with equal key values. Its members are derived rows. */
export type GroupNode = NodeBase & {
  readonly op: 'group';
  readonly input: NodeIndex;
  /** Version of the variable it binds: part of the keys of its rows. */
  readonly id: string;
  readonly keys: readonly GroupKey[];
  readonly aggregates: readonly Aggregate[];
  /** GROUP without WITH: an aggregate per attribute; attributes that the catalogue does not know join as they are seen. */
  readonly automatic: boolean;
};

/** One derived row per pair of members with equal values. Of the type of the left ones. */
export type JoinNode = NodeBase & {
  readonly op: 'join';
  readonly left: NodeIndex;
  readonly right: NodeIndex;
  /** Version of the variable it binds: part of the keys of its rows. */
  readonly id: string;
  readonly by: readonly [AttributePath, AttributePath];
};

export type Transform = NonNullable<Expression['transform']>;

/** TIMESTAMPED, ADDOBSID, RECORDS: one derived row per member and record that mentions it. */
export type RecordsNode = NodeBase & {
  readonly op: 'records';
  readonly input: NodeIndex;
  readonly transform: Transform;
};

/** The entities that derived rows stand for: where FIND reads a variable of rows. */
export type EntitiesNode = NodeBase & { readonly op: 'entities'; readonly input: NodeIndex };

/** An argument of an analytic, references resolved to nodes of op `values`. */
export type AnalyticInput =
  | { readonly name: string; readonly kind: 'number'; readonly value: number }
  | { readonly name: string; readonly kind: 'attributes'; readonly attributes: readonly AttributePath[] }
  | {
      readonly name: string;
      readonly kind: 'texts';
      readonly literals: readonly LiteralValue[];
      readonly references: readonly NodeIndex[];
    };

/** APPLY: one derived row per member, with the columns of an analytic of the catalogue. */
export type ApplyNode = NodeBase & {
  readonly op: 'apply';
  readonly input: NodeIndex;
  /** Version of the variable it binds: part of the keys of its rows. */
  readonly id: string;
  readonly analytic: string;
  readonly arguments: readonly AnalyticInput[];
  readonly columns: readonly string[];
};

export type PlanNode =
  | NewNode
  | GetNode
  | ValuesNode
  | FilterNode
  | FindNode
  | LimitNode
  | MergeNode
  | GroupNode
  | JoinNode
  | RecordsNode
  | EntitiesNode
  | ApplyNode;

/** How the members of a node are listed: in which order, and with which columns (all of the type where absent). */
export interface Listing {
  readonly node: NodeIndex;
  readonly type: string;
  readonly sort: readonly SortKey[];
  readonly columns?: readonly AttributePath[];
}

export interface PlannedVariable {
  readonly name: string;
  readonly listing: Listing;
}

/** DISP, INFO, DESCRIBE (of the one column of its listing) and EXPLAIN. */
export interface PlannedDisplay {
  readonly kind: 'table' | 'info' | 'describe' | 'explain';
  /** Counts from 1, as people count statements. */
  readonly statement: number;
  readonly line: number;
  /** Name of the variable shown, for headings. */
  readonly variable: string;
  readonly listing: Listing;
  /** INFO: the command that bound the variable, and the variables that this statement reads. */
  readonly origin?: { readonly command: string; readonly inputs: readonly string[] };
  /** LIMIT and OFFSET of a DISP apply after duplicates are dropped (D11). */
  readonly limit: number | null;
  readonly offset: number;
}

/** SAVE: the rows of a variable, written to a file as they stand when the run ends, and while it goes on if it is live. */
export interface PlannedSave {
  readonly statement: number;
  /** Of the statement, in the huntflow. */
  readonly range: TextRange;
  readonly variable: string;
  /** As the hunt writes it. */
  readonly path: string;
  readonly listing: Listing;
}

export interface HuntPlan {
  readonly nodes: readonly PlanNode[];
  /** Last versions, in order of first assignment. */
  readonly variables: readonly PlannedVariable[];
  readonly displays: readonly PlannedDisplay[];
  /** One per path: the last SAVE to it. */
  readonly saves: readonly PlannedSave[];
  /** Every URI after FROM, in order of first use. */
  readonly sources: readonly string[];
}
