import { foldCase } from '../../graph/value.ts';

/**
 * LIKE patterns that say no more than how a text begins or ends, or what it is: `C:\Temp\%`, `%.exe`, `cmd.exe`. However
 * many there are, a text is looked up once per distinct length of what they ask for. ASCII case-insensitive, as LIKE is.
 */
export class AffixIndex {
  readonly #whole = new Map<string, number[]>();
  readonly #prefixes = new Map<number, Map<string, number[]>>();
  readonly #suffixes = new Map<number, Map<string, number[]>>();

  /** Takes in a pattern of that number; false where it says more than this index can decide. */
  add(like: string, pattern: number): boolean {
    const folded = foldCase(like);
    const literal = folded.replace(/^%|%$/u, '');
    if (literal === '' || /[%_]/u.test(literal)) return false;
    if (folded === literal) put(this.#whole, literal, pattern);
    else put(ofLength(folded.startsWith('%') ? this.#suffixes : this.#prefixes, literal.length), literal, pattern);
    return true;
  }

  /** Numbers of the patterns that the text satisfies. */
  find(text: string): number[] {
    const found: number[] = [];
    if (this.#whole.size + this.#prefixes.size + this.#suffixes.size === 0) return found;
    const folded = foldCase(text);
    found.push(...(this.#whole.get(folded) ?? []));
    for (const [length, patterns] of this.#prefixes) {
      if (length <= folded.length) found.push(...(patterns.get(folded.slice(0, length)) ?? []));
    }
    for (const [length, patterns] of this.#suffixes) {
      if (length <= folded.length) found.push(...(patterns.get(folded.slice(-length)) ?? []));
    }
    return found;
  }
}

function ofLength(index: Map<number, Map<string, number[]>>, length: number): Map<string, number[]> {
  let patterns = index.get(length);
  if (patterns === undefined) index.set(length, (patterns = new Map()));
  return patterns;
}

function put(patterns: Map<string, number[]>, literal: string, pattern: number): void {
  const known = patterns.get(literal);
  if (known === undefined) patterns.set(literal, [pattern]);
  else known.push(pattern);
}
