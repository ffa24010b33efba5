import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertsIn, CALL, writeInput } from './recorded-runs.ts';

const TSX = import.meta.resolve('tsx');
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const RECORDS = 300;

const root = mkdtempSync(join(tmpdir(), 'windhover-full-disk-'));
const disk = join(root, 'disk');
const kept = join(root, 'kept');
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A disk of its own, seen by one shell only; without the right to make one the tests that need it are skipped. */
const HAS_DISKS =
  process.platform === 'linux' && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', root]).status === 0;

const PROGRAM = `"${process.execPath}" --import "${TSX}" "${MAIN}"`;
const RUN = `${PROGRAM} ${CALL.join(' ')}`;

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Runs the commands of a script; each `run` in it stands for the program. Answers how these ended. */
function shell(script: string, wrapper: readonly string[] = []): Ended[] {
  const run = `run() { local code=0; ${RUN} "$@" >/dev/null 2>"${root}/stderr" || code=$?; echo "ended $code $(base64 -w0 < "${root}/stderr")"; }`;
  const [command = 'bash', ...args] = [...wrapper, 'bash', '-c', `set -e; ${run}\n${script}`];
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
  return [...stdout.matchAll(/^ended (\d+) (\S*)$/gm)].map(([, code, text]) => ({
    code: Number(code),
    stderr: Buffer.from(text as string, 'base64').toString('utf8'),
  }));
}

/** The script, with a folder `disk` that is a file system of this size. */
function onDisk(size: string, script: string): Ended[] {
  return shell(`mount -t tmpfs -o size=${size} tmpfs "${disk}"\n${script}`, ['unshare', '-rm']);
}

let expected: unknown[] = [];

beforeAll(() => {
  mkdirSync(disk);
  writeInput(root, RECORDS);
  writeFileSync(join(root, 'no-floor.yaml'), 'limits: { state_free_bytes: 0 }\n');
  expect(shell('run --state undisturbed')).toMatchObject([{ code: 0 }]);
  expected = alertsIn(join(root, 'undisturbed/alerts.ndjson'));
  expect(expected.length).toBeGreaterThan(300);
}, 60_000);

describe.skipIf(!HAS_DISKS)('on a disk that is too small', { timeout: 120_000 }, () => {
  test.each(['100k', '800k'])('%s: a run says so, ends with 3, and goes on exactly when there is room', (size) => {
    const [full, roomy] = onDisk(
      size,
      // The guard of the disk would stop before anything is written.
      `run --state disk/state --config no-floor.yaml; mount -o remount,size=64m "${disk}"; run --state disk/state; cp disk/state/alerts.ndjson "${kept}"`,
    );
    expect(full?.code, full?.stderr).toBe(3);
    expect(full?.stderr).toMatch(/No space left on device|ENOSPC/);
    expect(full?.stderr).toMatch(/the disk (has room|is full)/);
    expect(roomy?.code, roomy?.stderr).toBe(0);
    expect(alertsIn(kept)).toEqual(expected);
  });

  test('where only the alert log has no room, the same', () => {
    const call = 'run --state state-elsewhere --alerts disk/alerts.ndjson';
    const [full, roomy] = onDisk(
      '200k',
      `${call}; mount -o remount,size=64m "${disk}"; ${call}; cp disk/alerts.ndjson "${kept}"`,
    );
    expect(full?.code, full?.stderr).toBe(3);
    expect(full?.stderr).toContain('The alert log');
    expect(full?.stderr).toContain('--alerts');
    expect(roomy?.code, roomy?.stderr).toBe(0);
    expect(alertsIn(kept)).toEqual(expected);
  });

  test('that is read-only, it is the state folder that is told, with what to do', () => {
    const ended = onDisk(
      '64m',
      `run --state disk/state; mount -o remount,ro "${disk}"; run --state disk/state; run --state disk/other`,
    );
    expect(ended.map(({ code }) => code)).toEqual([0, 3, 3]);
    for (const { stderr } of ended.slice(1)) {
      expect(stderr).toMatch(/^error: The state folder .*disk\/(state|other) cannot be written/m);
      expect(stderr).toContain('--state');
      expect(stderr).not.toContain('--alerts');
    }
  });

  test('that is read-only, what waits in the state can still be looked at', () => {
    const look = `${PROGRAM} alerts --pending --state disk/state >/dev/null; echo "ended $? -"`;
    const ended = onDisk('64m', `run --state disk/state; mount -o remount,ro "${disk}"; ${look}`);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  });
});

describe.skipIf(process.platform === 'win32')('where files may not grow', { timeout: 120_000 }, () => {
  test.each([60, 400])('beyond %i blocks: a run says so, ends with 3, and goes on exactly without', (blocks) => {
    const folder = `limited-${blocks}`;
    const [limited, free] = shell(
      `(trap '' XFSZ; ulimit -f ${blocks}; run --state ${folder} > "${root}/first"); cat "${root}/first"; run --state ${folder}`,
    );
    expect(limited?.code, limited?.stderr).toBe(3);
    expect(limited?.stderr).toMatch(/too large/i);
    expect(free?.code, free?.stderr).toBe(0);
    expect(alertsIn(join(root, folder, 'alerts.ndjson'))).toEqual(expected);
  });
});

test.skipIf(process.getuid?.() === 0)('a state folder without the right to write is told as such', () => {
  cpSync(join(root, 'undisturbed'), join(root, 'denied'), { recursive: true });
  chmodSync(join(root, 'denied'), 0o500);
  const [denied] = shell('run --state denied');
  expect(denied?.code).toBe(3);
  expect(denied?.stderr).toContain('The state folder');
  chmodSync(join(root, 'denied'), 0o700);
  expect(existsSync(join(root, 'denied', 'CURRENT'))).toBe(true);
});
