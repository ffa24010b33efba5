import type { TextRange } from '../language/diagnostic.ts';

/** The range of a diagnostic that speaks of no place in a text. */
export const NOWHERE: TextRange = {
  start: { line: 1, column: 1, offset: 0 },
  end: { line: 1, column: 1, offset: 0 },
};
