import { readdirSync, readFileSync } from 'node:fs';
import { parseHuntFile } from '../../src/hunts/hunt-file/hunt-file-parse.ts';
import type { HuntFile } from '../../src/hunts/hunt-file/hunt-file.ts';
import { bundledHunt } from '../support/recordings.ts';

export function bundledHuntFiles(): readonly HuntFile[] {
  const files = readdirSync(bundledHunt('')).filter((name) => name.endsWith('.hunt.yaml'));
  return files.map((file) => {
    const { hunt, diagnostics } = parseHuntFile(file, readFileSync(bundledHunt(file), 'utf8'));
    if (hunt === undefined) throw new Error(`${file}: ${diagnostics.map(({ message }) => message).join('; ')}`);
    return hunt;
  });
}
