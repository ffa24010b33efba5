import { nearest } from '../../catalogue/nearest.ts';
import type { PositionName } from './positions.ts';
import { keywordsAt } from './token-names.ts';

/** What stands at and just before the place of a syntax error. */
export interface ErrorSurroundings {
  readonly text: string;
  readonly offset: number;
  readonly found: string;
  /** Word before the error, empty where there is none. */
  readonly before: string;
  readonly position: PositionName | undefined;
}

interface Advice {
  readonly when: (surroundings: ErrorSurroundings) => boolean;
  readonly say: string;
}

/** Habits from other languages, and what to write here instead. */
const habits: readonly Advice[] = [
  { when: ({ text, offset }) => text.startsWith('//', offset), say: 'Comments begin with #.' },
  { when: ({ found }) => found === ';', say: 'Statements need no ; between them.' },
  { when: ({ text, offset }) => text.slice(offset - 1, offset + 1) === '<>', say: 'Write != for "not equal".' },
  { when: ({ text, offset }) => text.slice(offset - 1, offset + 1) === '=>', say: 'Write >= for "greater or equal".' },
  { when: ({ before }) => before === 'NOT', say: 'NOT stands before IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET only.' },
  {
    when: ({ found, before }) => /^['"]/.test(found) && /^[Rr]$/.test(before),
    say: 'Raw texts begin with a lower-case r.',
  },
  { when: ({ text, offset }) => /^('''|""")/.test(text.slice(offset, offset + 3)), say: 'There are no triple quotes.' },
  {
    when: ({ text, offset }) => /['"]/.test(text[offset] ?? '') && text[offset - 1] === text[offset],
    say: 'Inside quotes write the quote as \\\' or \\", or use the other kind of quotes.',
  },
  {
    when: ({ text, offset }) => /^-[.\d]/.test(text.slice(offset, offset + 2)),
    say: 'Numbers in patterns have no sign.',
  },
  {
    when: ({ found }) => found === ':',
    say: 'No blanks may stand around the : between type and attribute; paths with : need quotes.',
  },
  {
    when: ({ found, position }) => (found === '"' || found === "'" ? position === 'value' : false),
    say: 'The quoted text does not end on its line.',
  },
  {
    when: ({ found, position }) => /^[~?$%\\]/.test(found) && isPathPosition(position),
    say: 'Put the path in quotes.',
  },
  {
    when: ({ position, before }) =>
      position === 'afterLimit' || position === 'afterAttributes' || isSortClauseTooLate(position, before),
    say: 'Clauses stand in the order WHERE, ATTR, SORT BY, LIMIT, OFFSET.',
  },
];

/** `LIMIT 3 SORT BY a`: SORT began a new statement, and BY was its variable. */
function isSortClauseTooLate(position: PositionName | undefined, before: string): boolean {
  return position === 'sortBy' && before.toUpperCase() === 'BY';
}

function isPathPosition(position: PositionName | undefined): boolean {
  return position === 'sources' || position === 'afterGetType' || position === 'loadPath' || position === 'savePath';
}

const COMMANDS = keywordsAt('statement');

/** A sentence that may help with a syntax error, or undefined. */
export function adviceFor(surroundings: ErrorSurroundings): string | undefined {
  const { found, before, position } = surroundings;
  const habit = habits.find((each) => each.when(surroundings));
  if (habit !== undefined) return habit.say;
  if (position !== undefined && /^[A-Za-z]+$/.test(found)) {
    const keyword = nearest(found, keywordsAt(position));
    if (keyword !== undefined) return `Did you mean ${keyword}?`;
  }
  if (/^[A-Za-z]+$/.test(before)) {
    const command = nearest(before, COMMANDS);
    if (command !== undefined && command !== before.toUpperCase()) return `Did you mean ${command}?`;
    if (command !== undefined && position === 'equal') return `${command} cannot stand here, so it was read as a name.`;
  }
  return undefined;
}
