import { expect, test } from 'vitest';
import { whyAllKinds } from './all-kinds.ts';

test('what is forgotten by the clock goes by every record, whichever retention forgets it', () => {
  const all = (kept: Partial<Parameters<typeof whyAllKinds>[0]>): string | undefined =>
    whyAllKinds({ hunts: [], ...kept });
  expect(all({})).toBeUndefined();
  expect(all({ retentionMs: Infinity, sourceRetentionMs: new Map(), typeRetentionMs: new Map() })).toBeUndefined();
  expect(all({ retentionMs: 1 })).toMatch(/^the retention /u);
  expect(all({ sourceRetentionMs: new Map([['lab', 1]]) })).toMatch(/^the retention /u);
  expect(all({ retentionMs: Infinity, typeRetentionMs: new Map([['file', 1]]) })).toMatch(/^the retention /u);
});
