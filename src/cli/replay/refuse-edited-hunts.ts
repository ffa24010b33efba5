import { UsageError } from '../../errors/windhover-error.ts';
import { editedHunts, type EditedHunt } from '../../hunts/journal/edited-hunts.ts';

/** Hunts that the error names; the others are counted. */
const NAMED = 3;

/** A replay with another version of a hunt than ran is no replay. Throws `UsageError` `hunt-edited`. */
export async function refuseEditedHunts(...[steps, hunts, toMs]: Parameters<typeof editedHunts>): Promise<void> {
  const edited = await editedHunts(steps, hunts, toMs);
  const [first] = edited;
  if (first === undefined) return;
  const named = edited.slice(0, NAMED).map(toldOf);
  const others = edited.length > NAMED ? [`${edited.length - NAMED} more`] : [];
  const until = first.toMs === undefined ? '' : `, with --to ${new Date(first.toMs).toISOString()}`;
  throw new UsageError(
    'hunt-edited',
    `Not what it was in the journal: ${[...named, ...others].join('; ')}`,
    `Replay it as it was then${until}, or see what it would have raised as it is now: --edited.`,
  );
}

function toldOf({ hunt, fromMs, toMs }: EditedHunt): string {
  const until = toMs === undefined ? 'to the end' : `until ${new Date(toMs).toISOString()}`;
  return `${hunt}, another version of which ran from ${new Date(fromMs).toISOString()} ${until}`;
}
