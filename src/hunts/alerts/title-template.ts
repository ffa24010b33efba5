/** A title as parts: text as it is shown, and attributes whose values come in between. */
export interface TitleTemplate {
  readonly text: string;
  readonly parts: readonly TitlePart[];
}

export type TitlePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset`: where the path stands in the template, in UTF-16 units. */
  | { readonly kind: 'attribute'; readonly path: string; readonly offset: number };

/** What is wrong with a template, and where in it. */
export interface TitleProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

/** Longest value put into a title, and longest title, in UTF-16 units. */
export const MAX_TITLE_VALUE = 256;
export const MAX_TITLE = 2048;

/**
 * Parses `{parent_ref.name} ran {name}: {command_line}`. `{{` and `}}` are braces. Whether the attributes exist is for
 * the caller to check, who knows the type.
 */
export function parseTitle(text: string): { readonly template?: TitleTemplate; readonly problems: TitleProblem[] } {
  const parts: TitlePart[] = [];
  const problems: TitleProblem[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if ((character === '{' || character === '}') && text[at + 1] === character) {
      literal += character;
      at += 2;
    } else if (character === '}') {
      problems.push({ offset: at, length: 1, message: 'A `}` without `{`; write `}}` for the brace itself.' });
      at++;
    } else if (character === '{') {
      const end = text.indexOf('}', at);
      const path = text.slice(at + 1, end < 0 ? undefined : end).trim();
      if (end < 0 || path === '' || /[\s{]/.test(path)) {
        const length = (end < 0 ? text.length : end + 1) - at;
        const message =
          'Between `{` and `}` stands one attribute, as in `{parent_ref.name}`; write `{{` for the brace.';
        problems.push({ offset: at, length, message });
        if (end < 0) break;
      } else {
        if (literal !== '') parts.push({ kind: 'text', text: literal });
        literal = '';
        parts.push({ kind: 'attribute', path, offset: text.indexOf(path, at + 1) });
      }
      at = end + 1;
    } else {
      literal += character;
      at++;
    }
  }
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return problems.length > 0 ? { problems } : { template: { text, parts }, problems };
}

/** The attributes of a title, each once, in order of first mention. */
export function titleAttributes(template: TitleTemplate): readonly string[] {
  return [...new Set(template.parts.flatMap((part) => (part.kind === 'attribute' ? [part.path] : [])))];
}

/** The same title over other names of its attributes: the normalised ones, under which rows carry their values. */
export function renameTitleAttributes(template: TitleTemplate, name: (path: string) => string): TitleTemplate {
  const parts = template.parts.map((part) => (part.kind === 'text' ? part : { ...part, path: name(part.path) }));
  return { text: template.text, parts };
}

/** The title with values filled in: `?` where one is unknown, lists joined by commas, long ones cut with `…`. */
export function renderTitle(template: TitleTemplate, value: (path: string) => unknown): string {
  const title = template.parts
    .map((part) => (part.kind === 'text' ? part.text : bounded(shown(value(part.path)), MAX_TITLE_VALUE)))
    .join('');
  return bounded(title, MAX_TITLE);
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '?';
  if (Array.isArray(value)) return value.length === 0 ? '?' : value.slice(0, 64).map(shown).join(', ');
  return String(value);
}

function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 2);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 2 : limit - 1)}…`;
}
