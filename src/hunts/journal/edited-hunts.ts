import type { HuntIdentity } from '../upgrade/hunt-identity.ts';
import type { JournalStep } from './journal-step.ts';

/** A stretch of a journal that another version of a hunt ran in. */
export interface EditedHunt {
  readonly hunt: string;
  /** Wall clock of the opening with that version, and of the one with this version again, ms; absent: it ran to the end. */
  readonly fromMs: number;
  readonly toMs?: number;
}

/**
 * Hunts that were not, all the time, what they are now: of each the first stretch. An edit may leave a hunt its state, so that
 * one journal holds several versions of it; only their fingerprints are kept. Openings from `toMs` (wall time) on do not count.
 */
export async function editedHunts(
  steps: AsyncIterable<JournalStep>,
  hunts: readonly Pick<HuntIdentity, 'id' | 'fingerprint'>[],
  toMs: number,
): Promise<EditedHunt[]> {
  const edited = new Map<string, EditedHunt>();
  for await (const step of steps) {
    if (step.kind !== 'open') continue;
    if (step.clock >= toMs) break;
    for (const { id, fingerprint } of hunts) {
      const then = step.setup.hunts.find((each) => each.id === id);
      if (then === undefined) continue;
      const known = edited.get(id);
      if (then.fingerprint !== fingerprint) {
        if (known === undefined) edited.set(id, { hunt: id, fromMs: step.clock });
      } else if (known !== undefined && known.toMs === undefined) edited.set(id, { ...known, toMs: step.clock });
    }
  }
  return [...edited.values()];
}
