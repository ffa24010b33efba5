import type { Diagnostic } from '../../language/diagnostic.ts';
import { formatHuntflow } from '../../language/format/format-huntflow.ts';
import { parseHuntFile } from './hunt-file-parse.ts';
import { readHuntYaml } from './hunt-file-yaml.ts';

export type FormatHuntFileResult =
  | { readonly kind: 'formatted'; readonly text: string }
  /** The file or its huntflow has errors; positions are those in the file. */
  | { readonly kind: 'errors'; readonly diagnostics: readonly Diagnostic[] }
  /** There is nothing to format in it, or not without touching the rest of the YAML. */
  | { readonly kind: 'left'; readonly reason: string };

/**
 * The hunt file with its huntflow formatted; every other byte stays. That is done for a literal block (`huntflow: |`)
 * only, and the result is read again to be sure that it holds the same file with the formatted huntflow in it.
 */
export function formatHuntFile(file: string, text: string): FormatHuntFileResult {
  const { hunt, diagnostics } = parseHuntFile(file, text);
  if (hunt === undefined) return { kind: 'errors', diagnostics };
  const { huntflow } = hunt;
  if (huntflow.kind === 'file') return { kind: 'left', reason: `its huntflow is ${huntflow.path}: format that file` };
  const formatted = formatHuntflow(huntflow.text);
  if (!formatted.ok) {
    const { mapPosition } = huntflow;
    const moved = formatted.diagnostics.map(({ range, ...rest }) => ({
      ...rest,
      range: { start: mapPosition(range.start), end: mapPosition(range.end) },
    }));
    return { kind: 'errors', diagnostics: moved };
  }
  if (formatted.text.trimEnd() === huntflow.text.trimEnd()) return { kind: 'formatted', text };
  const replaced = replaceBlock(text, formatted.text);
  if (replaced === undefined) {
    return {
      kind: 'left',
      reason: 'its huntflow is no literal block: begin it with "huntflow: |" on a line of its own',
    };
  }
  if (!holdsSame(text, replaced, formatted.text)) {
    return { kind: 'left', reason: 'its huntflow cannot be replaced without touching the rest of the file' };
  }
  return { kind: 'formatted', text: replaced };
}

/** The lines of the literal block replaced; empty lines behind it stay. Undefined for other styles. */
function replaceBlock(text: string, huntflow: string): string | undefined {
  const scalar = readHuntYaml(text).scalarAt(['huntflow']);
  if (scalar?.type !== 'BLOCK_LITERAL') return undefined;
  const begin = text.indexOf('\n', scalar.range[0]) + 1;
  const end = begin + text.slice(begin, scalar.range[1]).trimEnd().length;
  const body = text.slice(begin, end);
  const indent = /^[ ]+(?=\S)/m.exec(body)?.[0];
  if (begin === 0 || indent === undefined) return undefined;
  const lineEnd = text[begin - 2] === '\r' ? '\r\n' : '\n';
  const lines = huntflow.trimEnd().split('\n');
  const block = lines.map((each) => (each === '' ? '' : indent + each)).join(lineEnd);
  return text.slice(0, begin) + block + text.slice(end);
}

function holdsSame(before: string, after: string, huntflow: string): boolean {
  const [old, now] = [before, after].map((each) => readHuntYaml(each));
  if (old === undefined || now === undefined || now.diagnostics.length > 0) return false;
  const { huntflow: _written, ...restOfOld } = old.value as Record<string, unknown>;
  const { huntflow: written, ...restOfNow } = now.value as Record<string, unknown>;
  if (typeof written !== 'string' || written.trimEnd() !== huntflow.trimEnd()) return false;
  return JSON.stringify(restOfOld) === JSON.stringify(restOfNow);
}
