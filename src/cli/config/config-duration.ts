import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import type { ConfigProblem } from './alert-config.ts';

/** Milliseconds of a duration that has to be some time. Throws what `problem` makes of its place. */
export function configDuration(text: string, path: readonly string[], problem: ConfigProblem): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms !== 0) return ms;
  const hint = 'Write a number and a unit: 30s, 5m, 1h, 2d.';
  throw problem(path, `${path.at(-1)} is longer than ten years, or no time at all`, hint);
}
