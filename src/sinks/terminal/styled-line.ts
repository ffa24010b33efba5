import { displayWidth, truncateToWidth } from './display-width.ts';
import type { StyleName, TerminalStyle } from './terminal-style.ts';

/** A piece of a line: text that is escaped already, and how it looks. */
export interface Span {
  readonly text: string;
  readonly style?: StyleName;
}

/**
 * The spans as one line of at most `width` columns, cut visibly where they do not fit. `right` stands at the right
 * edge, as far as it fits beside what is left of it.
 */
export function styledLine(
  spans: readonly Span[],
  width: number,
  style: TerminalStyle,
  right: readonly Span[] = [],
): string {
  const rightWidth = spanWidth(right);
  const fitsBeside = right.length > 0 && spanWidth(spans) > 0 && rightWidth + 2 <= width;
  const room = fitsBeside ? width - rightWidth - 2 : width;
  const left = cut(spans, room);
  if (!fitsBeside) return paint(left, style);
  const gap = { text: ' '.repeat(width - rightWidth - spanWidth(left)) };
  return paint([...left, gap, ...right], style);
}

export function spanWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

function cut(spans: readonly Span[], width: number): Span[] {
  if (spanWidth(spans) <= width) return [...spans];
  const kept: Span[] = [];
  let room = width;
  for (const span of spans) {
    const own = displayWidth(span.text);
    if (own < room) {
      kept.push(span);
      room -= own;
      continue;
    }
    // Something follows, or this one is too wide: the line ends with the mark of a cut either way.
    const text = truncateToWidth(own > room ? span.text : `${span.text}…`, room);
    return [...kept, { ...span, text }];
  }
  return kept;
}

function paint(spans: readonly Span[], style: TerminalStyle): string {
  return spans
    .map((span) => (span.style === undefined || span.text === '' ? span.text : style(span.style, span.text)))
    .join('');
}
