import type { JsonObject } from '../../../telemetry/document-history.ts';

/** How fields are indexed, by dotted path; others are not. */
export type Mapping = ReadonlyMap<string, 'keyword' | 'text' | 'long'>;

interface Query {
  readonly bool?: { readonly [clause: string]: readonly Query[] | number };
  readonly exists?: { readonly field: string };
  readonly terms?: Readonly<Record<string, readonly string[]>>;
  readonly range?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const TIME = '@timestamp';
const IGNORE_ABOVE = 256;

/** Whether a document is found by a query, told document by document from what a mapping makes of its fields. */
export function isFound(source: JsonObject, query: unknown, mapping: Mapping): boolean {
  const { bool, exists, terms, range } = query as Query;
  const found = (inner: Query): boolean => isFound(source, inner, mapping);
  if (bool !== undefined) {
    const clauses = (name: string): readonly Query[] => (bool[name] ?? []) as readonly Query[];
    if (bool['should'] !== undefined && !clauses('should').some(found)) return false;
    return clauses('filter').every(found) && !clauses('must_not').some(found);
  }
  if (exists !== undefined) return indexed(source, exists.field, mapping).length > 0;
  if (terms !== undefined) {
    const [[field, values] = ['', []]] = Object.entries(terms);
    return indexed(source, field, mapping).some((value) => values.includes(value));
  }
  return Object.entries(range?.[TIME] ?? {}).every(([bound, value]) => {
    if (bound !== 'gte' && bound !== 'lt') return true;
    const [time = ''] = indexed(source, TIME, mapping);
    const [left, right] = [time.replace('Z', ''), value.replace('Z', '')];
    return bound === 'gte' ? left >= right : left < right;
  });
}

/** What an index keeps of a field, as texts. */
function indexed(source: JsonObject, field: string, mapping: Mapping): string[] {
  const isExact = field.endsWith('.keyword');
  const type = field === TIME ? 'keyword' : mapping.get(field);
  if (type === undefined) return [];
  const values = valuesAt(source, (isExact ? field.slice(0, -'.keyword'.length) : field).split('.'));
  return values.flatMap((value) => {
    const text = String(value);
    if (type === 'text') return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    if (type === 'long') return Number.isNaN(Number.parseFloat(text)) ? [] : [String(Math.trunc(Number(text)))];
    return text.length > IGNORE_ABOVE ? [] : [text];
  });
}

/** Scalars at a path, through lists, and where several names are one key with dots. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  if (typeof value !== 'object' || value === null) {
    return path.length === 0 && value !== null && value !== undefined ? [value] : [];
  }
  return path.flatMap((_, i) => {
    const name = path.slice(0, i + 1).join('.');
    return Object.hasOwn(value, name) ? valuesAt((value as JsonObject)[name], path.slice(i + 1)) : [];
  });
}
