import { DiagnosticCollector } from '../diagnostic-collector.ts';
import { LineIndex } from '../line-index.ts';
import { type HuntflowToken, huntflowTokens } from '../parser/huntflow-tokens.ts';
import { parseHuntflow } from '../parser/parse-huntflow.ts';
import { type PositionName, positionOf } from '../parser/positions.ts';
import { isKeyword } from '../parser/token-names.ts';

/** Where in a huntflow something is to be completed. */
export interface CompletionPlace {
  readonly position: PositionName;
  /** Beginning of what was typed so far; it ends at the offset asked about. */
  readonly from: number;
  readonly typed: string;
  /** Beginning of the statement: the one it continues, or may continue. */
  readonly statementStart: number;
  /** Beginning of `tokens`: of that statement, or of the one before it. */
  readonly tokensStart: number;
  /** Tokens before `from`, those of the statement included. */
  readonly tokens: readonly HuntflowToken[];
}

const ATTRIBUTE_MODES = new Set(['LEFT_SIDE', 'ATTRIBUTE_PATH', 'ATTRIBUTE_LIST']);
/** Their keywords have no shape while they are typed. */
const KEYWORD_MODES = new Set(['CLAUSE', 'OPERATOR', 'UNIT', 'AGGREGATE', 'OBJECT', 'DATA']);
const PATH_MODES = new Set(['SOURCE', 'FILE']);
const WORDS = new Set(['NAME', 'WORD', 'ENTITY_TYPE', 'RELATION']);
/** A word may follow them without a blank. */
const OPENERS = new Set(['EQUAL', 'PLUS', 'COMMA', 'DOT', 'LPAR', 'LSQB', 'LBRACE', 'COLON', 'COMPARE']);
/** Longest word that is completed. */
const MAX_WORD = 500;

/** Undefined where nothing can be completed: in texts, numbers and comments, and behind an error. */
export function completionPlace(text: string, offset: number): CompletionPlace | undefined {
  const before = text.slice(0, offset);
  const { statementStart, tokensStart } = startsBefore(before);
  const { tokens, position } = huntflowTokens(before, tokensStart);
  const last = tokens.at(-1);
  if (/#[^\n]*$/.test(before.slice(last?.end ?? tokensStart))) return undefined;
  const run = (shape: RegExp): number => offset - (shape.exec(before.slice(-MAX_WORD))?.[0].length ?? 0);
  /** The position in which a word that begins there stands, where it is a token's beginning. */
  const positionAt = (start: number): PositionName | undefined =>
    start === offset &&
    (last?.end ?? 0) <= offset &&
    (last === undefined || last.end < offset || OPENERS.has(last.type))
      ? position
      : tokens.find((each) => each.start === start)?.position;
  const at = (from: number, where: PositionName | undefined): CompletionPlace | undefined => {
    const kept = tokens.filter((each) => each.end <= from);
    if (where === undefined || kept.some((each) => each.type === 'UNEXPECTED')) return undefined;
    return { position: where, from, typed: before.slice(from), statementStart, tokensStart, tokens: kept };
  };

  const time = run(/[\dTZ:.-]*$/);
  const timed = time === offset ? position : positionAt(time);
  if (timed === 'time' || timed === 'quotedTime') return at(time, timed);

  const path = run(/[\w.:/-]*$/);
  const source = tokens.findLast((each) => each.type === 'SOURCES');
  if (source !== undefined && source.start < path && before[path - 1] === ',' && source.end >= path - 1) {
    const kept = tokens.filter((each) => each.end <= source.start);
    return { position: 'sources', from: path, typed: before.slice(path), statementStart, tokensStart, tokens: kept };
  }
  if (isIn(positionAt(path), PATH_MODES)) return at(path, positionAt(path));

  const attribute = run(/(?:[A-Za-z_][\w.'[\]*:-]*)?$/);
  const list = tokens.findLast((each) => each.type === 'ATTRIBUTES');
  if (
    list !== undefined &&
    list.start < attribute &&
    /^[\w.'[\]*,\s-]*,\s*$/.test(before.slice(list.start, attribute))
  ) {
    const kept = tokens.filter((each) => each.end <= list.start);
    return {
      position: 'attributes',
      from: attribute,
      typed: before.slice(attribute),
      statementStart,
      tokensStart,
      tokens: kept,
    };
  }
  // Of `variable.attribute` the second half.
  const dot = before.indexOf('.', attribute);
  for (const start of [attribute, ...(dot < 0 ? [] : [dot + 1])]) {
    if (isIn(positionAt(start), ATTRIBUTE_MODES)) return at(start, positionAt(start));
  }

  const word = run(/(?:[A-Za-z_][\w-]*)?$/);
  if (isIn(positionAt(word), KEYWORD_MODES)) return at(word, positionAt(word));
  if (last === undefined || last.end < offset || OPENERS.has(last.type)) return at(offset, position);
  return WORDS.has(last.type) || isKeyword(last.type) ? at(last.start, last.position) : undefined;
}

function isIn(position: PositionName | undefined, modes: ReadonlySet<string>): boolean {
  return position !== undefined && modes.has(positionOf(position).mode);
}

/**
 * Where the last statement begins that does not begin with the word being typed, as that word may go on with it; and
 * where reading has to begin to see its tokens as they are: a SORT at the end may be a clause of the statement before.
 */
function startsBefore(before: string): { statementStart: number; tokensStart: number } {
  const items = parseHuntflow(before, new DiagnosticCollector(new LineIndex(before)));
  const word = before.length - (/[A-Za-z_]\w*$/.exec(before.slice(-MAX_WORD))?.[0].length ?? 0);
  const index = items.findLastIndex((each) => each.start < word);
  const statementStart = items[index]?.start ?? (before.startsWith('\ufeff') ? 1 : 0);
  const previous = items[index - 1];
  return {
    statementStart,
    tokensStart: previous === undefined || 'broken' in previous ? statementStart : previous.start,
  };
}
