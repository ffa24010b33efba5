import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where real recordings lie, if anywhere; they are not part of the project. */
export const RECORDINGS = process.env.WINDHOVER_DATA ?? resolve(root, '../shared/data');
export const HAS_RECORDINGS = existsSync(RECORDINGS);

export function recording(path: string): string {
  return resolve(RECORDINGS, path);
}

export function bundledHunt(path: string): string {
  return resolve(root, 'hunts', path);
}
