import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const hunt = (id: string, name: string, more = ''): string => `hunt: ${id}
huntflow: |
  found = GET process FROM a WHERE name = '${name}'
alerts: [{ on: found, title: '${id} found {name}', settle: 0s }]
${more}`;

const git = (...args: string[]): void => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: join(folder.path, 'repository'), stdio: 'ignore' });
};

beforeAll(() => {
  folder.records('history.ndjson', [
    { time: '2026-01-01T00:00:00Z', host: 'web-1', process: { pid: 10, name: 'sh' } },
    { time: '2026-01-01T00:00:01Z', host: 'web-1', process: { pid: 11, name: 'cat' } },
    { time: '2026-01-01T00:00:02Z', host: 'web-1', process: { pid: 12, name: 'cat' } },
  ]);
  const write = (root: string, name: string, text: string) => folder.write(`${root}/${name}`, text);
  for (const root of ['old', 'repository/hunts']) {
    write(root, 'shells.hunt.yaml', hunt('shells', 'sh'));
    write(root, 'files/cats.hunt.yaml', hunt('cats', 'cat'));
    write(root, 'moved.hunt.yaml', hunt('moved', 'sh'));
    write(root, 'quiet.hunt.yaml', hunt('quiet', 'nothing-of-it'));
    write(root, 'flow.hf', "x = GET process FROM a WHERE name = 'sh'\n");
    write(root, 'readme.txt', 'no hunt\n');
    write(root, '.hidden.hunt.yaml', hunt('hidden', 'sh'));
  }
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  // Cats and quiet are deleted, with the folder of cats; moved has another file.
  rmSync(join(folder.path, 'repository/hunts'), { recursive: true });
  mkdirSync(join(folder.path, 'repository/hunts'));
  write('repository/hunts', 'shells.hunt.yaml', hunt('shells', 'sh'));
  write('repository/hunts', 'other/moved.hunt.yaml', hunt('moved', 'sh'));
  folder.write('lost.yaml', 'lost: 0\n');
  folder.write('some-lost.yaml', 'lost: { max: 2 }\n');
});

const CALL = ['repository/hunts', '--source', 'history.ndjson'];

describe.each([
  ['a folder', 'old', 'old/'],
  ['a revision of git', 'git:HEAD', 'git:HEAD:repository/hunts/'],
  ['a folder at a revision', 'git:HEAD:repository/hunts', 'git:HEAD:repository/hunts/'],
])('hunts that %s has and the call has not', (_what, against, prefix) => {
  test('run as well: what they raise is lost, and a gate sees it', async () => {
    const args = [...CALL, '--against', against];
    const { code, stderr, document } = await folder.backtest(...args, '--expect', 'lost.yaml');
    expect([code, document.ok]).toEqual([1, false]);
    expect(document.removed).toEqual([
      { hunt: 'cats', file: `${prefix}files/cats.hunt.yaml`, ok: true, alerts: 2 },
      { hunt: 'quiet', file: `${prefix}quiet.hunt.yaml`, ok: true, alerts: 0 },
    ]);
    expect(document.hunts.map((each) => [each.hunt, each.compare?.kept])).toEqual([
      ['moved', 1],
      ['shells', 1],
    ]);
    expect(document.compare).toMatchObject({ gained_count: 0, lost_count: 2, kept: 2 });
    expect(document.compare?.lost[0]?.responsible).toMatchObject({ kind: 'hunt', version: 'old' });
    expect(document.expectations?.[0]?.message).toContain('lost: expected exactly 0, found 2');
    expect(stderr).toContain(`warning: the older version has hunts that are not in the call: cats, quiet\n`);
    const some = await folder.backtest(...args, '--expect', 'some-lost.yaml');
    expect([some.code, some.document.ok]).toEqual([0, true]);
  });

  test('are told in text, HTML and JUnit', async () => {
    const args = [...CALL, '--against', against];
    const { stdout } = await folder.windhover('backtest', ...args);
    expect(stdout).toContain(`removed: cats (${prefix}files/cats.hunt.yaml), 2 alerts lost\n`);
    const page = await folder.windhover('backtest', ...args, '--format', 'html');
    expect(page.stdout).toContain('<h2>Removed hunts</h2>');
    expect(page.stdout).toContain(`${prefix}files/cats.hunt.yaml`);
    const junit = await folder.windhover('backtest', ...args, '--format', 'junit');
    expect(junit.stdout).toContain('name="removed: cats, 2 alerts lost"');
  });
});

test('one that cannot be run any more fails a gate that asks for what is lost, and no other', async () => {
  folder.write('broken/shells.hunt.yaml', hunt('shells', 'sh'));
  folder.write('broken/gone.hunt.yaml', hunt('gone', 'sh').replace('GET process', 'GET'));
  const args = [...CALL, '--against', 'broken'];
  const { code, stderr, document } = await folder.backtest(...args, '--expect', 'some-lost.yaml');
  expect([code, document.ok, document.removed]).toEqual([
    1,
    false,
    [{ hunt: 'gone', file: 'broken/gone.hunt.yaml', ok: false, alerts: 0 }],
  ]);
  expect(document.expectations?.[0]).toMatchObject({ ok: false, decided: false });
  expect(document.expectations?.[0]?.message).toContain('gone cannot be run');
  expect(stderr).toContain('broken/gone.hunt.yaml');
  folder.write('alerts.yaml', 'alerts: 2\n');
  const other = await folder.backtest(...args, '--expect', 'alerts.yaml');
  expect([other.code, other.document.ok]).toEqual([0, true]);
});

test('a call of single files is not about the others', async () => {
  const { stderr, document } = await folder.backtest(
    'repository/hunts/shells.hunt.yaml',
    '--source',
    'history.ndjson',
    '--against',
    'old',
  );
  expect([document.removed, /not in the call|other hunts/u.test(stderr)]).toEqual([undefined, false]);
  const both = ['repository/hunts/shells.hunt.yaml', 'repository/hunts/other/moved.hunt.yaml'];
  const two = await folder.backtest(...both, '--source', 'history.ndjson', '--against', 'old');
  expect([two.code, two.document.removed]).toEqual([0, undefined]);
  expect(two.stderr).toContain('old has other hunts, too (2); whether one is gone');
});

test('a revision that is not there is told as that, with what to do about it', async () => {
  for (const args of [CALL, ['repository/hunts/shells.hunt.yaml', '--source', 'history.ndjson']]) {
    const { code, stderr } = await folder.windhover('backtest', ...args, '--against', 'git:origin/nowhere');
    expect([code, stderr]).toEqual([2, expect.stringContaining('git does not give the revision origin/nowhere')]);
    expect(stderr).toContain('fetch-depth: 0');
  }
  const outside = await folder.windhover('backtest', 'old', '--source', 'history.ndjson', '--against', 'git:HEAD');
  expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('not a git repository')]);
});
