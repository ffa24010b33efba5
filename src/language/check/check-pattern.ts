import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { AttributePath, ComparisonOperator, LiteralValue, Pattern } from '../ast.ts';
import type { SyntaxOperand, SyntaxPattern } from '../syntax-tree.ts';
import type { CheckContext } from './check-context.ts';
import { type CheckedValues, checkValues } from './check-values.ts';
import { isNetwork } from './network.ts';
import { regularExpressionProblem } from './regular-expression.ts';
import { pathOf, reportUnknown, resolveColumn } from './resolve-attribute.ts';
import type { Variable } from './scope.ts';

/** What a pattern is matched against: records with a center of some type, or the members of a variable. */
export type PatternSubject =
  { readonly kind: 'records'; readonly center: string } | { readonly kind: 'variable'; readonly variable: Variable };

type SyntaxComparison = Extract<SyntaxPattern, { kind: 'comparison' }>;

/** Undefined if some comparison has an error; every comparison is looked at. */
export function checkPattern(
  context: CheckContext,
  subject: PatternSubject,
  pattern: SyntaxPattern,
): Pattern | undefined {
  if ('operands' in pattern) {
    const operands = pattern.operands.map((each) => checkPattern(context, subject, each));
    return operands.every((each) => each !== undefined) ? { kind: pattern.kind, operands } : undefined;
  }
  const range = context.range(pattern);
  const operand = checkOperand(context, subject, pattern.operand);
  if (pattern.kind === 'null') {
    return operand && { kind: 'null', ...operand, negated: pattern.negated, range };
  }
  const { operator, value } = pattern;
  const isNullWord = value.kind === 'word' && value.value.toUpperCase() === 'NULL';
  if (isNullWord && (operator === '=' || operator === '!=')) {
    return operand && { kind: 'null', ...operand, negated: operator === '!=', range };
  }
  const values = checkComparedValues(context, pattern);
  if (operand === undefined || values === undefined) return undefined;
  const negated = pattern.negated || operator === '!=';
  return { kind: 'comparison', ...operand, operator: operator === '!=' ? '=' : operator, negated, ...values, range };
}

interface CheckedOperand {
  readonly type: string;
  readonly center: boolean;
  readonly path: AttributePath;
}

function checkOperand(
  context: CheckContext,
  subject: PatternSubject,
  operand: SyntaxOperand,
): CheckedOperand | undefined {
  return subject.kind === 'records'
    ? operandOfRecord(context, subject.center, operand)
    : operandOfVariable(context, subject.variable, operand);
}

function operandOfRecord(context: CheckContext, center: string, operand: SyntaxOperand): CheckedOperand | undefined {
  const type = operand.type?.text ?? center;
  if (operand.type !== undefined && type !== center) context.warnOfUnknownType(operand.type);
  const resolution = resolvePath(type, operand.attribute.text);
  if (!resolution.ok) {
    reportUnknown(resolution, operand.attribute, type, context.diagnostics);
    return undefined;
  }
  const found = resolution.type ?? type;
  return {
    type: found,
    center: found === center,
    path: pathOf(resolution, operand.attribute.text, { keepRole: true }),
  };
}

function operandOfVariable(
  context: CheckContext,
  variable: Variable,
  operand: SyntaxOperand,
): CheckedOperand | undefined {
  const center = variable.version.type;
  const other = otherType(center, variable, operand);
  if (center !== null && other !== undefined) {
    context.diagnostics.report('pattern-extended-on-variable', operand, { type: other, center });
    return undefined;
  }
  const path = resolveColumn(variable, operand.attribute, context.diagnostics);
  return path && { type: center ?? operand.type?.text ?? '', center: true, path };
}

/** The entity type that an operand means instead of the variable's own: by its prefix, or by an ECS name. */
function otherType(center: string | null, variable: Variable, operand: SyntaxOperand): string | undefined {
  if (operand.type !== undefined) return operand.type.text === center ? undefined : operand.type.text;
  if (variable.columns.kind === 'closed') return undefined;
  const resolution = resolvePath(center, operand.attribute.text);
  return resolution.ok && resolution.type !== null && resolution.type !== center ? resolution.type : undefined;
}

function checkComparedValues(context: CheckContext, pattern: SyntaxComparison): CheckedValues | undefined {
  const { diagnostics } = context;
  const { operator, value } = pattern;
  const values = checkValues(context, value);
  if (values === undefined) return undefined;
  const count = values.literals.length + values.references.length;
  if (operator === 'IN') {
    if (value.kind === 'list' || value.kind === 'reference') return values;
    diagnostics.report('pattern-scalar-in', pattern.value, { operator: pattern.negated ? 'NOT IN' : 'IN' });
    return undefined;
  }
  if (count > 1) {
    diagnostics.report('pattern-list-operator', pattern.value, { operator });
    return undefined;
  }
  const literals = values.literals.map((literal) => literalFor(operator, literal));
  return literals.every((literal) => checkLiteral(context, pattern, literal)) ? { ...values, literals } : undefined;
}

/** Operators on texts see a number as its decimal text. */
function literalFor(operator: ComparisonOperator | '!=', literal: LiteralValue): LiteralValue {
  const onText = operator === 'LIKE' || operator === 'MATCHES' || operator === 'ISSUBSET' || operator === 'ISSUPERSET';
  return onText ? String(literal) : literal;
}

function checkLiteral(context: CheckContext, pattern: SyntaxComparison, literal: LiteralValue): boolean {
  const { operator, value } = pattern;
  const text = String(literal);
  if (operator === 'MATCHES') {
    const problem = regularExpressionProblem(text);
    if (problem !== undefined) context.diagnostics.report('pattern-regular-expression', value, { problem });
    return problem === undefined;
  }
  if ((operator === 'ISSUBSET' || operator === 'ISSUPERSET') && !isNetwork(text)) {
    context.diagnostics.report('pattern-network', value, { operator, value: text.slice(0, 60) });
    return false;
  }
  return true;
}
