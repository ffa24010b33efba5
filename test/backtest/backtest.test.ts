import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const huntFile = (where: string, more = ''): string => `hunt: shells
title: Shells of node
severity: high
tags: [attack.t1059.004]
huntflow: |
  shells = GET process FROM a WHERE ${where}
  kids = FIND process CREATED BY shells
alerts:
  - on: shells
    title: '{parent_ref.name} ran {command_line}'
  - on: kids
    title: 'child {name}'
    suppress: { by: [host.id], for: 1h }
${more}`;

const FROM_NODE = "parent_ref.name = 'node'";
const node = { pid: 3, name: 'node' };
const shell = (pid: number, command: string) => ({ pid, name: 'sh', command_line: command, parent: node });

beforeAll(() => {
  folder.write('shells.hunt.yaml', huntFile(FROM_NODE));
  folder.records('day/a.ndjson', [
    { time: '2026-01-01T00:00:00Z', host: 'web-1', process: shell(10, 'sh -c a') },
    { time: '2026-01-01T00:10:00Z', host: 'web-1', process: { pid: 11, name: 'curl', parent: 10 } },
    { time: '2026-01-01T00:20:00Z', host: 'web-1', process: { pid: 12, name: 'cat', parent: 10 } },
    { time: '2026-01-02T00:00:00Z', host: 'web-1', process: { pid: 90, name: 'cron' } },
  ]);
  folder.records('day/b.ndjson', [
    { time: '2026-01-01T00:00:05Z', host: 'web-2', process: shell(20, 'sh -c <script>b()</script>') },
    { time: '2026-01-01T23:00:00Z', host: 'web-2', process: shell(21, 'sh -c c') },
    { time: '2026-01-02T00:00:00Z', host: 'web-2', process: { pid: 91, name: 'cron' } },
  ]);
});

describe('a backtest', () => {
  test('says what hunts would have raised, on what, when, and how noisy they are', async () => {
    const { code, document } = await folder.backtest('shells.hunt.yaml', '--source', 'day');
    expect(code).toBe(0);
    const [hunt] = document.hunts;
    expect(hunt?.alerts.map(({ message }) => message)).toEqual([
      'node ran sh -c a',
      'node ran sh -c <script>b()</script>',
      'child curl',
      'node ran sh -c c',
    ]);
    expect(hunt?.counts).toMatchObject({ opened: 4, retracted: 0, suppressed: 1 });
    expect(hunt?.by_host).toEqual({ 'web-1': 2, 'web-2': 2 });
    expect(hunt?.by_technique).toEqual({ 'T1059.004': 4 });
    expect(hunt?.by_title['child curl']).toBe(1);
    expect(hunt?.by_time.filter(([, count]) => count > 0)).toEqual([
      ['2026-01-01T00:00:00.000Z', 3],
      ['2026-01-01T23:00:00.000Z', 1],
    ]);
    expect(hunt?.alerts_per_day_and_host).toBe(2);
    expect(hunt?.first_alert_delay_ms).toBe(1000);
    expect(document.input).toMatchObject({ records: 7, hosts: 2 });
    expect(document.records_per_second).toBeGreaterThanOrEqual(0);
  });

  test('raises what a run raises, under the same ids', async () => {
    await folder.windhover('run', 'shells.hunt.yaml', '--source', 'day', '--alerts', 'run.ndjson');
    const { stdout } = await folder.windhover('alerts', '--log', 'run.ndjson', '--format', 'json');
    const alerts = JSON.parse(stdout) as { event: { id: string }; message: string }[];
    const [hunt] = (await folder.backtest('shells.hunt.yaml', '--source', 'day')).document.hunts;
    const told = (each: { event: { id: string }; message: string }): string => `${each.event.id} ${each.message}`;
    expect(hunt?.alerts.map(told)).toEqual(alerts.map(told));
  });

  test('keeps alerts up to a bound, and counts the others', async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      time: `2026-01-01T00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}Z`,
      process: shell(100 + i, `sh -c ${i}`),
    }));
    folder.records('many.ndjson', many);
    const args = ['shells.hunt.yaml', '--source', 'many.ndjson', '--max-alerts', '120'];
    const [hunt] = (await folder.backtest(...args)).document.hunts;
    expect(hunt?.alerts).toHaveLength(120);
    expect(hunt?.alerts_omitted).toBe(30);
    expect(hunt?.by_time.reduce((sum, [, count]) => sum + count, 0)).toBe(150);
  });

  test('merges files that overlap by time: a window sees both', async () => {
    const flow =
      "hunt: pairs\nhuntflow: |\n  a = GET process FROM s WHERE name = 'first' LAST 1 MINUTE\n  b = GET process FROM s WHERE name = 'second' AND pid = a.pid LAST 1 MINUTE\nalerts: [{on: b}]\n";
    folder.write('pairs.hunt.yaml', flow);
    const at = (minute: number, second: number): string =>
      `2026-01-01T00:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')}Z`;
    const files = (name: string, second: number) =>
      Array.from({ length: 50 }, (_, i) => ({
        time: at(i, second),
        host: `${name}-host`,
        process: { pid: i + 1, name },
      }));
    folder.records('overlap/1.ndjson', files('first', 0));
    folder.records('overlap/2.ndjson', files('second', 20));
    const { document } = await folder.backtest('pairs.hunt.yaml', '--source', 'overlap');
    expect(document.hunts[0]?.alerts).toHaveLength(50);
  });

  test('takes in what lies between two moments, and counts nothing else', async () => {
    const bounds = ['--from', '2026-01-01T00:00:05Z', '--to', '2026-01-01T23:00:00Z'];
    const { document } = await folder.backtest('shells.hunt.yaml', '--source', 'day', ...bounds);
    expect(document.input).toMatchObject({ records: 3, to: '2026-01-01T00:20:00.000Z' });
    expect(document.hunts[0]?.alerts.map(({ message }) => message)).toEqual(['node ran sh -c <script>b()</script>']);
    const { code, stderr } = await folder.windhover(
      'backtest',
      'shells.hunt.yaml',
      '--from',
      '2027',
      '--source',
      'day',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('--from 2027 is no time')]);
  });

  test('tells which hosts sent what is older than the retention, and what would have sufficed', async () => {
    folder.records('old.ndjson', [
      { time: '2026-01-02T00:00:00Z', host: 'web-1', process: shell(1, 'a') },
      { time: '2026-01-02T00:00:01Z', host: 'web-1', process: shell(1, 'a') },
      { time: '2026-01-01T00:00:00Z', host: 'web-2', process: shell(2, 'b') },
      { time: '2026-01-01T12:00:00Z', host: 'web-2', process: shell(4, 'c') },
    ]);
    const args = ['shells.hunt.yaml', '--source', 'old.ndjson', '--retention', '1h'];
    const { document } = await folder.backtest(...args);
    expect(document.holes.refused_by_host).toEqual([{ host: 'web-2', records: 2, retention_needed_ms: 86_401_000 }]);
    const { stdout } = await folder.windhover('backtest', ...args);
    expect(stdout).toContain('web-2: 2 refused; a retention of 1 d would have kept them');
  });

  test('reads what a folder of several formats holds, and says what each file is', async () => {
    folder.records('formats/a.ndjson', [{ time: '2026-01-01T00:00:00Z', host: 'web-1', process: shell(1, 'a') }]);
    folder.write('formats/b.json', '{"type":"bundle","id":"bundle--1","objects":[]}');
    folder.write('formats/c.txt', 'no telemetry\n');
    folder.write('formats/d.ndjson', '');
    const { code, stderr, document } = await folder.backtest('shells.hunt.yaml', '--source', 'formats');
    expect([code, document.input.records, document.hunts[0]?.alerts.length]).toEqual([0, 1, 1]);
    expect(document.input).toMatchObject({ undecodable: 1 });
    for (const told of ['a.ndjson: sysflow-ecs', 'b.json: stix-bundle', 'c.txt: unknown'])
      expect(stderr).toContain(told);
  });

  test('without records says so', async () => {
    const { code, stderr } = await folder.windhover(
      'backtest',
      'shells.hunt.yaml',
      '--source',
      'day',
      '--from',
      '2030-01-01',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('no records in the range: nothing has been tested')]);
    expect(stderr).toContain('those that were read reach from 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z');
  });

  test.each([
    ['other=1..2', 'no hunt reads that topic'],
    ['t=5..2', 'is no range of offsets'],
    ['t/x=1..2', 'is no range of offsets'],
    ['t/0=1..2', 'says twice what is read of t', '--offsets', 't=3..4'],
  ])('refuses --offsets %s', async (value, message, ...more) => {
    const args = ['shells.hunt.yaml', '--source', 'kafka://127.0.0.1:1/t', '--offsets', value, ...more];
    const { code, stderr } = await folder.windhover('backtest', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('of a source that has both the history is read, and that is said', async () => {
    folder.write(
      'both.yaml',
      'sources: {a: {history: {files: day}, live: {kafka: {brokers: [127.0.0.1:1], topics: [t]}}}}',
    );
    const { code, stderr, document } = await folder.backtest('shells.hunt.yaml', '--config', 'both.yaml');
    expect([code, document.input.records]).toEqual([0, 7]);
    expect(stderr).toContain('a: its history is read, and its topics are not');
  });

  test('answers 1 where a hunt has errors', async () => {
    folder.write('broken.hf', 'a = GET nothing');
    const { code, document } = await folder.backtest('broken.hf', 'shells.hunt.yaml', '--source', 'day');
    expect([code, document.hunts.map(({ ok }) => ok)]).toEqual([1, [false, true]]);
  });
});

test('a source that cannot be read is an error of each hunt over it, in every report', async () => {
  const args = ['shells.hunt.yaml', '--source', 'nowhere.ndjson'];
  const { code, document } = await folder.backtest(...args);
  expect([code, document.hunts[0]?.ok, document.hunts[0]?.diagnostics[0]?.code]).toEqual([3, false, 'source-missing']);
  const { stdout } = await folder.windhover('backtest', ...args, '--format', 'junit');
  expect(stdout).toContain('<error message="nowhere.ndjson does not exist">');
});

describe('two versions of a hunt', () => {
  test('alerts gained, lost and kept, with the statement responsible', async () => {
    folder.write('older.hunt.yaml', huntFile("name = 'sh' AND command_line LIKE '%a'"));
    folder.write(
      'newer.hunt.yaml',
      huntFile("name = 'sh' AND NOT command_line LIKE '%c'".replace('AND NOT command_line', 'AND command_line NOT')),
    );
    const args = ['newer.hunt.yaml', '--source', 'day', '--against', 'older.hunt.yaml'];
    const { code, document } = await folder.backtest(...args);
    expect(code).toBe(0);
    // "sh -c a" is wanted by the older one alone ("%a"), and by the newer one as it does not end in c.
    const { compare } = document.hunts[0]!;
    expect(compare).toMatchObject({ gained_count: 1, lost_count: 0, kept: 2 });
    expect(compare?.gained[0]).toMatchObject({
      message: 'node ran sh -c <script>b()</script>',
      responsible: { kind: 'statement', version: 'new', variable: 'shells', statement: 1, line: 6 },
    });
    expect(document.compare).toEqual(compare);
    const back = await folder.backtest('older.hunt.yaml', '--source', 'day', '--against', 'newer.hunt.yaml');
    expect(back.document.hunts[0]?.compare).toMatchObject({ gained_count: 0, lost_count: 1, kept: 2 });
    expect(back.document.hunts[0]?.compare?.lost[0]?.responsible).toMatchObject({ version: 'old', variable: 'shells' });
  });

  test('a child that only one version finds is the fault of the statement that finds its parent', async () => {
    folder.write('v1.hunt.yaml', huntFile("command_line LIKE '%c'"));
    folder.write('v2.hunt.yaml', huntFile("command_line LIKE '%a'"));
    const args = ['v2.hunt.yaml', '--source', 'day', '--against', 'v1.hunt.yaml'];
    const [hunt] = (await folder.backtest(...args)).document.hunts;
    const child = hunt?.compare?.gained.find(({ windhover }) => windhover.variable === 'kids');
    expect(child?.responsible).toMatchObject({ kind: 'statement', variable: 'shells', statement: 1 });
    expect(hunt?.compare).toMatchObject({ lost_count: 1, kept: 0 });
  });

  test('statements agree and alerts differ; a version that means the same loses nothing', async () => {
    folder.write('quiet.hunt.yaml', huntFile(FROM_NODE).replace(/ {2}- on: shells\n.*\n/, ''));
    const args = ['shells.hunt.yaml', '--source', 'day', '--against', 'quiet.hunt.yaml'];
    const [hunt] = (await folder.backtest(...args)).document.hunts;
    expect(hunt?.compare).toMatchObject({ gained_count: 3, lost_count: 0, kept: 1 });
    expect(hunt?.compare?.gained.map(({ responsible }) => responsible?.kind)).toEqual(['alerts', 'alerts', 'alerts']);
    folder.write('same.hunt.yaml', `# the same\n${huntFile(FROM_NODE)}`);
    const same = await folder.backtest('shells.hunt.yaml', '--source', 'day', '--against', 'same.hunt.yaml');
    expect(same.document.hunts[0]?.compare).toMatchObject({ gained_count: 0, lost_count: 0, kept: 4 });
  });

  test('an older version in git, with a huntflow of its own; options are no revisions', async () => {
    const git = (...args: string[]): void => {
      const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
      execFileSync('git', [...identity, ...args], { cwd: join(folder.path, 'repository'), stdio: 'ignore' });
    };
    const write = (where: string): void => {
      folder.write('repository/hunts/flow.hf', `shells = GET process FROM a WHERE ${where}\n`);
      folder.write('repository/hunts/flow.hunt.yaml', 'hunt: flow\nhuntflow: ./flow.hf\nalerts: [{on: shells}]\n');
    };
    write("command_line LIKE '%a'");
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    write(FROM_NODE);
    const hunt = 'repository/hunts/flow.hunt.yaml';
    for (const against of ['git:HEAD', `git:HEAD:${hunt}`]) {
      const { document } = await folder.backtest(hunt, '--source', 'day', '--against', against);
      expect(document.hunts[0]?.compare, against).toMatchObject({ gained_count: 2, lost_count: 0, kept: 1 });
    }
    for (const [against, said] of [
      ['git:nowhere', 'git does not give'],
      ['git:--output=x', 'names no revision'],
      ['git:HEAD:nothing.hf', 'git does not give'],
      ['nothing.hf', 'There is no file nothing.hf'],
    ] as const) {
      const { code, stderr } = await folder.windhover('backtest', hunt, '--source', 'day', '--against', against);
      expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    }
  });

  test('an older version that does not check any more is told, and the newer one runs', async () => {
    folder.write('gone.hunt.yaml', huntFile('nothing_like_this = 1').replace('GET process', 'GET'));
    const args = ['shells.hunt.yaml', '--source', 'day', '--against', 'gone.hunt.yaml'];
    const { code, stderr, document } = await folder.backtest(...args);
    expect(code).toBe(1);
    expect(stderr).toContain('gone.hunt.yaml');
    expect(document.hunts[0]).toMatchObject({ ok: false });
    expect(document.hunts[0]?.alerts).toHaveLength(4);
    expect(document.hunts[0]?.compare).toBeUndefined();
    const { stdout } = await folder.windhover('backtest', ...args);
    expect(stdout).toMatch(/^shells .*\n(?: {2}error gone\.hunt\.yaml:\d+: .*\n)+ {2}4 alerts/);
  });
});

describe('a gate', () => {
  test('of a file: ranges over all, by host, by title and by hunt', async () => {
    folder.write(
      'holds.yaml',
      "alerts: {min: 1, max: 4}\nhosts: {web-1: 2, 'web-*': {max: 4}}\nhunts: {shells: {titles: {'node ran *': 3}}}\n",
    );
    const holds = await folder.backtest('shells.hunt.yaml', '--source', 'day', '--expect', 'holds.yaml');
    expect([holds.code, holds.document.ok]).toEqual([0, true]);
    folder.write('missed.yaml', "alerts: {max: 3}\ntitles: {'*nothing*': {min: 1}}\nlost: 0\n");
    const missed = await folder.backtest('shells.hunt.yaml', '--source', 'day', '--expect', 'missed.yaml');
    expect([missed.code, missed.document.ok]).toEqual([1, false]);
    expect(missed.document.expectations?.map(({ message }) => message)).toEqual([
      'alerts: expected at most 3, found 4',
      'title *nothing*: expected at least 1, found 0',
      'lost: there is no other version to compare with',
    ]);
  });

  test('of a hunt file', async () => {
    folder.write('own.hunt.yaml', huntFile(FROM_NODE, 'expect: { alerts: { min: 5 } }\n'));
    const { code, stdout } = await folder.windhover('backtest', 'own.hunt.yaml', '--source', 'day');
    expect([code, stdout]).toEqual([1, expect.stringContaining('MISSED alerts: expected at least 5, found 4')]);
    folder.write('wrong.hunt.yaml', huntFile(FROM_NODE, 'expect: { alarms: 1 }\n'));
    const wrong = await folder.windhover('check', 'wrong.hunt.yaml');
    expect([wrong.code, wrong.stderr + wrong.stdout]).toEqual([1, expect.stringContaining('alarms')]);
  });

  test('of a hunt file leaves out what is about an older version where there is none to compare with', async () => {
    folder.write('lossless.hunt.yaml', huntFile(FROM_NODE, 'expect: { alerts: 4, lost: 0, gained: { max: 1 } }\n'));
    const args = ['lossless.hunt.yaml', '--source', 'day'];
    const { code, document } = await folder.backtest(...args);
    expect([code, document.ok]).toEqual([0, true]);
    expect(document.hunts[0]?.expectations).toHaveLength(1);
    const told = [
      'gained: expected at most 1; not looked at without --against',
      'lost: expected exactly 0; not looked at without --against',
    ];
    expect(document.hunts[0]?.expectations_left_out?.map(({ message }) => message)).toEqual(told);
    const text = await folder.windhover('backtest', ...args);
    const html = await folder.windhover('backtest', ...args, '--format', 'html');
    for (const message of told) {
      expect(text.stdout).toContain(`  note   ${message}\n`);
      expect(html.stdout).toContain(message);
    }
    const junit = await folder.windhover('backtest', ...args, '--format', 'junit');
    expect(junit.stdout).toContain('tests="4" failures="0" errors="0" skipped="2"');
    // Nothing is left of the gate.
    folder.write('only-lost.hunt.yaml', huntFile(FROM_NODE, 'expect: { lost: 0 }\n'));
    const none = await folder.backtest('only-lost.hunt.yaml', '--source', 'day', '--from', '2030-01-01');
    expect([none.code, none.document.ok, none.document.expectations]).toEqual([0, undefined, undefined]);
    const against = await folder.backtest('only-lost.hunt.yaml', '--source', 'day', '--against', 'shells.hunt.yaml');
    expect([against.code, against.document.ok, against.document.hunts[0]?.expectations_left_out]).toEqual([
      0,
      true,
      undefined,
    ]);
  });

  test('counts what a hunt raises that has no older version as gained, and nothing of it as lost', async () => {
    folder.write('two/shells.hunt.yaml', huntFile(FROM_NODE));
    const added = huntFile(FROM_NODE, 'expect: { lost: 0, gained: { max: 3 } }\n').replace(
      'hunt: shells',
      'hunt: added',
    );
    folder.write('two/added.hunt.yaml', added);
    const args = ['two', '--source', 'day', '--against', 'shells.hunt.yaml'];
    const { code, document } = await folder.backtest(...args);
    expect([code, document.ok]).toEqual([1, false]);
    expect(document.hunts[0]?.expectations?.map(({ message }) => message)).toEqual([
      'gained: expected at most 3, found 4 (there is no older version)',
      'lost: expected exactly 0, found 0 (there is no older version)',
    ]);
    expect(document.hunts[0]?.compare).toMatchObject({ is_new: true, gained_count: 4, lost_count: 0, kept: 0 });
    expect(document.hunts[0]?.compare?.gained[0]?.responsible).toMatchObject({ kind: 'hunt', version: 'new' });
    expect(document.hunts[1]?.compare).toMatchObject({ gained_count: 0, kept: 4 });
    expect(document.hunts[1]?.compare).not.toHaveProperty('is_new');
    expect(document.compare).toMatchObject({ gained_count: 4, lost_count: 0, kept: 4 });
    const { stdout } = await folder.windhover('backtest', ...args);
    expect(stdout).toContain('against shells.hunt.yaml: no older version, 4 gained, 0 lost, 0 kept');
  });

  test('over nothing is missed', async () => {
    folder.write('none.yaml', 'alerts: 0\n');
    const args = ['shells.hunt.yaml', '--source', 'day', '--from', '2030-01-01', '--expect', 'none.yaml'];
    const { code, document } = await folder.backtest(...args);
    expect([code, document.ok]).toEqual([1, false]);
    const text = await folder.windhover('backtest', ...args);
    expect([text.code, text.stdout]).toEqual([1, expect.stringContaining('MISSED there are no records in the range')]);
    const { stdout } = await folder.windhover('backtest', ...args, '--format', 'junit');
    expect(stdout).toContain('<failure message="there are no records in the range');
  });

  test.each([
    ['alarms: 1\n', 'there is no key "alarms" here'],
    ['alerts: {min: 2, max: 1}\n', 'alerts'],
    ['alerts: -1\n', 'alerts'],
    ['hunts: {other: {alerts: 1}}\n', 'expects something of other'],
    ['alerts: [\n', 'not YAML'],
    ['', 'can never fail'],
    ['# alerts: 1\n', 'can never fail'],
    ['hosts: {}\nhunts: {shells: {titles: {}}}\n', 'can never fail'],
  ])('that is wrong is told: %j', async (text, said) => {
    folder.write('gate.yaml', text);
    const { code, stderr } = await folder.windhover(
      'backtest',
      'shells.hunt.yaml',
      '--source',
      'day',
      '--expect',
      'gate.yaml',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('reports', () => {
  test('HTML stands alone: no script, no request, and telemetry is text', async () => {
    const args = ['shells.hunt.yaml', '--source', 'day', '--against', 'v1.hunt.yaml', '--format', 'html'];
    const { code, stdout } = await folder.windhover('backtest', ...args, '--output', 'out/report.html');
    expect([code, stdout]).toEqual([0, '']);
    const page = readFileSync(join(folder.path, 'out/report.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|url\(|https?:/i);
    expect(page).toContain('sh -c &lt;script&gt;b()&lt;/script&gt;');
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(4);
    expect(page).toContain('<ul class="tree"><li><b>node</b>');
  });

  test('of many hunts say first which of them raised something', async () => {
    for (const [id, name] of [
      ['some', 'curl'],
      ['none', 'nothing'],
      ['most', 'sh'],
    ] as const) {
      const text = `hunt: ${id}\nhuntflow: "p = GET process FROM a WHERE name = '${name}'"\nalerts: [{on: p}]\n`;
      folder.write(`overview/${id}.hunt.yaml`, text);
    }
    const { stdout } = await folder.windhover('backtest', 'overview', 'broken.hf', '--source', 'day');
    expect(stdout).toMatch(/^2 of 4 hunts raised something: most 3, some 1; 1 did not run\n\n/u);
    const quiet = ['overview/none.hunt.yaml', 'broken.hf', '--source', 'day'];
    const none = await folder.windhover('backtest', ...quiet);
    expect(none.stdout).toMatch(/^0 of 2 hunts raised something; 1 did not run\n\n/u);
    const one = await folder.windhover('backtest', 'overview/most.hunt.yaml', '--source', 'day');
    expect(one.stdout).toMatch(/^most\n/u);
  });

  test('never take the place of what the call reads', async () => {
    folder.write('own/flow.hf', `shells = GET process FROM a WHERE ${FROM_NODE}\n`);
    folder.write('own/flow.hunt.yaml', 'hunt: flow\nhuntflow: ./flow.hf\nalerts: [{on: shells}]\n');
    folder.write('own/gate.yaml', 'alerts: 1\n');
    folder.records('own/day/a.ndjson', [{ time: '2026-01-01T00:00:00Z', process: shell(1, 'a') }]);
    linkSync(join(folder.path, 'own/day/a.ndjson'), join(folder.path, 'own/linked.ndjson'));
    const call = ['own/flow.hunt.yaml', '--source', 'own/day', '--against', 'shells.hunt.yaml', '--expect'];
    for (const [name, what] of [
      ['own/day/a.ndjson', 'a source'],
      ['own/linked.ndjson', 'a source'],
      ['own/flow.hunt.yaml', 'a hunt'],
      ['own/flow.hf', 'a hunt'],
      ['shells.hunt.yaml', 'a hunt'],
      ['own/gate.yaml', 'the gate'],
    ] as const) {
      const before = readFileSync(join(folder.path, name), 'utf8');
      const { code, stderr } = await folder.windhover('backtest', ...call, 'own/gate.yaml', '--output', name);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} is ${what} of this call`)]);
      expect(readFileSync(join(folder.path, name), 'utf8')).toBe(before);
    }
  });

  test('that cannot be written are known before the run', async () => {
    folder.write('a-file', 'mine');
    mkdirSync(join(folder.path, 'a-folder'));
    for (const name of ['a-file/report.html', 'a-file/below/report.html', 'a-folder']) {
      const args = ['shells.hunt.yaml', '--source', 'day', '--output', name];
      const { code, stderr } = await folder.windhover('backtest', ...args);
      expect([code, stderr]).toEqual([3, expect.stringContaining('The report cannot be written to')]);
      expect(stderr).not.toContain('a.ndjson');
    }
    // What is there stays until the new one is whole.
    folder.write('before.txt', 'the report before');
    const failing = await folder.windhover('backtest', 'nothing.hf', '--source', 'day', '--output', 'before.txt');
    expect([failing.code, readFileSync(join(folder.path, 'before.txt'), 'utf8')]).toEqual([2, 'the report before']);
  });

  test('JUnit has a case per expectation', async () => {
    folder.write('junit.yaml', 'hunts: {shells: {alerts: 4, titles: {\'a "<b>"\': 1}}}\n');
    const args = ['shells.hunt.yaml', '--source', 'day', '--expect', 'junit.yaml', '--format', 'junit'];
    const { code, stdout } = await folder.windhover('backtest', ...args);
    expect(code).toBe(1);
    expect(stdout).toContain('tests="3" failures="1" errors="0"');
    expect(stdout).toContain('title a &quot;&lt;b&gt;&quot;: expected exactly 1, found 0');
  });

  test('text has a histogram, examples with their chains, and what was suppressed', async () => {
    const { stdout } = await folder.windhover('backtest', 'shells.hunt.yaml', '--source', 'day');
    expect(stdout).toContain('4 alerts, 1 more suppressed');
    expect(stdout).toMatch(/█·+▃/);
    expect(stdout).toContain('suppressed    1  under child curl');
    expect(stdout).toContain('└ sh (10)');
  });
});
