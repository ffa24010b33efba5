import type { Word } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';

const TABLE_ENDING = /\.(?:csv|json|ndjson|jsonl)(?:\.gz)?$/i;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;

/** A path of LOAD or SAVE. Reports one whose ending names no format that is read and written, and one that is no file. */
export function checkFilePath(context: CheckContext, path: Word): string | undefined {
  const scheme = SCHEME.exec(path.text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') {
    context.diagnostics.report('file-remote', path, { path: path.text });
    return undefined;
  }
  if (TABLE_ENDING.test(path.text)) return path.text;
  context.diagnostics.report('file-format', path, { path: path.text.slice(-100) });
  return undefined;
}
