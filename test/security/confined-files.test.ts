import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confinedPath } from '../../src/tables/table-folders.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';

let root = '';
const at = (name: string): string => join(root, name);
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'windhover-confined-')));
  for (const folder of ['lists/deep', 'out', 'outside', 'lists-of-others']) mkdirSync(at(folder), { recursive: true });
  for (const folder of ['lists', 'lists/deep', 'outside', 'lists-of-others']) {
    writeFileSync(at(`${folder}/known.csv`), 'type,name\nprocess,sh\n');
  }
  symlinkSync(at('outside'), at('lists/way-out'));
  symlinkSync(at('outside/known.csv'), at('lists/link.csv'));
  symlinkSync(at('outside'), at('out/way-out'));
  symlinkSync(at('lists/deep'), at('lists/way-in'));
  symlinkSync(at('lists'), at('called-so'));
  writeFileSync(at('windhover.yaml'), 'files: { read: [./called-so], write: [out] }\n');
  writeFileSync(at('empty.ndjson'), '');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(huntflow: string, ...args: string[]): Promise<ProgramResult> {
  writeFileSync(at('h.hf'), huntflow);
  return runWindhover(['run', 'h.hf', '--format', 'json', '--source', 's=empty.ndjson', ...args], { cwd: root });
}

const OUTSIDE = 'lies outside the folders';

describe('LOAD, where the configuration names the folders that hunts may read', () => {
  test.each(['lists/known.csv', 'lists/../lists/deep/known.csv', 'lists/way-in/known.csv', 'called-so/known.csv'])(
    'reads %s',
    async (path) => {
      const { code, stderr } = await run(`x = LOAD '${path}'\nDISP x`);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining(OUTSIDE)]);
    },
  );

  test.each([
    'outside/known.csv',
    'outside/nothing.csv',
    'lists/../outside/known.csv',
    'lists/way-out/known.csv',
    'lists/way-out/nothing.csv',
    'lists/link.csv',
    'lists-of-others/known.csv',
    '/etc/passwd.csv',
    '/no/such/folder/x.csv',
  ])('does not read %s, and does not say whether it is there', async (path) => {
    const { code, stderr } = await run(`x = LOAD '${path}'\nDISP x`);
    expect(code).toBe(1);
    expect(stderr).toContain(OUTSIDE);
  });

  test('says of what is missing inside that it is missing', async () => {
    expect((await run(`x = LOAD 'lists/nothing.csv'\nDISP x`)).stderr).toContain('no such file');
  });

  test.each([['explain'], ['test'], ['backtest']])('%s keeps to it too', async (command) => {
    writeFileSync(
      at('l.hunt.yaml'),
      `hunt: l\nhuntflow: |\n  x = LOAD 'outside/known.csv'\ntests: [{name: a, records: [], expect: {x: {count: 1}}}]\n`,
    );
    const { stderr } = await runWindhover([command, 'l.hunt.yaml'], { cwd: root });
    expect(stderr).toContain(OUTSIDE);
  });

  test('and so does a shell', async () => {
    async function* typed(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("x = LOAD 'outside/known.csv'\n");
    }
    const { stdout, stderr } = await runWindhover(['shell', '--no-history'], { cwd: root, stdin: typed() });
    expect(stdout + stderr).toContain(OUTSIDE);
  });
});

describe('FROM, there', () => {
  test.each(['file://outside', 'kafka://10.0.0.1:9092/t', 'elastic+http://169.254.169.254/x'])(
    'reads no place that the hunt names itself: %s',
    async (place) => {
      const { code, stderr } = await run(`x = GET process FROM '${place}' WHERE pid = 1`);
      expect(code).toBe(1);
      expect(stderr).toContain('source-confined');
    },
  );

  test('reads sources by their names', async () => {
    expect((await run('x = GET process FROM s WHERE pid = 1')).code).toBe(0);
  });
});

describe('SAVE, where the configuration names the folders that hunts may write to', () => {
  const save = (path: string): Promise<ProgramResult> => run(`x = NEW process ['sh']\nSAVE x TO '${path}'`);

  test('writes into them', async () => {
    expect((await save('out/a.csv')).code).toBe(0);
    expect(readFileSync(at('out/a.csv'), 'utf8')).toContain('sh');
  });

  test.each([
    'a.csv',
    'outside/a.csv',
    'out/../outside/a.csv',
    'out/way-out/a.csv',
    'lists/a.csv',
    'out/none/../../a.csv',
  ])('does not write %s', async (path) => {
    const { code, stderr } = await save(path);
    expect(code).toBe(3);
    expect(stderr).toContain(OUTSIDE);
    expect(existsSync(at('a.csv')) || existsSync(at('outside/a.csv')) || existsSync(at('lists/a.csv'))).toBe(false);
  });
});

test('an empty list allows nothing; without the key anything goes', async () => {
  writeFileSync(at('none.yaml'), 'files: { read: [] }\n');
  writeFileSync(at('any.yaml'), 'state: ./s\n');
  const load = `x = LOAD 'lists/known.csv'\nDISP x`;
  expect((await run(load, '--config', 'none.yaml')).stderr).toContain(OUTSIDE);
  expect((await run(load, '--config', 'any.yaml')).code).toBe(0);
});

test('a folder that is not there, or lies in a loop of links, holds nothing', async () => {
  symlinkSync(at('loop'), at('loop'));
  expect(await confinedPath(at('lists/known.csv'), [at('none'), at('loop')])).toBeUndefined();
  expect(await confinedPath(at('lists/known.csv'), [at('none'), at('lists')])).toBe(at('lists/known.csv'));
  expect(await confinedPath(at('lists'), [at('lists')])).toBeUndefined();
});
