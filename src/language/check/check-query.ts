import {
  EXTENDED_RELATIONS,
  extendedRelation,
  extendedWords,
  type ExtendedRelation,
} from '../../catalogue/extended-relations.ts';
import { LINKED, RELATIONS, relationsBetween, relationWords } from '../../catalogue/relations.ts';
import { nearest } from '../../catalogue/nearest.ts';
import type { FindStatement, GetStatement, Pattern, Timespan } from '../ast.ts';
import { parseTimestamp } from '../parser/timestamp.ts';
import type { SyntaxCommand, SyntaxTimespan, Word } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { checkPattern } from './check-pattern.ts';
import { assertedBy } from './asserted-by.ts';
import { checkSources } from './check-sources.ts';
import type { Variable } from './scope.ts';

type Get = Extract<SyntaxCommand, { kind: 'get' }>;
type Find = Extract<SyntaxCommand, { kind: 'find' }>;

/** The part of a statement that its command alone decides. */
export type Core<S> = S extends unknown ? Omit<S, 'range' | 'text' | 'output'> : never;

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

export function checkGet(context: CheckContext, get: Get): Core<GetStatement> | undefined {
  const { sources } = get;
  const variable = sources !== undefined && !sources.quoted ? context.scope.find(sources.text) : undefined;
  return variable === undefined ? getFromSources(context, get) : getFromVariable(context, get, variable);
}

function getFromSources(context: CheckContext, get: Get): Core<GetStatement> | undefined {
  const { sources, type } = get;
  const uris = sources ? checkSources(sources, context.defaultScheme, context.diagnostics) : context.lastSources;
  if (uris === undefined && sources === undefined && !context.hasSyntaxErrors) {
    context.diagnostics.report('syntax-source-missing', get.whereAt, { type: type.text });
  }
  // A faulty FROM was reported where it stands; the next GET without one need not complain too.
  context.lastSources = uris ?? (sources && [sources.text]) ?? context.lastSources;
  context.warnOfUnknownType(type);
  const where = checkPattern(context, { kind: 'records', center: type.text }, get.where);
  const timespan = checkTimespan(context, get.timespan);
  if (uris === undefined || where === undefined || timespan === undefined) return undefined;
  return { kind: 'get', type: type.text, from: { kind: 'sources', uris }, where, ...timespan, ...limitOf(get) };
}

function getFromVariable(context: CheckContext, get: Get, variable: Variable): Core<GetStatement> | undefined {
  const { version } = variable;
  const type = get.type.text;
  if (version.type !== null && version.type !== type) {
    const parameters = { type, variable: version.name, variableType: version.type };
    context.diagnostics.report('get-variable-type', get.type, parameters);
    return undefined;
  }
  const where = checkPattern(context, { kind: 'variable', variable }, get.where);
  const timespan = checkTimespan(context, get.timespan);
  if (get.timespan !== undefined) {
    context.diagnostics.report('timespan-ignored', get.timespan, { variable: version.name });
  }
  if (where === undefined || timespan === undefined) return undefined;
  return { kind: 'get', type, from: { kind: 'variable', variable: version }, where, ...timespan, ...limitOf(get) };
}

export function checkFind(context: CheckContext, find: Find): Core<FindStatement> | undefined {
  const input = context.scope.use(find.input, context.diagnostics);
  const type = find.type.text;
  const walk = input && checkRelation(context, find, input);
  const where = find.where && checkPattern(context, { kind: 'records', center: type }, find.where);
  const timespan = checkTimespan(context, find.timespan);
  const isSound = input !== undefined && walk !== undefined && timespan !== undefined;
  if (!isSound || (find.where !== undefined && where === undefined)) return undefined;
  const relation = find.relation.text.toLowerCase();
  return {
    kind: 'find',
    type,
    relation,
    reversed: find.reversed,
    input: input.version,
    ...edgesOf(walk, find.relation, context, where),
    ...timespan,
    ...limitOf(find),
  };
}

/** How FIND gets from the input to its result: over references, by sharing a record, or by an extended relation. */
type Walk =
  Pick<FindStatement, 'linked' | 'edges'> | { readonly extended: ExtendedRelation; readonly reversed: boolean };

function edgesOf(
  walk: Walk,
  relation: Word,
  context: CheckContext,
  where: Pattern | undefined,
): Pick<FindStatement, 'linked' | 'edges' | 'roles' | 'where'> {
  if (!('extended' in walk)) return { ...walk, ...(where && { where }) };
  const { extended, reversed } = walk;
  const { subject, object } = extended.roles;
  const asserted = assertedBy(extended, context.range(relation));
  return {
    linked: true,
    edges: [],
    roles: reversed ? { result: object, input: subject } : { result: subject, input: object },
    where: where === undefined ? asserted : { kind: 'and', operands: [asserted, where] },
  };
}

function checkRelation(context: CheckContext, find: Find, input: Variable): Walk | undefined {
  const { diagnostics } = context;
  const relation = find.relation.text.toLowerCase();
  const type = find.type.text;
  const isExtended = extendedWords().includes(relation);
  if (!relationWords().includes(relation) && !isExtended) {
    const words = [...new Set([...relationWords(), ...(context.extendedRelations ? extendedWords() : [])])].sort();
    const suggestion = nearest(relation, words)?.toUpperCase();
    const upper = words.map((each) => each.toUpperCase());
    diagnostics.report('relation-unknown', find.relation, { relation: find.relation.text, suggestion, words: upper });
    return undefined;
  }
  if (input.columns.kind === 'closed') diagnostics.report('find-on-rows', find.input, { variable: find.input.text });
  const inputType = input.version.type;
  if (relation === LINKED) context.warnOfUnknownType(find.type);
  if (inputType === null) return { linked: relation === LINKED, edges: [] };
  const [subject, object] = find.reversed ? [inputType, type] : [type, inputType];
  const definition = relationsBetween(subject, relation, object);
  if (definition === undefined) {
    const triple = `${subject}--${relation}--${object}`;
    const extended = extendedRelation(subject, relation, object);
    if (extended !== undefined && context.extendedRelations) return { extended, reversed: find.reversed };
    if (extended !== undefined) diagnostics.report('relation-extended', find.relation, { triple });
    else {
      const possible = possibleFinds(context, find, inputType);
      diagnostics.report('relation-unsupported', find.relation, { triple, possible });
    }
    return undefined;
  }
  const resultSide = find.reversed ? 'object' : 'subject';
  return {
    linked: relation === LINKED,
    edges: definition.references.map(({ owner, reference }) => ({
      owner: owner === resultSide ? ('result' as const) : ('input' as const),
      reference,
    })),
  };
}

/** The FINDs that the relation tables have between the two types. */
function possibleFinds(context: CheckContext, find: Find, inputType: string): string[] {
  const { text: type } = find.type;
  const known = [...RELATIONS, ...(context.extendedRelations ? EXTENDED_RELATIONS : [])];
  const forward = known.filter((each) => each.subject === type && each.object === inputType);
  const backward = known.filter((each) => each.object === type && each.subject === inputType);
  return [
    ...forward.map((each) => `FIND ${type} ${each.relation.toUpperCase()} ${find.input.text}`),
    ...backward.map((each) => `FIND ${type} ${each.relation.toUpperCase()} BY ${find.input.text}`),
  ];
}

/** Undefined if a time does not exist; `{}` without a time span. */
function checkTimespan(context: CheckContext, syntax: SyntaxTimespan | undefined): { timespan?: Timespan } | undefined {
  if (syntax === undefined) return {};
  const { diagnostics } = context;
  const range = context.range(syntax);
  if (syntax.kind === 'last') {
    const milliseconds = syntax.amount * UNIT_MS[syntax.unit];
    if (Number.isSafeInteger(milliseconds)) return { timespan: { kind: 'last', milliseconds, range } };
    diagnostics.report('number-too-large', syntax, { number: String(syntax.amount) });
    return undefined;
  }
  const [start, stop] = [syntax.from, syntax.to].map((word) => {
    const instant = parseTimestamp(word.text);
    if (instant === undefined) diagnostics.report('syntax-timestamp', word, { timestamp: word.text });
    return instant;
  });
  if (start === undefined || stop === undefined) return undefined;
  if (stop.ms < start.ms || (stop.ms === start.ms && stop.ns < start.ns)) {
    diagnostics.report('timespan-reversed', syntax, {});
  }
  return { timespan: { kind: 'absolute', start, stop, range } };
}

function limitOf(query: { readonly limit?: number }): { limit?: number } {
  return query.limit === undefined ? {} : { limit: query.limit };
}
