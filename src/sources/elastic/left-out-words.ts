import type { FieldTest, UnusedRule } from '../../telemetry/left-out.ts';

/** Tells how many documents are not read, and what they are told by. */
export function leftOutWords(count: number, followed: readonly { readonly rule: UnusedRule }[]): string {
  const rules = followed.map(({ rule }) => rule.tests.filter(says).map(testWords).join(' and '));
  return `${count} documents are left out, as no hunt can use them: ${rules.join('; ')}`;
}

function says({ is, values }: FieldTest, _at: number, tests: readonly FieldTest[]): boolean {
  return tests.length === 1 || is === 'one-of' || values.length > 0;
}

function testWords({ field, is, values }: FieldTest): string {
  if (values.length === 0) return `those with ${field}`;
  return `${field} is ${is === 'one-of' ? '' : 'not '}${values.join(' or ')}`;
}
