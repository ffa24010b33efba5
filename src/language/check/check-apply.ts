import { ANALYTICS, analyticOf, type AnalyticArgument, type AnalyticDefinition } from '../../catalogue/analytics.ts';
import { nearest } from '../../catalogue/nearest.ts';
import type { ApplyStatement, AttributePath } from '../ast.ts';
import type { SyntaxCommand, SyntaxValue, Word } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import type { Core } from './check-query.ts';
import { type CheckedValues, checkValues } from './check-values.ts';
import { resolveColumn } from './resolve-attribute.ts';
import type { Variable } from './scope.ts';

type Apply = Extract<SyntaxCommand, { kind: 'apply' }>;
type BuiltIn = NonNullable<ApplyStatement['builtIn']>;
type Argument = BuiltIn['arguments'][number];

/** A name alone that is none of ours is an analytics of Kestrel's default interface. */
const EXTERNAL_SCHEME = 'python';
/** Schemes of APPLY: ours, and those of Kestrel's interfaces. */
const SCHEMES = ['windhover', 'python', 'docker'];
/** Attributes and literals of one argument. */
const MAX_ATTRIBUTES = 16;

/** `statement`: index that the new versions carry; `faulty` instead where the statement has an error. */
export function checkApply(
  context: CheckContext,
  command: Apply,
  statement: number,
  faulty: number,
): Core<ApplyStatement> | undefined {
  const { scope, diagnostics } = context;
  const inputs = command.inputs.map((each) => scope.use(each, diagnostics));
  const known = inputs.filter((each) => each !== undefined);
  const definition = analyticOf(command.analytics.text);
  const core = definition === undefined ? external(context, command) : builtIn(context, command, known, definition);
  const isSound = core !== undefined && known.length === inputs.length;
  const columns = definition?.columns.map((each) => each.name);
  const outputs = known.map((each) => scope.rebind(each, isSound ? statement : faulty, columns).version);
  return isSound ? { kind: 'apply', inputs: known.map((each) => each.version), outputs, ...core } : undefined;
}

type ApplyCore = Pick<ApplyStatement, 'analytics' | 'arguments' | 'builtIn'>;

function external(context: CheckContext, command: Apply): ApplyCore | undefined {
  const values = command.arguments.map(({ key, value }) => ({ key: key.text, values: checkValues(context, value) }));
  if (!values.every((each): each is { key: string; values: CheckedValues } => each.values !== undefined)) {
    return undefined;
  }
  const { text } = command.analytics;
  if (!isKnownScheme(context, command.analytics)) return undefined;
  return {
    analytics: text.includes('://') ? text : `${EXTERNAL_SCHEME}://${text}`,
    arguments: values.map(({ key, values: { literals, references } }) => ({ key, literals, references })),
  };
}

/** Reports a scheme that there is not, and a name that is none of ours under our own. */
function isKnownScheme({ diagnostics }: CheckContext, analytics: Word): boolean {
  const [scheme, name] = analytics.text.includes('://') ? analytics.text.split('://') : [EXTERNAL_SCHEME];
  if (!SCHEMES.includes((scheme ?? '').toLowerCase())) {
    diagnostics.report('analytic-scheme', analytics, { scheme: scheme ?? '', known: SCHEMES });
    return false;
  }
  if (scheme?.toLowerCase() !== SCHEMES[0]) return true;
  const known = ANALYTICS.map((each) => each.name);
  diagnostics.report('analytic-unknown', analytics, {
    analytic: name ?? '',
    known,
    suggestion: nearest(name ?? '', known),
  });
  return false;
}

function builtIn(
  context: CheckContext,
  command: Apply,
  inputs: readonly Variable[],
  definition: AnalyticDefinition,
): ApplyCore | undefined {
  const { diagnostics } = context;
  const [input] = inputs;
  const { name } = definition;
  if (command.inputs.length !== 1 || input === undefined) {
    if (command.inputs.length !== 1) {
      diagnostics.report('analytic-input', command.inputs[1] as Word, { analytic: name, types: [] });
    }
    return undefined;
  }
  const { type } = input.version;
  if (definition.types !== undefined && type !== null && !definition.types.includes(type)) {
    diagnostics.report('analytic-input', command.inputs[0] as Word, { analytic: name, types: definition.types });
    return undefined;
  }
  const names = definition.arguments.map((each) => each.name);
  const unknown = command.arguments.filter(({ key }) => !names.includes(key.text));
  for (const { key } of unknown) {
    const suggestion = nearest(key.text, names);
    diagnostics.report('analytic-argument', key, { analytic: name, argument: key.text, known: names, suggestion });
  }
  const checked = definition.arguments.map((argument) => checkArgument(context, command, input, argument, name));
  if (unknown.length > 0 || checked.some((each) => each === undefined)) return undefined;
  return {
    analytics: `windhover://${name}`,
    arguments: [],
    builtIn: { name, columns: definition.columns.map((each) => each.name), arguments: checked as Argument[] },
  };
}

function checkArgument(
  context: CheckContext,
  command: Apply,
  input: Variable,
  argument: AnalyticArgument,
  analytic: string,
): Argument | undefined {
  const { name, kind } = argument;
  const { diagnostics } = context;
  const written = command.arguments.findLast(({ key }) => key.text === name);
  if (written === undefined) {
    const given = argument.default ?? argument.byType?.[input.version.type ?? ''];
    if (typeof given === 'number') return { name, kind: 'number', value: given };
    const words = given?.map((text): Word => ({ ...command.analytics, text }));
    const attributes = words?.map((word) => resolveColumn(input, word, diagnostics));
    if (attributes === undefined) {
      diagnostics.report('analytic-argument-missing', command.analytics, { analytic, argument: name, kind });
      return undefined;
    }
    return attributes.every((each) => each !== undefined) ? { name, kind: 'attributes', attributes } : undefined;
  }
  const { key, value } = written;
  if (kind === 'attributes') return attributesOf(context, input, name, value);
  const values = checkValues(context, value);
  if (values === undefined) return undefined;
  if (kind === 'texts') return { name, kind, ...values };
  const [literal] = values.literals;
  const number = typeof literal === 'boolean' || literal === null ? Number.NaN : Number(literal ?? Number.NaN);
  if (values.literals.length === 1 && values.references.length === 0 && Number.isFinite(number)) {
    return { name, kind, value: number };
  }
  diagnostics.report('analytic-argument-missing', key, { analytic, argument: name, kind });
  return undefined;
}

/** `parent_ref.name` looks like a reference to a variable, but here it is an attribute of the input. */
function attributesOf(context: CheckContext, input: Variable, name: string, value: SyntaxValue): Argument | undefined {
  const items = value.kind === 'list' ? value.items : [value];
  if (items.length > MAX_ATTRIBUTES) {
    context.diagnostics.report('list-too-long', value, { length: items.length, limit: MAX_ATTRIBUTES });
    return undefined;
  }
  const attributes = items.map((item): AttributePath | undefined => {
    const text =
      item.kind === 'reference'
        ? `${item.variable.text}.${item.attribute.text}`
        : item.kind === 'list'
          ? ''
          : String(item.value);
    return resolveColumn(input, { text, start: item.start, end: item.end }, context.diagnostics);
  });
  return attributes.every((each) => each !== undefined) ? { name, kind: 'attributes', attributes } : undefined;
}
