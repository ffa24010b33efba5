/**
 * A text whose line breaks are still open. `width` is that of the text on one line; `breaks` tells that it cannot be on
 * one, because a comment ends a line within it.
 */
export type LayoutDocument = Measured &
  (
    | { readonly kind: 'word'; readonly text: string; readonly above: readonly string[]; readonly behind?: string }
    | { readonly kind: 'blank' }
    /** A blank, or a line break where the group around it does not fit. */
    | { readonly kind: 'line' }
    | { readonly kind: 'sequence'; readonly parts: readonly LayoutDocument[] }
    /** On one line where it fits, else every `line` directly in it breaks. */
    | { readonly kind: 'group'; readonly content: LayoutDocument }
    /** Lines begin where the content begins. */
    | { readonly kind: 'align'; readonly content: LayoutDocument }
    /** Lines are indented by so many columns more. */
    | { readonly kind: 'nest'; readonly columns: number; readonly content: LayoutDocument }
    /** As many to a line as fit, blanks between. */
    | { readonly kind: 'fill'; readonly items: readonly LayoutDocument[] }
  );

interface Measured {
  readonly width: number;
  readonly breaks: boolean;
}

/** Comments that belong to a word: on lines above it, and behind it on its line. */
export interface WordComments {
  readonly above: readonly string[];
  readonly behind?: string;
}

export const blank: LayoutDocument = { kind: 'blank', width: 1, breaks: false };
export const line: LayoutDocument = { kind: 'line', width: 1, breaks: false };

export function word(text: string, comments: WordComments = { above: [] }): LayoutDocument {
  const breaks = comments.above.length > 0 || comments.behind !== undefined;
  return { kind: 'word', text, ...comments, width: text.length, breaks };
}

export function sequence(...parts: readonly LayoutDocument[]): LayoutDocument {
  return { kind: 'sequence', parts, ...measured(parts, 0) };
}

export function group(content: LayoutDocument): LayoutDocument {
  return { kind: 'group', content, width: content.width, breaks: content.breaks };
}

export function align(content: LayoutDocument): LayoutDocument {
  return { kind: 'align', content, width: content.width, breaks: content.breaks };
}

export function nest(columns: number, content: LayoutDocument): LayoutDocument {
  return { kind: 'nest', columns, content, width: content.width, breaks: content.breaks };
}

export function fill(items: readonly LayoutDocument[]): LayoutDocument {
  return { kind: 'fill', items, ...measured(items, 1) };
}

function measured(parts: readonly LayoutDocument[], between: number): Measured {
  let width = Math.max(0, parts.length - 1) * between;
  let breaks = false;
  for (const part of parts) {
    width += part.width;
    breaks ||= part.breaks;
  }
  return { width, breaks };
}
