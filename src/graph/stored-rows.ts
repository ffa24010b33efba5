/** What is to be written for the rows that changed: a patch behind those before it, or pages in place of all patches. */
export type ArrayChanges =
  | { readonly kind: 'patch'; readonly sequence: number; readonly bytes: Uint8Array }
  | { readonly kind: 'pages'; readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array }[] };

/** What lies in the store as pages and patches under one name; `RowChanges` decides which. */
export interface StoredRows {
  readonly name: string;
  /** What changed since the last call; undefined where nothing did. */
  takeChanges(): ArrayChanges | undefined;
  restorePage(page: number, bytes: Uint8Array): void;
  /** In the order in which they were given, after all pages. */
  restorePatch(bytes: Uint8Array): void;
}
