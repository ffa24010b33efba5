import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolders } from './make-folders.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-folders-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('folders that are made', () => {
  it('with those they lie in, for their owner only, and again without complaint', async () => {
    const path = join(folder, 'a/b/c');
    await makeFolders(path);
    await makeFolders(path);
    for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700);
  });

  it('not below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolders(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform !== 'linux')(
    'not where a folder takes none: said, instead of tried for ever',
    async () => {
      await expect(makeFolders('/proc/windhover/state')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
