import type { FieldTest, UnusedRule } from '../../telemetry/left-out.ts';
import type { FieldTypes } from './elastic-gateway.ts';

/** Types that keep whole numbers: a value may stand as a text, or as a number. */
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['byte', 'short', 'integer', 'long']);
const WHOLE = /^\d{1,9}$/u;
/** What a field is called that keeps the whole of a text beside its words: so does a mapping that nobody wrote. */
const EXACT = '.keyword';

/** Fields that have to be known of a rule. */
export function fieldsAskedFor({ tests }: UnusedRule): string[] {
  return tests.flatMap(({ field }) => [field, `${field}${EXACT}`]);
}

/** The query for the documents of a rule; `undefined` where some index does not keep a field as whole values, or none has it. */
export function unusedQuery({ tests }: UnusedRule, types: FieldTypes): unknown {
  const clauses = tests.map((test) => testQuery(test, types));
  return clauses.includes(undefined) ? undefined : { bool: { filter: clauses } };
}

/** Fields of a rule that indices have, but not as whole values; none where one is missing everywhere. */
export function unclearFields({ tests }: UnusedRule, types: FieldTypes): string[] {
  const has = ({ field }: FieldTest): boolean => (types.get(field)?.length ?? 0) > 0;
  if (!tests.every(has)) return [];
  return tests.filter((test) => testQuery(test, types) === undefined).map(({ field }) => field);
}

function testQuery({ field, is, values }: FieldTest, types: FieldTypes): unknown {
  const exact = exactField(field, values, types);
  if (exact === undefined) return undefined;
  const terms = { terms: { [exact]: values } };
  if (is === 'one-of') return terms;
  const exists = { exists: { field: exact } };
  return values.length === 0 ? exists : { bool: { filter: [exists], must_not: [terms] } };
}

/** Words of a text, or rounded numbers, say nothing certain. A document that lacks the field in this form is not left out. */
function exactField(field: string, values: readonly string[], types: FieldTypes): string | undefined {
  const isExact = (type: string): boolean =>
    type === 'keyword' || (WHOLE_NUMBERS.has(type) && values.every((value) => WHOLE.test(value)));
  for (const name of [field, `${field}${EXACT}`]) {
    const found = types.get(name) ?? [];
    if (found.length > 0 && found.every(isExact)) return name;
  }
  return undefined;
}
