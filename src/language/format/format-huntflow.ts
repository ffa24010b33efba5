import { MAX_TEXT_LENGTH } from '../check/check-huntflow.ts';
import { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { LineIndex } from '../line-index.ts';
import { huntflowTokens } from '../parser/huntflow-tokens.ts';
import { parseHuntflow } from '../parser/parse-huntflow.ts';
import { commentedTokens, type Comment, type CommentedToken } from './commented-tokens.ts';
import { layoutStatement } from './layout-statement.ts';
import { printLayout } from './print-layout.ts';

/** A statement longer than this is written over several lines. */
export const FORMAT_WIDTH = 100;

export type FormatResult =
  | { readonly ok: true; readonly text: string }
  /** It has syntax errors: a layout for it would be a guess. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The huntflow in the one layout that there is: keywords in capitals, a statement on a line where it fits, else a clause
 * to a line. Meaning, comments and their order stay; of several empty lines between statements one stays. Lines end as
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
  let at = 0;
  for (const [index] of items.entries()) {
    const next = items[index + 1]?.start ?? Infinity;
    const begin = at;
    while (at < tokens.length && (tokens[at] as CommentedToken).start < next) at++;
    addStatement(lines, tokens.slice(begin, at));
  }
  for (const comment of rest) addComment(lines, comment);
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  return { ok: true, text: lines.map((each) => each + lineEnd).join('') };
}

function addStatement(lines: string[], tokens: readonly CommentedToken[]): void {
  const [first, ...others] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return;
  for (const comment of first.above) addComment(lines, comment);
  if (first.spaced && lines.length > 0) lines.push('');
  // Comments around a statement are no part of its layout.
  const inner = [{ ...first, above: [] }, ...others];
  const { behind, ...end } = inner.pop() as CommentedToken;
  const statement = [...printLayout(layoutStatement([...inner, end]), FORMAT_WIDTH)];
  if (behind !== undefined) statement.push(`${statement.pop() ?? ''} ${behind}`);
  for (const each of statement) lines.push(each);
}

function addComment(lines: string[], { text, spaced }: Comment): void {
  if (spaced && lines.length > 0) lines.push('');
  lines.push(text);
}
