import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { ComparisonOperator } from '../../language/ast.ts';
import { compareTexts, isInstant, textOf, type Value } from '../../graph/value.ts';
import { parsedNanos, parseTime } from '../../telemetry/time-text.ts';
import { decimalOf } from './decimal.ts';
import { likePattern } from './like-pattern.ts';
import { isSubset, parseNetwork } from './network.ts';
import { regularExpression } from './regular-expression.ts';

/** Decides one value that is not a list; the positive form of a comparison. */
export type ValueTest = (value: Value) => boolean;

/** Order of two values under `<` and its like, and whether they are equal: see docs/semantics.md, Comparing. */
export function compareLoosely(a: Value, b: Value): number {
  const x = decimalOf(a);
  const y = decimalOf(b);
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  const instants = bothInstants(a, b);
  if (instants !== undefined) return compareInstants(instants[0], instants[1]);
  return compareTexts(textOf(a), textOf(b));
}

/**
 * Key under which values that `=` calls equal are found in a map. Times are equal to texts that are timestamps, which
 * no key can say: look those up with `isTimeLike`.
 */
export function equalityKey(value: Value): string {
  const number = decimalOf(value);
  return Number.isNaN(number) ? `t${textOf(value)}` : `n${number === 0 ? 0 : number}`;
}

/** A time, or a text that is a timestamp. */
export function isTimeLike(value: Value): boolean {
  return timeOf(value) !== undefined;
}

/** The positive test of a comparison against one literal or referenced value. */
export function valueTest(operator: ComparisonOperator, operand: Value): ValueTest {
  switch (operator) {
    case '=':
    case 'IN':
      return equalTo(operand);
    case '<':
      return (value) => compareLoosely(value, operand) < 0;
    case '<=':
      return (value) => compareLoosely(value, operand) <= 0;
    case '>':
      return (value) => compareLoosely(value, operand) > 0;
    case '>=':
      return (value) => compareLoosely(value, operand) >= 0;
    case 'LIKE': {
      const like = likePattern(textOf(operand));
      return (value) => like(textOf(value));
    }
    case 'MATCHES': {
      const matches = regularExpression(textOf(operand));
      return (value) => matches(textOf(value));
    }
    case 'ISSUBSET': {
      const outer = parseNetwork(textOf(operand));
      return (value) => {
        const inner = parseNetwork(textOf(value));
        return inner !== undefined && outer !== undefined && isSubset(inner, outer);
      };
    }
    case 'ISSUPERSET': {
      const inner = parseNetwork(textOf(operand));
      return (value) => {
        const outer = parseNetwork(textOf(value));
        return inner !== undefined && outer !== undefined && isSubset(inner, outer);
      };
    }
  }
}

/** The positive test of a comparison against several literals: some of them satisfies it. */
export function anyOf(operator: ComparisonOperator, operands: readonly Value[]): ValueTest {
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return valueTest(operator, only);
  if ((operator === '=' || operator === 'IN') && !operands.some(isTimeLike)) {
    const keys = new Set(operands.map(equalityKey));
    return (value) => keys.has(equalityKey(value));
  }
  const tests = operands.map((operand) => valueTest(operator, operand));
  return (value) => tests.some((test) => test(value));
}

/** Applies a positive test to an attribute: null fails always; a list satisfies it by some element, negated by none. */
export function holds(value: Value | undefined, test: ValueTest, negated: boolean): boolean {
  if (value === undefined) return false;
  if (!Array.isArray(value)) return test(value) !== negated;
  if (value.length === 0) return false;
  return (value as readonly string[]).some((element) => test(element)) !== negated;
}

function equalTo(operand: Value): ValueTest {
  const text = textOf(operand);
  const number = decimalOf(operand);
  const instant = timeOf(operand);
  if (Number.isNaN(number) && instant === undefined) return (value) => value === text || textOf(value) === text;
  return (value) => compareLoosely(value, operand) === 0;
}

/** Both as instants where one is a time and the other a time or a timestamp. */
function bothInstants(a: Value, b: Value): readonly [Instant, Instant] | undefined {
  if (!(typeof a === 'object' && isInstant(a)) && !(typeof b === 'object' && isInstant(b))) return undefined;
  const x = timeOf(a);
  const y = timeOf(b);
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** The instant of a time, or of a text that is a timestamp. */
export function timeOf(value: Value): Instant | undefined {
  if (typeof value === 'object') return isInstant(value) ? value : undefined;
  const ms = typeof value === 'string' ? parseTime(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : { ms, ns: parsedNanos() };
}
