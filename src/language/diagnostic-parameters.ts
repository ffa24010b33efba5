export interface Suggested {
  readonly suggestion?: string | undefined;
}

/** What each diagnostic is told about, by code. */
export interface DiagnosticParameters {
  'syntax-unexpected': { readonly found: string; readonly expected: readonly string[]; readonly advice?: string };
  'syntax-character': { readonly found: string; readonly expected: readonly string[]; readonly advice?: string };
  'syntax-end': { readonly expected: readonly string[]; readonly advice?: string };
  'syntax-nesting': { readonly limit: number };
  'syntax-escape': { readonly escape: string };
  'syntax-timestamp': { readonly timestamp: string };
  'syntax-source-missing': { readonly type: string };
  'text-too-large': { readonly length: number; readonly limit: number };
  'list-too-long': { readonly length: number; readonly limit: number };
  'number-too-large': { readonly number: string };
  'escape-character-name': { readonly escape: string };
  'too-many-diagnostics': { readonly limit: number };
  'variable-unknown': Suggested & { readonly name: string };
  'attribute-unknown': Suggested & { readonly attribute: string; readonly type: string };
  'type-unknown': Suggested & { readonly type: string };
  'relation-unknown': Suggested & { readonly relation: string; readonly words: readonly string[] };
  'relation-extended': { readonly triple: string };
  'relation-unsupported': { readonly triple: string; readonly possible: readonly string[] };
  'merge-types': { readonly types: readonly string[] };
  'get-variable-type': { readonly type: string; readonly variable: string; readonly variableType: string };
  'pattern-list-operator': { readonly operator: string };
  'pattern-scalar-in': { readonly operator: string };
  'pattern-extended-on-variable': { readonly type: string; readonly center: string };
  'pattern-regular-expression': { readonly problem: string };
  'pattern-network': { readonly operator: string; readonly value: string };
  'source-schemes': { readonly schemes: readonly string[] };
  'source-empty': { readonly source: string };
  'timespan-reversed': Record<never, never>;
  'timespan-ignored': { readonly variable: string };
  'new-type-missing': Record<never, never>;
  'new-type-mixed': { readonly types: readonly string[] };
  'analytic-input': { readonly analytic: string; readonly types: readonly string[] };
  'analytic-argument': Suggested & {
    readonly analytic: string;
    readonly argument: string;
    readonly known: readonly string[];
  };
  'analytic-argument-missing': { readonly analytic: string; readonly argument: string; readonly kind: string };
  'analytic-unknown': Suggested & { readonly analytic: string; readonly known: readonly string[] };
  'analytic-scheme': { readonly scheme: string; readonly known: readonly string[] };
  'join-without-by': Record<never, never>;
  'group-bin-size': Record<never, never>;
  'group-column-twice': { readonly column: string };
  'group-not-numbers': { readonly aggregate: string; readonly attribute: string; readonly kind: string };
  'transform-on-rows': { readonly transform: string; readonly variable: string };
  'find-on-rows': { readonly variable: string };
  'file-format': { readonly path: string };
  'file-remote': { readonly path: string };
  'load-unreadable': { readonly path: string; readonly problem: string; readonly hint: string };
  'load-type-missing': { readonly isEmpty: boolean };
  'load-type-mixed': { readonly types: readonly string[]; readonly line: number };
  'load-column-twice': { readonly first: string; readonly second: string; readonly column: string };
}

export type DiagnosticCode = keyof DiagnosticParameters;
