import { type PositionName, positionOf } from './positions.ts';

/** How tokens are called in messages; those not listed are keywords and called by themselves. */
const names: Readonly<Record<string, string>> = {
  NAME: 'a variable',
  EQUAL: '"="',
  PLUS: '"+"',
  COMMA: '","',
  DOT: '"."',
  LPAR: '"("',
  RPAR: '")"',
  LSQB: '"["',
  RSQB: '"]"',
  LBRACE: '"{"',
  RBRACE: '"}"',
  COLON: '":"',
  ENTITY_TYPE: 'an entity type',
  RELATION: 'a relation',
  SOURCES: 'a data source',
  PATH: 'a path',
  QUOTED: 'a quoted text',
  TEXTS: 'a quoted text',
  ATTRIBUTE: 'an attribute',
  ATTRIBUTES: 'attributes',
  OPERAND: 'an attribute',
  COMPARE: 'a comparison (= != < <= > >=)',
  WORD: 'a word',
  STRING: 'a quoted text',
  NUMBER: 'a number',
  INTEGER: 'a whole number',
  DAYS: 'a unit (DAYS, HOURS, MINUTES, SECONDS)',
  TIMESTAMP: 'a timestamp (YYYY-MM-DDTHH:MM:SSZ)',
  SINGLE_QUOTE: '"\'"',
  DOUBLE_QUOTE: '"""',
};

const covered: ReadonlySet<string> = new Set(['HOURS', 'MINUTES', 'SECONDS', 'T_SINGLE_QUOTE', 'T_DOUBLE_QUOTE']);
const starts: ReadonlySet<string> = new Set(Object.keys(positionOf('statement').next));
const NEW_STATEMENT = 'a new statement';

/** What may stand at a position, in words; the beginnings of statements are summed up. */
export function expectedAt(position: PositionName): readonly string[] {
  const tokens = Object.keys(positionOf(position).next);
  return describeTokens(
    tokens,
    [...starts].every((start) => tokens.includes(start)),
  );
}

/** Token types in words, each once. `summed`: the beginnings of statements are summed up at the end. */
export function describeTokens(tokens: readonly string[], summed: boolean): readonly string[] {
  const described = tokens
    .filter((token) => !covered.has(token) && !(summed && starts.has(token)))
    .map((token) => names[token] ?? token);
  return [...new Set(summed ? [...described, NEW_STATEMENT] : described)];
}

/** Keywords that may stand at a position, for suggestions. */
export function keywordsAt(position: PositionName): readonly string[] {
  return Object.keys(positionOf(position).next).filter((token) => names[token] === undefined);
}

const UNITS: ReadonlySet<string> = new Set(['DAYS', 'HOURS', 'MINUTES', 'SECONDS']);

/** Whether a token type is a word of the language, written in any case. */
export function isKeyword(token: string): boolean {
  return UNITS.has(token) || (names[token] === undefined && /^[A-Z]+$/.test(token) && token !== 'EOF');
}
