import { ANALYTICS } from '../catalogue/analytics.ts';
import { nearest } from '../catalogue/nearest.ts';
import type { ApplyStatement } from '../language/ast.ts';
import type { Diagnostic } from '../language/diagnostic.ts';

/** Analytics outside the process parse and check; what they would be run by is not there. */
export function externalAnalytics({ analytics, range }: ApplyStatement): Diagnostic {
  const names = ANALYTICS.map(({ name }) => name);
  const suggestion = nearest(analytics.replace(/^[^:]*:\/\//, ''), names);
  return {
    code: 'not-executed',
    severity: 'error',
    range,
    message: `APPLY ${analytics.slice(0, 100)}: analytics outside the process are not executed yet`,
    hint:
      suggestion === undefined
        ? `built in are: ${names.join(', ')}`
        : `did you mean ${suggestion}? Built in are: ${names.join(', ')}`,
  };
}
