import type { z } from 'zod';
import { nearest } from '../../catalogue/nearest.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { huntFileSchema } from './hunt-file-schema.ts';
import { MAX_HUNT_FILE_PROBLEMS, type YamlPath, type YamlText } from './hunt-file-yaml.ts';

type Issue = z.core.$ZodIssue;

/** What the schema has against the data, said about the places in the file; the first of it where there is much. */
export function schemaDiagnostics(issues: readonly Issue[], yaml: YamlText): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const issue of issues) {
    diagnostics.push(...diagnosticsOf(issue, issue.path as YamlPath, yaml));
    if (diagnostics.length >= MAX_HUNT_FILE_PROBLEMS) break;
  }
  return diagnostics.slice(0, MAX_HUNT_FILE_PROBLEMS);
}

function diagnosticsOf(issue: Issue, path: YamlPath, yaml: YamlText): Diagnostic[] {
  const severity = 'error';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_HUNT_FILE_PROBLEMS).map((key) => {
      const range = yaml.keyRangeOf([...path, key]);
      const known = keysAt(path);
      const suggestion = nearest(key, known);
      const hint = suggestion ? `Did you mean ${suggestion}?` : `Possible here: ${known.join(', ')}.`;
      return {
        code: 'hunt-key-unknown',
        severity,
        range,
        message: `There is no key ${JSON.stringify(key)} here.`,
        hint,
      };
    });
  }
  const found = valueAt(yaml.value, path);
  if (found === undefined && path.length > 0) {
    const key = String(path.at(-1));
    const range = yaml.rangeOf(path.slice(0, -1));
    const end = range.start;
    return [
      { code: 'hunt-key-missing', severity, range: { start: range.start, end }, message: `The key ${key} is missing.` },
    ];
  }
  const where = path.length === 0 ? 'A hunt file' : `The value of ${pathText(path)}`;
  const message = `${where} is wrong: ${reason(issue, found)}.`;
  const suggestion =
    issue.code === 'invalid_value' && typeof found === 'string' ? nearest(found, issue.values.map(String)) : undefined;
  const hint = suggestion === undefined ? {} : { hint: `Did you mean ${suggestion}?` };
  return [{ code: 'hunt-value', severity, range: yaml.rangeOf(path), message, ...hint }];
}

function reason(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kindName(issue.expected)}, found ${kindOf(found)}`;
    case 'invalid_value':
      return `expected one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_union':
      return `found ${kindOf(found)}, which has no meaning here`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' values' : '';
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

function kindName(kind: string): string {
  return KIND_NAMES[kind] ?? kind;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return kindName(typeof value);
}

function valueAt(value: unknown, path: YamlPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function pathText(path: YamlPath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
}

type AnyDef = { readonly type: string } & Partial<Pick<z.core.$ZodObjectDef, 'shape' | 'catchall'>> & {
    readonly element?: z.core.$ZodType;
    readonly innerType?: z.core.$ZodType;
    readonly options?: readonly z.core.$ZodType[];
  };

/** Keys that the schema knows at a place, found by walking it as the data is walked. */
function keysAt(path: YamlPath): string[] {
  let def = definitionOf(huntFileSchema);
  for (const step of path) {
    def = definitionOf(chosen(def, typeof step === 'number' ? 'array' : 'object'));
    def = definitionOf(def?.type === 'array' ? def.element : (def?.shape?.[String(step)] ?? def?.catchall));
  }
  def = chosen(def, 'object');
  return Object.keys(def?.shape ?? {});
}

function definitionOf(schema: z.core.$ZodType | AnyDef | undefined): AnyDef | undefined {
  let def = (schema !== undefined && '_zod' in schema ? schema._zod.def : schema) as AnyDef | undefined;
  while (def?.type === 'optional') def = def.innerType?._zod.def as AnyDef | undefined;
  return def;
}

/** Of alternatives the first that the data can be; records and texts have no keys to tell of. */
function chosen(def: AnyDef | undefined, type: 'array' | 'object'): AnyDef | undefined {
  if (def?.type !== 'union') return def;
  return def.options?.map(definitionOf).find((option) => option?.type === type);
}
