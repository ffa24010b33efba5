import type { LiteralValue } from '../language/ast.ts';
import type { NodeIndex, PlanComparison, PlanPattern, PlanTimespan } from './hunt-plan.ts';

/** Every comparison of a pattern, from left to right. */
export function comparisonsOf(pattern: PlanPattern | null): PlanComparison[] {
  if (pattern === null) return [];
  if ('operands' in pattern) return pattern.operands.flatMap(comparisonsOf);
  return pattern.kind === 'comparison' ? [pattern] : [];
}

/** Attribute paths that a pattern looks at, without repetitions; other types than the center's with their type. */
export function pathsOf(pattern: PlanPattern): string[] {
  if ('operands' in pattern) return [...new Set(pattern.operands.flatMap(pathsOf))];
  return [attributeText(pattern)];
}

/** A pattern as a reader of the huntflow would write it; by default `[3]` stands for the values that node 3 gives. */
export function patternText(
  pattern: PlanPattern,
  reference: (node: NodeIndex) => string = (node) => `[${node}]`,
): string {
  if ('operands' in pattern) {
    const parts = pattern.operands.map((operand) =>
      'operands' in operand ? `(${patternText(operand, reference)})` : patternText(operand, reference),
    );
    return parts.join(pattern.kind === 'and' ? ' AND ' : ' OR ');
  }
  const attribute = attributeText(pattern);
  if (pattern.kind === 'null') return `${attribute} IS ${pattern.negated ? 'NOT ' : ''}NULL`;
  const operator =
    pattern.operator === '=' ? (pattern.negated ? '!=' : '=') : `${pattern.negated ? 'NOT ' : ''}${pattern.operator}`;
  const operands = [...pattern.literals.map(literalText), ...pattern.references.map(reference)];
  const bare = operands.length === 1 && pattern.operator !== 'IN';
  return `${attribute} ${operator} ${bare ? (operands[0] as string) : `(${operands.join(', ')})`}`;
}

/** The pattern without what depends on other variables: true wherever the whole is. Null where nothing is left. */
export function constantPart(pattern: PlanPattern): string | null {
  if (!('operands' in pattern)) {
    return pattern.kind === 'comparison' && pattern.references.length > 0 ? null : patternText(pattern);
  }
  const parts = pattern.operands.map((operand) => ({ operand, text: constantPart(operand) }));
  if (pattern.kind === 'or' && parts.some(({ text }) => text === null)) return null;
  const known = parts.filter(({ text }) => text !== null);
  if (known.length === 0) return null;
  if (known.length === 1) return known[0]?.text ?? null;
  return known
    .map(({ operand, text }) => ('operands' in operand ? `(${text})` : text))
    .join(pattern.kind === 'and' ? ' AND ' : ' OR ');
}

export function timespanText(timespan: PlanTimespan | undefined): string {
  if (timespan === undefined) return '';
  if (timespan.kind === 'last') return `, in the last ${timespan.milliseconds / 1000} s`;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return `, from ${iso(timespan.start.ms)} to ${iso(timespan.stop.ms)}`;
}

function attributeText(pattern: Exclude<PlanPattern, { operands: unknown }>): string {
  return pattern.center ? pattern.path.text : `${pattern.type}:${pattern.path.text}`;
}

function literalText(literal: LiteralValue): string {
  return typeof literal === 'string' ? `'${literal.replaceAll("'", String.raw`\'`)}'` : String(literal);
}
