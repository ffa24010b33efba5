import { Lexer } from 'yaml';

/** Bounds of a YAML text. What an alias stands for counts as values each time it is used. */
export const MAX_YAML_VALUES = 100_000;
export const MAX_YAML_DEPTH = 40;
export const MAX_YAML_ALIASES = 100;
export const MAX_YAML_LINES = 200_000;

/** Where a text goes beyond a bound, and beyond which. */
export interface YamlExcess {
  /** In characters. */
  readonly offset: number;
  /** A full sentence. */
  readonly message: string;
}

/** What a value on a line of its own is made of: `key`, `:`, a space, value, end of the line. */
const TOKENS_PER_VALUE = 5;
const DOCUMENT = '\u0002';
const FLOW_END = '\u0018';
const SCALAR = '\u001f';

/**
 * The first place at which a YAML text holds too much: lines, values, aliases, nesting. Only tokens are looked at, and
 * none behind that place, as a parser takes minutes and gigabytes for some texts of a few megabytes. Values that aliases
 * stand for are counted by who reads them.
 */
export function yamlExcess(text: string): YamlExcess | undefined {
  let offset = endOfLines(text);
  if (offset !== undefined) return { offset, message: `It has more than ${MAX_YAML_LINES} lines.` };
  offset = 0;
  let tokens = 0;
  let aliases = 0;
  const nesting = new Nesting();
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR) scalar = true;
    if (token === SCALAR || token === DOCUMENT || token === FLOW_END) continue;
    if (++tokens > TOKENS_PER_VALUE * MAX_YAML_VALUES) {
      return { offset, message: `It holds too many values; ${MAX_YAML_VALUES} are the most.` };
    }
    if (nesting.after(token, scalar) > MAX_YAML_DEPTH) {
      return { offset, message: `It is nested too deeply; ${MAX_YAML_DEPTH} levels are the most.` };
    }
    if (!scalar && token.startsWith('*') && ++aliases > MAX_YAML_ALIASES) {
      return { offset, message: `It has more than ${MAX_YAML_ALIASES} aliases.` };
    }
    scalar = false;
    offset += token.length;
  }
  return undefined;
}

/** Where the last line that is allowed ends, if there is more behind it. */
function endOfLines(text: string): number | undefined {
  let at = -1;
  for (let line = 0; line < MAX_YAML_LINES; line++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) return undefined;
  }
  return at + 1 < text.length ? at : undefined;
}

/** How deep a place is in brackets, in blocks by their indent, and in `- - -` or `? ? ?` on its line. */
class Nesting {
  /** Indents of the blocks around, outermost first. */
  readonly #indents: number[] = [];
  #brackets = 0;
  #indicators = 0;
  /** Spaces at the beginning of the line so far; undefined behind its first token. */
  #indent: number | undefined = 0;

  after(token: string, scalar: boolean): number {
    const first = scalar ? '' : (token[0] ?? '');
    if (first === '\n' || first === '\r') {
      this.#indent = 0;
      this.#indicators = 0;
    } else if (first === ' ' || first === '\t') {
      if (this.#indent !== undefined) this.#indent += token.length;
    } else if (first !== '#') {
      if (this.#indent !== undefined && this.#brackets === 0) this.#begin(this.#indent);
      this.#indent = undefined;
      if (first === '[' || first === '{') this.#brackets++;
      else if (first === ']' || first === '}') this.#brackets--;
      else if (first === ',') this.#indicators = 0;
      else if (first === '-' || first === '?') this.#indicators++;
    }
    return this.#indents.length + this.#brackets + this.#indicators;
  }

  #begin(indent: number): void {
    while ((this.#indents.at(-1) ?? -1) >= indent) this.#indents.pop();
    this.#indents.push(indent);
  }
}
