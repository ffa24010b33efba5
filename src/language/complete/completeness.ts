import { DiagnosticCollector } from '../diagnostic-collector.ts';
import { LineIndex } from '../line-index.ts';
import { parseHuntflow } from '../parser/parse-huntflow.ts';

/**
 * Whether a text that is entered line by line is done. `incomplete`: every token fits, and the last statement lacks
 * something; `wrong`: no continuation can make a huntflow of it; `empty`: blanks and comments only.
 */
export type Completeness = 'empty' | 'complete' | 'incomplete' | 'wrong';

export function completenessOf(text: string): Completeness {
  const diagnostics = new DiagnosticCollector(new LineIndex(text));
  const items = parseHuntflow(text, diagnostics);
  const first = diagnostics.sorted().find((each) => each.severity === 'error');
  if (first === undefined) return items.length === 0 ? 'empty' : 'complete';
  // The comma of a list ends the line, and the lexer has not seen that the list goes on.
  const waits = text.slice(first.range.start.offset).trim() === ',';
  return first.code === 'syntax-end' || waits ? 'incomplete' : 'wrong';
}

/** Whether `line` goes on with the last statement of `text`, a sound huntflow, rather than beginning another. */
export function continuesStatement(text: string, line: string): boolean {
  const count = (each: string): number => parseHuntflow(each, new DiagnosticCollector(new LineIndex(each))).length;
  const together = `${text}\n${line}`;
  const state = completenessOf(together);
  const own = completenessOf(line);
  return own !== 'empty' && (state === 'complete' || state === 'incomplete') && count(together) === count(text);
}
