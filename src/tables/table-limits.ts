/** Bounds of a file that LOAD reads: it may have been written by anybody. */
export const TABLE_LIMITS = {
  /** Of the file, and of what it unpacks to. */
  bytes: 64 * 1024 * 1024,
  rows: 250_000,
  columns: 200,
  /** UTF-16 units of one cell. */
  cell: 1_048_576,
} as const;
