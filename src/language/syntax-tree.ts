/**
 * The typed syntax tree: what the text says, before any name is looked up. Spans are offsets in UTF-16 units, `end`
 * exclusive. Literals are already unescaped; keywords are upper case.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name, attribute path, type or file path with its place. */
export interface Word extends Span {
  readonly text: string;
}

export type SyntaxValue =
  | (Span & { readonly kind: 'text'; readonly value: string })
  | (Span & { readonly kind: 'word'; readonly value: string })
  | (Span & { readonly kind: 'number'; readonly value: number })
  | (Span & { readonly kind: 'reference'; readonly variable: Word; readonly attribute: Word })
  | (Span & { readonly kind: 'list'; readonly items: readonly SyntaxValue[] });

export type SyntaxOperator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | 'LIKE' | 'MATCHES' | 'ISSUBSET' | 'ISSUPERSET';

/** Left side of a comparison: attribute path with an optional `type:` before it. */
export interface SyntaxOperand extends Span {
  readonly type?: Word;
  readonly attribute: Word;
}

export type SyntaxPattern =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SyntaxPattern[] }
  | (Span & {
      readonly kind: 'comparison';
      readonly operand: SyntaxOperand;
      readonly operator: SyntaxOperator;
      /** NOT was written; `!=` is an operator of its own. */
      readonly negated: boolean;
      readonly value: SyntaxValue;
    })
  | (Span & { readonly kind: 'null'; readonly operand: SyntaxOperand; readonly negated: boolean });

export type SyntaxUnit = 'd' | 'h' | 'm' | 's';

export type SyntaxTimespan =
  | (Span & { readonly kind: 'absolute'; readonly from: Word; readonly to: Word })
  | (Span & { readonly kind: 'last'; readonly amount: number; readonly unit: SyntaxUnit });

export interface SyntaxSort {
  readonly attribute: Word;
  readonly direction: 'asc' | 'desc';
}

export interface SyntaxExpression {
  readonly input: Word;
  readonly transform?: 'TIMESTAMPED' | 'ADDOBSID' | 'RECORDS';
  readonly where?: SyntaxPattern;
  readonly attributes?: readonly Word[];
  readonly sort?: SyntaxSort;
  readonly limit?: number;
  readonly offset?: number;
}

/** WHERE, time span and LIMIT of GET and FIND. */
interface QueryClauses {
  readonly timespan?: SyntaxTimespan;
  readonly limit?: number;
}

export interface SyntaxSources extends Span {
  readonly text: string;
  readonly quoted: boolean;
}

export type SyntaxGroupKey =
  | { readonly kind: 'attribute'; readonly attribute: Word }
  | (Span & { readonly kind: 'bin'; readonly attribute: Word; readonly size: number; readonly unit?: SyntaxUnit });

export interface SyntaxAggregate {
  readonly function: 'MIN' | 'MAX' | 'SUM' | 'AVG' | 'COUNT' | 'NUNIQUE';
  readonly attribute: Word;
  readonly alias?: Word;
}

/** A text or number, a boolean or null, with its place. */
export interface SyntaxDatum extends Span {
  readonly value: string | number | boolean | null;
}

export interface SyntaxPair {
  readonly key: Word;
  readonly datum: SyntaxDatum;
}

export type SyntaxCommand =
  | { readonly kind: 'assign'; readonly expression: SyntaxExpression }
  | { readonly kind: 'merge'; readonly inputs: readonly Word[] }
  | (QueryClauses & {
      readonly kind: 'get';
      readonly type: Word;
      readonly sources?: SyntaxSources;
      /** Place of the WHERE keyword: where FROM would have to stand. */
      readonly whereAt: Span;
      readonly where: SyntaxPattern;
    })
  | (QueryClauses & {
      readonly kind: 'find';
      readonly type: Word;
      readonly relation: Word;
      readonly reversed: boolean;
      readonly input: Word;
      readonly where?: SyntaxPattern;
    })
  | {
      readonly kind: 'new';
      readonly type?: Word;
      readonly data:
        | { readonly kind: 'texts'; readonly texts: readonly SyntaxDatum[] }
        | { readonly kind: 'objects'; readonly objects: readonly (readonly SyntaxPair[])[] };
    }
  | { readonly kind: 'load'; readonly path: Word; readonly type?: Word }
  | { readonly kind: 'sort'; readonly input: Word; readonly sort: SyntaxSort }
  | {
      readonly kind: 'group';
      readonly input: Word;
      readonly keys: readonly SyntaxGroupKey[];
      readonly aggregates: readonly SyntaxAggregate[];
    }
  | { readonly kind: 'join'; readonly left: Word; readonly right: Word; readonly by?: readonly [Word, Word] }
  | { readonly kind: 'disp'; readonly expression: SyntaxExpression }
  | { readonly kind: 'info'; readonly input: Word }
  | { readonly kind: 'describe'; readonly input: Word; readonly attribute: Word }
  | { readonly kind: 'save'; readonly input: Word; readonly path: Word }
  | { readonly kind: 'explain'; readonly input: Word }
  | {
      readonly kind: 'apply';
      readonly analytics: Word;
      readonly inputs: readonly Word[];
      readonly arguments: readonly { readonly key: Word; readonly value: SyntaxValue }[];
    };

export interface SyntaxStatement extends Span {
  /** Absent: no name was written. */
  readonly output?: Word;
  readonly command: SyntaxCommand;
}

/** A statement that does not parse, with what its beginning tells, so that later statements can be checked. */
export interface BrokenStatement extends Span {
  readonly broken: true;
  readonly output?: string;
  readonly type?: string;
}

export type SyntaxItem = SyntaxStatement | BrokenStatement;
