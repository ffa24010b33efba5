import type { AttributePath, Pattern } from '../../src/language/ast.ts';
import type { PlainEntity, PlainRecord, PlainValue } from './plain-record.ts';
import { satisfies } from './plain-values.ts';

/** Values of `x.attr` for a reference in a pattern. */
export type ReferenceValues = (
  reference: Extract<Pattern, { kind: 'comparison' }>['references'][number],
) => readonly PlainValue[];

/** Whether a record selects `center` under the pattern: one witness for each other type named (A34). */
export function selects(
  record: PlainRecord,
  center: PlainEntity,
  pattern: Pattern,
  references: ReferenceValues,
): boolean {
  const types = [...otherTypes(pattern)];
  const choices = types.map((type): readonly (PlainEntity | undefined)[] => {
    const mentions = record.entities.filter((entity) => entity.type === type);
    return mentions.length === 0 ? [undefined] : mentions;
  });
  const tryAll = (chosen: readonly (PlainEntity | undefined)[]): boolean => {
    if (chosen.length < types.length) return choices[chosen.length]!.some((entity) => tryAll([...chosen, entity]));
    return holds(record, pattern, (type) => (type === null ? center : chosen[types.indexOf(type)]), references);
  };
  return tryAll([]);
}

function otherTypes(pattern: Pattern, into = new Set<string>()): Set<string> {
  if ('operands' in pattern) for (const operand of pattern.operands) otherTypes(operand, into);
  else if (!pattern.center) into.add(pattern.type);
  return into;
}

function holds(
  record: PlainRecord,
  pattern: Pattern,
  mentionOf: (type: string | null) => PlainEntity | undefined,
  references: ReferenceValues,
): boolean {
  if ('operands' in pattern) {
    const decide = (operand: Pattern): boolean => holds(record, operand, mentionOf, references);
    return pattern.kind === 'and' ? pattern.operands.every(decide) : pattern.operands.some(decide);
  }
  const start = mentionOf(pattern.center ? null : pattern.type);
  if (start === undefined) return false;
  if (pattern.path.role !== undefined && pattern.path.role !== start.role) return false;
  const values = valuesIn(record, start, pattern.path);
  if (pattern.kind === 'null') return values.length > 0 === pattern.negated;
  return compares(values, pattern, references);
}

/** A comparison of the values that a path leads to (docs/semantics.md, Comparing). */
export function compares(
  values: readonly PlainValue[],
  { operator, negated, literals, references }: Extract<Pattern, { kind: 'comparison' }>,
  valuesOf: ReferenceValues,
): boolean {
  const operands = [
    ...literals.filter((literal) => literal !== null),
    ...references.flatMap((reference) => valuesOf(reference)),
  ];
  return values.some((value) => {
    const elements: readonly PlainValue[] = Array.isArray(value) ? (value as readonly string[]) : [value];
    if (elements.length === 0) return false;
    const some = elements.some((element) => operands.some((operand) => satisfies(element, operator, operand)));
    return some !== negated;
  });
}

function valuesIn(record: PlainRecord, start: PlainEntity, path: AttributePath): PlainValue[] {
  let level = [start];
  for (const step of path.steps) {
    level = level.flatMap((entity) => {
      const to = entity.references[step.reference];
      const indexes = to === undefined ? [] : Array.isArray(to) ? (to as readonly number[]) : [to as number];
      return indexes.map((index) => record.entities[index] as PlainEntity);
    });
  }
  return level.flatMap((entity) => {
    const value = entity.attributes[path.attribute];
    return value === undefined ? [] : [value];
  });
}
