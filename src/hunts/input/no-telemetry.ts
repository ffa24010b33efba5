import { basename, dirname, join } from 'node:path';
import type { SourceNotice } from './source-notice.ts';

/** Places among which the most frequent ending is looked for. */
const LOOKED_AT = 1000;

/**
 * What is told of a file among others in which nothing at all was recognised (a README, a ground truth, a picture): it counts as
 * undecodable, so that from then on no alert is sure to have seen everything. `undecodable`: how often it counts.
 */
export function noTelemetry(place: string, undecodable: number, among: readonly string[]): SourceNotice {
  const glob = globWithout(place, among);
  const without =
    glob === undefined ? 'Move it out of the folder, or name the others.' : `A glob leaves it out: ${glob}.`;
  const message = `is no telemetry of a known format, and counts as ${undecodable} undecodable. ${without}`;
  return { place, code: 'source-no-telemetry', message };
}

/** A pattern for files of the most frequent ending in its folder, and how many these are, if that is another one than its own. */
function globWithout(place: string, among: readonly string[]): string | undefined {
  const folder = dirname(place);
  const counts = new Map<string, number>();
  for (const other of among.slice(0, LOOKED_AT)) {
    if (other === place || dirname(other) !== folder) continue;
    const ending = endingOf(other);
    if (ending !== '') counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (first === undefined || basename(place).endsWith(first[0])) return undefined;
  // It may leave out more than this one.
  const taken = among.length > LOOKED_AT ? '' : ` (${first[1]} of ${among.length} files)`;
  return `${join(folder, `*${first[0]}`)}${taken}`;
}

/** `.ndjson.gz` of `app.2026.ndjson.gz`: the last part, and what stands before it where that says how it is packed. */
function endingOf(place: string): string {
  return /\.[A-Za-z][A-Za-z0-9]*(?:\.gz)?$/u.exec(basename(place))?.[0] ?? '';
}
