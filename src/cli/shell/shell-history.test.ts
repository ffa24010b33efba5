import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { historyPath, MAX_HISTORY_LINES, readHistory, writeHistory } from './shell-history.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'windhover-history-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/windhover/shell-history'],
  [{ XDG_STATE_HOME: 'relative', HOME: '/h' }, '/h/.local/state/windhover/shell-history'],
  [{ HOME: '/h' }, '/h/.local/state/windhover/shell-history'],
  [{}, undefined],
])('%j: %s', (env, expected) => {
  expect(historyPath(env)).toBe(expected);
});

test('what was written is read, the latest first', async () => {
  const path = join(folder, 'a/b');
  expect(await readHistory(path)).toEqual([]);
  await writeHistory(path, ['second', 'first']);
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  expect(await readHistory(path)).toEqual(['second', 'first']);
});

test('a file that others could read is theirs no more', async () => {
  const path = join(folder, 'h');
  writeFileSync(path, 'old\n');
  chmodSync(path, 0o644);
  await writeHistory(path, ['new']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the number of lines, their length and what they can do to a terminal are bounded', async () => {
  const path = join(folder, 'h');
  const many = Array.from({ length: MAX_HISTORY_LINES + 5 }, (_, i) => `line ${i}`);
  await writeHistory(path, ['x'.repeat(100_000), '\u001b[2J', ...many]);
  expect(await readHistory(path)).toEqual(many.slice(0, MAX_HISTORY_LINES));
  writeFileSync(path, 'a\u001b[2J\nb\n');
  expect(await readHistory(path)).toEqual(['b']);
});
