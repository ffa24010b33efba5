import { basename } from 'node:path';
import type { HuntIdentity } from '../../hunts/upgrade/hunt-identity.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';

/** A hunt that a call names and that cannot run as it stands. */
export interface BadHunt {
  readonly file: string;
  /** Absent: the file does not even say so. */
  readonly id: string | undefined;
}

/** Those that do not check, or whose sources are not known. */
export function badHunts(hunts: readonly ResolvedHunt[]): BadHunt[] {
  return hunts.flatMap(({ loaded: { id, file }, session }) =>
    session === undefined ? [{ file, id: id === file ? undefined : id }] : [],
  );
}

/**
 * Whether the state of a hunt is that of a bad one. Where the file does not say which hunt it is, its name has to do: rather
 * is too much kept than what a mended file would have gone on with.
 */
export function isBadHunt(hunt: HuntIdentity, bad: readonly BadHunt[], running: ReadonlySet<string>): boolean {
  if (running.has(hunt.id)) return false;
  return bad.some(({ id, file }) => {
    if (id !== undefined) return id === hunt.id;
    return hunt.file === undefined || hunt.file === basename(file);
  });
}
