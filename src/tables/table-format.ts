/** How a table is written in a file; gzip is apart. */
export type TableFormat = 'csv' | 'json' | 'ndjson';

const ENDING = /\.(csv|json|ndjson|jsonl)(\.gz)?$/i;

/** The format that the ending of a path tells, and whether it is compressed. Undefined for any other ending. */
export function tableFormat(path: string): { readonly format: TableFormat; readonly isGzip: boolean } | undefined {
  const match = ENDING.exec(path);
  if (match === null) return undefined;
  const ending = (match[1] as string).toLowerCase();
  return { format: ending === 'jsonl' ? 'ndjson' : (ending as TableFormat), isGzip: match[2] !== undefined };
}
