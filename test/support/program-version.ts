import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Tells one state of the program's files from another. Tests that start the program again over what an earlier process left
 * run it from its source: edited between the two it is another version, and what it comes to says nothing of crashes.
 */
export function programVersion(): string {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => `${name} ${statSync(join(SRC, name)).mtimeMs}`)
    .join('\n');
}
