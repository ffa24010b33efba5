// Writes hunts/README.md from the hunt files: npm run hunts:index
import { writeFileSync } from 'node:fs';
import { bundledHuntFiles } from '../test/library/bundled-hunt-files.ts';
import { huntIndex } from '../test/library/hunt-index.ts';
import { laidOut } from '../test/library/laid-out.ts';

writeFileSync(new URL('../hunts/README.md', import.meta.url), await laidOut(huntIndex(bundledHuntFiles())));
