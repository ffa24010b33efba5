import { format } from 'prettier';

/** A page of Markdown as the project lays it out. */
export function laidOut(markdown: string): Promise<string> {
  return format(markdown, { parser: 'markdown', printWidth: 120, singleQuote: true, trailingComma: 'all' });
}
