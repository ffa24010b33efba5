/** Line and column count from 1, the column in UTF-16 units; `offset` counts UTF-16 units from 0. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** `end` is exclusive. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export type Severity = 'error' | 'warning' | 'info';

/**
 * What the front end has to say about a text. It never throws for what a user wrote.
 * `code` comes from the table of diagnostic codes; codes of syntax errors begin with `syntax-`.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly range: TextRange;
  readonly message: string;
  readonly hint?: string;
}
