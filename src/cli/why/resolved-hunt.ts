import type { Diagnostic } from '../../language/diagnostic.ts';
import type { LoadedHunt } from '../load-hunts.ts';
import type { SessionHunt } from '../run/session-options.ts';

/** A hunt with the places of its sources; without a session it does not run. */
export interface ResolvedHunt {
  readonly loaded: LoadedHunt;
  readonly diagnostics: readonly Diagnostic[];
  readonly session: SessionHunt | undefined;
}
