/** What is wrong with a record of a test; `path` within its list. */
export interface RecordProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}
