import { MAX_TEXT_LENGTH } from '../check/check-huntflow.ts';
import { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { LineIndex } from '../line-index.ts';
import { huntflowTokens } from '../parser/huntflow-tokens.ts';
import { parseHuntflow } from '../parser/parse-huntflow.ts';
import type { Span } from '../syntax-tree.ts';
import { commentedTokens, type Comment, type CommentedToken } from './commented-tokens.ts';
import { layoutStatement } from './layout-statement.ts';
import { printLayout } from './print-layout.ts';

/** A statement longer than this is written over several lines. */
export const FORMAT_WIDTH = 100;
/** A variable with a longer name is not lined up with its neighbours. */
const MAX_ALIGNED_NAME = 24;

export type FormatResult =
  | { readonly ok: true; readonly text: string }
  /** It has syntax errors: a layout for it would be a guess. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The huntflow in the one layout that there is: keywords in capitals, a statement on a line where it fits, else a clause
 * to a line, `=` of neighbours below each other. Meaning, comments and their order stay; of several empty lines between statements one stays. Lines end as
 * the first one did. Formatting the result changes nothing. Pure; never throws for what the text holds.
 */
export function formatHuntflow(text: string): FormatResult {
  const diagnostics = new DiagnosticCollector(new LineIndex(text));
  if (text.length > MAX_TEXT_LENGTH) {
    diagnostics.report('text-too-large', { start: 0, end: 0 }, { length: text.length, limit: MAX_TEXT_LENGTH });
    return { ok: false, diagnostics: diagnostics.sorted() };
  }
  const items = parseHuntflow(text, diagnostics);
  if (diagnostics.errorCount > 0) return { ok: false, diagnostics: diagnostics.sorted() };
  const { tokens, rest } = commentedTokens(text, huntflowTokens(text, text.startsWith('\ufeff') ? 1 : 0).tokens);
  const lines: string[] = [];
  const statements = splitStatements(tokens, items);
  const widths = nameWidths(statements);
  for (const [index, statement] of statements.entries()) addStatement(lines, statement, widths[index] ?? 0);
  for (const comment of rest) addComment(lines, comment);
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  return { ok: true, text: lines.map((each) => each + lineEnd).join('') };
}

function splitStatements(tokens: readonly CommentedToken[], items: readonly Span[]): CommentedToken[][] {
  let at = 0;
  return items.map((_, index) => {
    const next = items[index + 1]?.start ?? Infinity;
    const begin = at;
    for (let token = tokens[at]; token !== undefined && token.start < next; token = tokens[at]) at++;
    return tokens.slice(begin, at);
  });
}

/** Columns for the variable of each statement: `=` stand below each other as far as bindings follow without a gap. */
function nameWidths(statements: readonly (readonly CommentedToken[])[]): number[] {
  const widths: number[] = [];
  let run = 0;
  const close = (end: number): void => {
    const names = statements.slice(run, end).map(([name]) => name?.text.length ?? 0);
    const width = names.reduce((widest, each) => (each <= MAX_ALIGNED_NAME ? Math.max(widest, each) : widest), 0);
    for (; run < end; run++) widths.push(width);
  };
  for (const [index, [first, second]] of statements.entries()) {
    const follows = first !== undefined && !first.spaced && first.above.length === 0;
    if (!follows || !isBinding(statements[index - 1]) || second?.type !== 'EQUAL') close(index);
  }
  close(statements.length);
  return widths;
}

function isBinding(tokens: readonly CommentedToken[] | undefined): boolean {
  return tokens?.[1]?.type === 'EQUAL';
}

function addStatement(lines: string[], tokens: readonly CommentedToken[], nameWidth: number): void {
  const [first, ...others] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return;
  for (const comment of first.above) addComment(lines, comment);
  if (first.spaced && lines.length > 0) lines.push('');
  // Comments around a statement are no part of its layout.
  const inner = [{ ...first, above: [] }, ...others];
  const { behind, ...end } = inner.pop() as CommentedToken;
  const statement = [...printLayout(layoutStatement([...inner, end], nameWidth), FORMAT_WIDTH)];
  if (behind !== undefined) statement.push(`${statement.pop() ?? ''} ${behind}`);
  for (const each of statement) lines.push(each);
}

function addComment(lines: string[], { text, spaced }: Comment): void {
  if (spaced && lines.length > 0) lines.push('');
  lines.push(text);
}
