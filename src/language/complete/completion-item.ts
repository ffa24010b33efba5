export type CompletionKind =
  | 'keyword'
  | 'operator'
  | 'variable'
  | 'type'
  | 'attribute'
  | 'reference'
  | 'relation'
  | 'source'
  | 'analytics'
  | 'argument'
  | 'time';

export interface CompletionItem {
  /** What stands from `from` to `to` when it is taken. */
  readonly text: string;
  readonly kind: CompletionKind;
  /** A few words about it; may be empty. */
  readonly detail: string;
}
