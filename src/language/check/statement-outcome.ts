import type { Statement } from '../ast.ts';
import type { Core } from './check-query.ts';
import type { Columns } from './scope.ts';

/** What checking a command gives: nothing in `core` if it has an error, but always what its result is known to be. */
export interface Outcome {
  readonly core: Core<Statement> | undefined;
  /** Absent for commands that yield no variable. */
  readonly result?: { readonly type: string | null; readonly shape: 'entities' | 'rows'; readonly columns: Columns };
}
