import type { Scalar } from 'yaml';
import type { TextPosition } from '../../language/diagnostic.ts';
import type { LineIndex } from '../../language/line-index.ts';

/**
 * From places in the text that a YAML scalar holds to places in the file around it. Exact for block scalars kept line
 * by line (`|`) and for plain or quoted ones on one line without escapes; elsewhere the place of the scalar.
 */
export function scalarPositionMap(
  scalar: Scalar.Parsed,
  file: string,
  lines: LineIndex,
): (position: TextPosition) => TextPosition {
  const [start, end] = scalar.range;
  const text = String(scalar.value);
  const offsets = scalar.type === 'BLOCK_LITERAL' ? literalLines(text, file, start) : undefined;
  if (offsets) {
    return ({ line, column }) => {
      const at = offsets[Math.min(line, offsets.length) - 1];
      return lines.position(at === undefined ? end : Math.min(at + column - 1, end));
    };
  }
  const from = file.indexOf(text, start);
  const verbatim = !text.includes('\n') && from >= start && from + text.length <= end;
  return ({ offset }) => lines.position(verbatim ? from + offset : start);
}

/** Where each line of the text begins in the file, its indentation skipped. */
function literalLines(text: string, file: string, start: number): number[] | undefined {
  const offsets: number[] = [];
  let at = file.indexOf('\n', start) + 1;
  for (const line of text.split('\n')) {
    if (at === 0) break;
    const next = file.indexOf('\n', at);
    const raw = file.slice(at, next < 0 ? undefined : next).replace(/\r$/, '');
    if (!raw.endsWith(line)) return offsets.length > 0 ? offsets : undefined;
    offsets.push(at + raw.length - line.length);
    at = next + 1;
  }
  return offsets;
}
