import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundledHunt } from '../support/recordings.ts';
import { bundledHuntFiles } from './bundled-hunt-files.ts';
import { attackTerms, huntIndex, platforms, UnknownTag } from './hunt-index.ts';
import { laidOut } from './laid-out.ts';

const HUNTS = bundledHuntFiles();

describe('hunts/README.md', () => {
  test('is what the hunt files say (else run npm run hunts:index)', async () => {
    expect(readFileSync(bundledHunt('README.md'), 'utf8')).toBe(await laidOut(huntIndex(HUNTS)));
  });

  test.each(HUNTS.map((hunt) => [hunt.id, hunt] as const))('%s has technique, tactic and platform', (_, hunt) => {
    const { tactics, techniques } = attackTerms(hunt);
    expect(tactics).not.toEqual([]);
    expect(techniques).not.toEqual([]);
    expect(platforms(hunt)).not.toEqual([]);
  });

  test('a tag that ATT&CK does not know is refused', () => {
    expect(() => attackTerms({ id: 'h', tags: ['attack.t1059', 'attack.defence_evasion'] })).toThrow(UnknownTag);
  });

  test('what would end a cell or a line stays within it', () => {
    const [hunt] = HUNTS;
    const page = huntIndex([{ ...hunt!, title: 'a | b\nc' }]);
    expect(page).toContain('| a \\| b c |');
  });
});
