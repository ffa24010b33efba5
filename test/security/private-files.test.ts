import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const HUNT = `hunt: h
huntflow: |
  p = GET process FROM s WHERE name = 'sh'
  SAVE p TO saved.csv
alerts: [{ on: p }]
`;

let cwd = '';
let umask = 0;
const at = (name: string): string => join(cwd, name);
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-private-'));
  writeFileSync(at('h.hunt.yaml'), HUNT, { mode: 0o644 });
  writeFileSync(at('s.ndjson'), `${processDocument({ command_line: 'sh -c id' })}\n{"broken\n`, { mode: 0o644 });
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(cwd, { recursive: true, force: true });
});

/** Files and folders below the working folder that others than their owner may use, apart from those that were there. */
function open(given: readonly string[] = ['h.hunt.yaml', 's.ndjson']): string[] {
  return readdirSync(cwd, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !given.includes(relative(cwd, path)) && (statSync(path).mode & 0o077) !== 0)
    .map((path) => `${relative(cwd, path)} ${(statSync(path).mode & 0o777).toString(8)}`);
}

const RUN = ['run', 'h.hunt.yaml', '--source', 's.ndjson', '--state', 'deep/state', '--dead-letter', 'dead.ndjson'];

describe('with a mask that lets everybody in', () => {
  test('the program makes files and folders of a run for their owner only, those of the store included', () => {
    // Also below a folder that was there, open to all.
    mkdirSync(at('there'), { mode: 0o777 });
    for (const state of ['deep/state', 'there']) {
      const args = [...RUN.slice(0, 5), state, ...RUN.slice(6)];
      const { status, stderr } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...args], {
        cwd,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
    }
    expect(open(['h.hunt.yaml', 's.ndjson', 'there'])).toEqual([]);
    for (const name of ['deep/state/alerts.ndjson', 'there/CURRENT', 'saved.csv', 'dead.ndjson'])
      expect([name, existsSync(at(name))]).toEqual([name, true]);
  });

  test.each<[string, string[]]>([
    [
      'backtest',
      ['backtest', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'html', '--output', 'new/report.html'],
    ],
    [
      'simulate',
      ['simulate', '--records', '200', '--format', 'sysflow-ecs', '--out', 'made.ndjson', '--truth', 'truth.json'],
    ],
    ['replay', ['replay', 's.ndjson', '--to', 'file:again.ndjson', '--speed', 'max']],
  ])('%s does as well', async (_, args) => {
    const { code, stderr } = await runWindhover(args, { cwd });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(readdirSync(cwd).length).toBeGreaterThan(2);
    expect(open()).toEqual([]);
  });

  test('a report that is replaced keeps its permissions', async () => {
    writeFileSync(at('report.html'), 'old', { mode: 0o640 });
    await runWindhover(
      ['backtest', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'html', '--output', 'report.html'],
      { cwd },
    );
    expect(statSync(at('report.html')).mode & 0o777).toBe(0o640);
    expect(readFileSync(at('report.html'), 'utf8')).toContain('<!doctype html>');
  });
});

describe('a link that lies in place of a file', () => {
  beforeEach(() => {
    writeFileSync(at('victim'), 'kept');
  });

  test.each([
    ['the alert log', ['--alerts', 'link'], 'The alert log'],
    ['the dead-letter file', ['--dead-letter', 'link'], 'The dead-letter file'],
  ])('of %s is refused, and what it leads to is left alone', async (_, args, name) => {
    symlinkSync(at('victim'), at('link'));
    const result = await runWindhover(['run', 'h.hunt.yaml', '--source', 's.ndjson', ...args], { cwd });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(name);
    expect(result.stderr).toContain('it is a symbolic link');
    expect(readFileSync(at('victim'), 'utf8')).toBe('kept');
  });

  test('of a link that leads nowhere makes no file there', async () => {
    symlinkSync(at('nowhere'), at('link'));
    await runWindhover(['run', 'h.hunt.yaml', '--source', 's.ndjson', '--alerts', 'link'], { cwd });
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  test('of a SAVE is refused; a report takes its place', async () => {
    symlinkSync(at('victim'), at('saved.csv'));
    symlinkSync(at('victim'), at('report.json'));
    const run = await runWindhover(['run', 'h.hunt.yaml', '--source', 's.ndjson'], { cwd });
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('save-refused')]);
    await runWindhover(
      ['backtest', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'json', '--output', 'report.json'],
      { cwd },
    );
    expect(readFileSync(at('victim'), 'utf8')).toBe('kept');
    expect(JSON.parse(readFileSync(at('report.json'), 'utf8'))).toHaveProperty('hunts');
  });

  test('of a pipe is refused without waiting for a reader', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    for (const option of ['--alerts', '--dead-letter']) {
      const { code, stderr } = await runWindhover(['run', 'h.hunt.yaml', '--source', 's.ndjson', option, 'pipe'], {
        cwd,
      });
      expect([code, stderr]).toEqual([3, expect.stringContaining('no regular file')]);
    }
  });
});
