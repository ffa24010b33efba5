import { attributeNames, attributeOf } from './attribute-of.ts';
import type { AttributeKind, ReferenceDefinition } from './catalogue.ts';
import { ecsName, ecsNames } from './ecs-names.ts';
import { entityType } from './entity-type.ts';
import { nearest } from './nearest.ts';
import { listedReference, referenceNames, referenceOf } from './reference-of.ts';
import { isReferenceName } from './reference-targets.ts';

export interface ResolvedStep {
  readonly reference: string;
  readonly list: boolean;
  /** Entity types it can lead to; empty where nothing tells. */
  readonly target: readonly string[];
}

export type PathResolution =
  | {
      readonly ok: true;
      /**
       * Entity type where the path starts. It differs from the type asked about only for an ECS name that describes
       * another entity of the record (`file.path` in a pattern of processes): an extended comparison.
       */
      readonly type: string | null;
      readonly steps: readonly ResolvedStep[];
      readonly attribute: string;
      readonly kind: AttributeKind;
      /** Role of the mention where the path starts, for ECS names. */
      readonly role?: string;
      /** Canonical spelling: aliases and ECS names replaced, quotes and `[*]` dropped. */
      readonly text: string;
      /** False where the catalogue lets the path pass without knowing it. */
      readonly known: boolean;
    }
  | {
      readonly ok: false;
      /** The part that is wrong, quotes dropped. */
      readonly segment: string;
      /** Entity type on which it was looked up. */
      readonly onType: string;
      /** What `segment` was perhaps meant to be. */
      readonly suggestion?: string;
    };

/** `[*]` may follow the first segment only; a list is walked with or without it. */
const LIST_MARK = /^([^.[]*)\[\*\](?=\.|$)/u;

/** No attribute name of the catalogue has more segments; keeps long paths linear. */
const LONGEST_NAME = 4;

/**
 * Resolves an attribute path as a hunter writes it. The longest rest of the path that names an attribute ends the
 * walk, so dots may belong to names (`hashes.'SHA-256'`, `parent_ref.container.image.name`). A path that ends in a
 * reference is an attribute of that name. Names beginning with `x_`, `extensions.…`, and whatever is on types that the
 * catalogue does not know, or on `x-…` types, pass unchecked (semantics A15). `type` null: unknown after an error.
 */
export function resolvePath(type: string | null, written: string): PathResolution {
  const text = written.replaceAll("'", '').replace(LIST_MARK, '$1');
  if (type !== null && entityType(type) !== undefined) {
    const named = resolveEcsName(type, text);
    if (named !== undefined) return named;
  }
  return walk(type, text);
}

function resolveEcsName(type: string, text: string): PathResolution | undefined {
  const definition = ecsName(text);
  if (definition === undefined) return undefined;
  const views = definition.seenFrom ?? [];
  // A field of another entity of this very type (a file's process.executable) is looked at from a third one.
  const view = views.find((each) => each.type === type) ?? (definition.type === type ? views[0] : undefined);
  const { type: start, path, role } = view ?? definition;
  const resolved = walk(start, path);
  return resolved.ok && role !== undefined ? { ...resolved, role } : resolved;
}

function walk(type: string | null, text: string): PathResolution {
  const segments = text.split('.');
  const steps: ResolvedStep[] = [];
  let at: readonly string[] = type === null ? [] : [type];
  let known = true;
  for (let index = 0; ; index++) {
    const short = segments.length - index <= LONGEST_NAME;
    const rest = (): string => segments.slice(index).join('.');
    const done = (attribute: string, kind: AttributeKind, sure: boolean): PathResolution => ({
      ok: true,
      type,
      steps,
      attribute,
      kind,
      text: [...steps.map((step) => step.reference), attribute].join('.'),
      known: known && sure,
    });
    const name = short ? rest() : '';
    const attribute = short ? first(at, (each) => attributeOf(each, name)) : undefined;
    if (attribute !== undefined) return done(attribute.name, attribute.kind, true);
    const segment = segments[index] ?? '';
    const last = index === segments.length - 1;
    const listed = listedStep(at, segment);
    const reference = listed ?? (isFree(at, segment) && isReferenceName(segment) ? freeStep(at, segment) : undefined);
    if (reference === undefined || (last && listed === undefined)) {
      if (isFree(at, segment) && rest() !== '') return done(rest(), 'any', false);
      return unknownPath(at, rest(), segment, index === 0);
    }
    if (last) return done(reference.name, 'any', true);
    if (listed === undefined) known = false;
    steps.push({ reference: reference.name, list: reference.list, target: reference.target });
    at = reference.target;
  }
}

/** A reference that the catalogue lists for one of the types, with the targets of all that have it. */
function listedStep(at: readonly string[], segment: string): ReferenceDefinition | undefined {
  const found = at.flatMap((each) => listedReference(each, segment) ?? []);
  const reference = found[0];
  if (reference === undefined || found.length === 1) return reference;
  return { ...reference, target: [...new Set(found.flatMap((each) => each.target))] };
}

function freeStep(at: readonly string[], segment: string): ReferenceDefinition | undefined {
  return referenceOf(at[0] ?? '', segment);
}

function isFree(at: readonly string[], segment: string): boolean {
  if (segment.startsWith('x_') || segment === 'extensions') return true;
  return at.length === 0 || at.some((each) => each.startsWith('x-') || entityType(each) === undefined);
}

function unknownPath(at: readonly string[], rest: string, segment: string, atStart: boolean): PathResolution {
  const onType = at[0] ?? '';
  const names = at.flatMap((each) => [...attributeNames(each), ...referenceNames(each)]);
  const ecs = atStart ? ecsNames().map((each) => each.ecs) : [];
  const whole = nearest(rest, [...names, ...ecs]);
  if (whole !== undefined) return { ok: false, segment: rest, onType, suggestion: whole };
  const step = segment === rest ? undefined : nearest(segment, at.flatMap(referenceNames));
  if (step !== undefined) return { ok: false, segment, onType, suggestion: step };
  return { ok: false, segment: rest, onType };
}

function first<T>(at: readonly string[], find: (type: string) => T | undefined): T | undefined {
  for (const each of at) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
