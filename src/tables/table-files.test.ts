import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadFailure } from '../language/loaded-table.ts';
import { readTableFile } from './read-table-file.ts';
import { removeAbandoned, savingFile } from './saving-file.ts';
import { tablePath, writablePath } from './table-path.ts';
import { writeTableFile } from './write-table-file.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-tables-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const TABLE = { type: 'process', columns: ['name'], rows: [['sh']] };
const context = () => ({ cwd, env: { HOME: cwd } });
const at = (name: string): string => join(cwd, name);

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'done';
}

describe('a path of LOAD or SAVE', () => {
  const env = { HOME: '/home/me', DIR: '/data', ES_API_KEY: 'abc' };
  const path = (written: string): string => tablePath(written, { cwd: '/hunter', env });

  test('is relative to the working folder, after ~ and variables', () => {
    expect(path('a.csv')).toBe('/hunter/a.csv');
    expect(path('../a.csv')).toBe('/a.csv');
    expect(path('~/a.csv')).toBe('/home/me/a.csv');
    expect(path('file:///x/a.csv')).toBe('/x/a.csv');
    expect(path('$DIR/${HOME}.csv')).toBe('/data//home/me.csv'.replace('//', '/'));
  });

  test('names no unset variable, no secret and no NUL', () => {
    expect(() => path('$NOPE/a.csv')).toThrow('NOPE is not set');
    expect(() => path('/tmp/$ES_API_KEY.csv')).toThrow('may hold a secret');
    expect(() => path('a\u0000.csv')).toThrow('NUL');
    expect(() => path('$constructor/a.csv')).toThrow('not set');
  });

  test('of SAVE leads through nothing hidden', () => {
    const written = (text: string): string => writablePath(text, { cwd: '/hunter/.cache', env });
    expect(written('./out/../a.csv')).toBe('/hunter/.cache/a.csv');
    expect(() => written('~/.config/app.json')).toThrow('.config is hidden');
    expect(() => written('.a.csv')).toThrow('hidden');
  });
});

describe('writing', () => {
  test('makes a file for its owner only, and nothing beside it', async () => {
    await writeTableFile('a.csv', TABLE, context());
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('"type",name\r\n"process","sh"\r\n');
    expect(lstatSync(at('a.csv')).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd)).toEqual(['a.csv']);
  });

  test('replaces a file, which keeps its permissions', async () => {
    writeFileSync(at('a.json'), '[]');
    chmodSync(at('a.json'), 0o644);
    await writeTableFile('a.json', TABLE, context());
    expect(lstatSync(at('a.json')).mode & 0o777).toBe(0o644);
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).toEqual([{ type: 'process', name: 'sh' }]);
  });

  test('is read back, compressed too', async () => {
    for (const name of ['a.csv.gz', 'a.json.gz', 'a.ndjson', 'a.jsonl.gz']) {
      await writeTableFile(name, TABLE, context());
      expect(await readTableFile(name, context())).toMatchObject({
        columns: ['type', 'name'],
        rows: [['process', 'sh']],
      });
    }
  });

  test('replaces nothing but regular files, and no JSON that is no table', async () => {
    mkdirSync(at('folder.csv'));
    writeFileSync(at('target.csv'), 'kept');
    symlinkSync(at('target.csv'), at('link.csv'));
    execFileSync('mkfifo', [at('pipe.csv')]);
    writeFileSync(at('package.json'), '\n {"name": "app"}');
    const codes = [];
    for (const name of ['folder.csv', 'link.csv', 'pipe.csv', 'package.json']) {
      codes.push(await codeOf(writeTableFile(name, TABLE, context())));
    }
    expect(codes).toEqual([
      'save-refused: it is a folder',
      'save-refused: it is a symbolic link',
      'save-refused: it is no regular file',
      'save-refused: it holds JSON that is no table',
    ]);
    expect(readFileSync(at('target.csv'), 'utf8')).toBe('kept');
  });

  test('that fails leaves the old file, and nothing beside it', async () => {
    writeFileSync(at('a.csv'), 'old');
    const broken = { ...TABLE, rows: [['sh'], null as unknown as string[]] };
    expect(await codeOf(writeTableFile('a.csv', broken, context()))).toMatch(/^save-failed/);
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('old');
    expect(readdirSync(cwd)).toEqual(['a.csv']);
    expect(await codeOf(writeTableFile('none/a.csv', TABLE, context()))).toBe('save-denied: its folder does not exist');
    expect(await codeOf(writeTableFile('a.csv/b.csv', TABLE, context()))).toBe(
      'save-denied: a part of the path is no folder',
    );
  });
});

describe('what killed processes left beside a file', () => {
  const HOUR = 3_600_000;

  test('is removed once it is old, and nothing else is', async () => {
    const now = Date.now();
    const old = [
      '.a.csv.0123456789ab.saving',
      '.a.csv.x.saving',
      '.b.csv.0123456789ab.saving',
      'a.csv.saving',
      'a.csv',
    ];
    for (const name of old) {
      writeFileSync(at(name), 'x');
      utimesSync(at(name), 0, (now - HOUR) / 1000 - 60);
    }
    writeFileSync(at('.a.csv.ba9876543210.saving'), 'x');
    mkdirSync(at('.a.csv.aaaaaaaaaaaa.saving'));
    await removeAbandoned(at('a.csv'), now);
    expect(readdirSync(cwd).sort()).toEqual(
      [...old.slice(1), '.a.csv.ba9876543210.saving', '.a.csv.aaaaaaaaaaaa.saving'].sort(),
    );
  });

  test('is found under the name that a file is written under', async () => {
    writeFileSync(savingFile(at(`${'a'.repeat(200)}.csv`)), 'x');
    await removeAbandoned(at(`${'a'.repeat(200)}.csv`), Date.now() + 2 * HOUR);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('stays where the folder is gone', async () => {
    await expect(removeAbandoned(at('none/a.csv'), 0)).resolves.toBeUndefined();
  });
});

describe('reading', () => {
  const failure = async (name: string): Promise<string> =>
    ((await readTableFile(name, context())) as LoadFailure).problem;

  test('tells why a file is not read', async () => {
    mkdirSync(at('folder.csv'));
    execFileSync('mkfifo', [at('pipe.csv')]);
    symlinkSync(at('loop.csv'), at('loop.csv'));
    writeFileSync(at('bad.csv'), 'a,b\n1\n');
    expect(await failure('none.csv')).toBe('there is no such file');
    expect(await failure('folder.csv')).toBe('it is no regular file');
    expect(await failure('pipe.csv')).toBe('it is no regular file');
    expect(await failure('loop.csv')).toBe('it is a link that leads nowhere');
    expect(await failure('bad.csv')).toBe('line 2: 1 cell, but the header names 2');
    expect(await failure('/dev/zero.csv')).toBe('there is no such file');
    expect(await failure('$NOPE/a.csv')).toContain('is not set');
  });
});
