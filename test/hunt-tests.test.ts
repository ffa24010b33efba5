import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from './support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-tests-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HUNT = `hunt: h
huntflow: |
  shells   = GET process FROM one WHERE name = 'sh'
  children = FIND process CREATED BY shells
  recent   = GET process FROM two WHERE name = 'sh' LAST 30 SECONDS
  last     = SORT shells BY pid DESC
alerts:
  - on: shells
    title: '{name} of {parent_ref.name}'
`;
const SHELL = '{ process: { pid: 7, name: sh, parent: { pid: 3, name: node } } }';

/** A hunt file with these tests, each \`records\` and \`expect\` as flow YAML. */
function hunt(...tests: readonly (readonly [records: string, expect: string])[]): string {
  return `${HUNT}tests:\n${tests
    .map(([records, expected], i) => `  - name: t${i + 1}\n    records: ${records}\n    expect: ${expected}\n`)
    .join('')}`;
}

function run(text: string, ...args: string[]): Promise<ProgramResult> {
  writeFileSync(join(folder, 'h.hunt.yaml'), text);
  return runWindhover(['test', 'h.hunt.yaml', ...args], { cwd: folder });
}

/** What is told of the only test. */
async function told(records: string, expected: string): Promise<string> {
  const { stdout, stderr } = await run(hunt([records, expected]));
  expect(stderr).toBe('');
  return stdout;
}

describe('windhover test', () => {
  test('extended relations, through the decoders of Sysmon and SysFlow', async () => {
    const text = `hunt: h
relations: extended
huntflow: |
  p        = GET process FROM one WHERE name MATCHES '^t(\\.exe)?$'
  created  = FIND file CREATED BY p
  updated  = FIND file UPDATED BY p WHERE path LIKE '%tmp%'
  deleted  = FIND file DELETED BY p
  keys     = FIND windows-registry-key UPDATED BY p
  injected = FIND process INJECTED BY p
  opened   = FIND process OPENED BY p
  readers  = FIND process READ updated
tests:
  - name: windows
    records:
      - process: { pid: 1, executable: C:\\t.exe }
      - { process: 1, file: { path: 'C:\\a', action: create } }
      - { process: 1, file: { path: 'C:\\b', action: delete } }
      - { process: 1, registry: { key: 'HKLM\\R', value: v, data: d } }
      - { process: 1, registry: { key: 'HKLM\\S', action: create } }
      - { process: 1, remote_thread: { target: { pid: 2, name: x.exe } } }
      - { process: 1, access: { target: { pid: 3, name: y.exe } } }
    expect:
      created: { count: 1, include: [{ path: 'C:\\a' }] }
      updated: { count: 0 }
      deleted: { count: 1, include: [{ path: 'C:\\b' }] }
      keys: { count: 1, include: [{ key: 'HKEY_LOCAL_MACHINE\\R' }] }
      injected: { count: 1, include: [{ pid: 2 }] }
      opened: { count: 1, include: [{ pid: 3 }] }
  - name: linux
    records:
      - process: { pid: 1, executable: /bin/t }
      - { process: 1, file: { path: /tmp/a, action: write } }
      - { process: 1, file: { path: /etc/a, action: write } }
      - { process: 1, file: { path: /tmp/b, action: access } }
      - { process: 1, file: { path: /tmp/c, action: delete } }
      - { process: { pid: 2, executable: /bin/u }, file: { path: /tmp/a, action: read } }
    expect:
      created: { count: 0 }
      updated: { count: 1, include: [{ path: /tmp/a }] }
      deleted: { count: 1, include: [{ path: /tmp/c }] }
      readers: { count: 1, include: [{ pid: 2 }] }
`;
    const { code, stdout, stderr } = await run(text);
    expect(stdout + stderr).toBe('h  windows  ok\nh  linux    ok\n2 passed, 0 failed\n');
    expect(code).toBe(0);
    const standard = await run(text.replace('relations: extended\n', ''));
    expect(standard.code).toBe(1);
    expect(standard.stdout + standard.stderr).toContain('relation-extended');
  });

  test('a line for each test, in columns, the counts at the end, and the exit code', async () => {
    const { code, stdout, stderr } = await run(
      hunt([`[${SHELL}]`, '{ shells: { count: 1 } }'], [`[${SHELL}]`, '{ shells: { count: 0 } }']).replace(
        'name: t1',
        'name: first of two',
      ),
    );
    expect(stdout).toBe(
      'h  first of two  ok\n' +
        'h  t2            FAILED  variable shells: expected 0 entities, found 1 (pid=7 name=sh command_line=/usr/bin/sh)\n' +
        '1 passed, 1 failed\n',
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect((await run(hunt([`[${SHELL}]`, '{ shells: { count: 1 } }']))).code).toBe(0);
  });

  test('shows what is nearest to a row that is missing', async () => {
    expect(await told(`[${SHELL}]`, '{ shells: { include: [{ pid: 8, name: sh, parent_ref.name: node }] } }')).toBe(
      'h  t1  FAILED  variable shells: expected one with pid=8 name=sh parent_ref.name=node, ' +
        'nearest of 1: pid=7 name=sh parent_ref.name=node\n' +
        '    expected  pid=8    name=sh  parent_ref.name=node\n' +
        '    nearest   pid=7 ≠  name=sh  parent_ref.name=node\n' +
        '0 passed, 1 failed\n',
    );
  });

  test('escapes what attackers wrote', async () => {
    const record = '{ process: { pid: 7, name: sh, command_line: "sh \\u001b[31m\\n</failure>" } }';
    const expected = '{ shells: { exclude: [{ command_line: "sh \\u001b[31m\\n</failure>" }] } }';
    const { stdout } = await run(hunt([`[${record}]`, expected]));
    expect(stdout).toContain('\\x1b[31m\\n</failure>');
    const xml = (await run(hunt([`[${record}]`, expected]), '--format', 'junit')).stdout;
    expect(xml).toContain('sh \ufffd[31m\n&lt;/failure&gt;');
    expect(xml).not.toContain('\u001b');
  });

  test('the records of a test serve every source; alerts settle and flush as in a run', async () => {
    expect(
      await told(
        `[${SHELL}, { process: { pid: 8, name: id, parent: 7 } }]`,
        '{ shells: { count: 1 }, recent: { count: 1 }, children: { include: [{ name: id }] }, ' +
          'alerts: { count: 1, include: [{ title: sh of node, variable: shells, status: open, process.pid: 7, parent_ref.name: node }] } }',
      ),
    ).toContain('1 passed, 0 failed');
  });

  test('an alert that is taken back is none', async () => {
    const retracting = (second: string): string =>
      hunt([`[${SHELL}, { time: +5s, process: ${second} }]`, '{ alerts: { count: 1 } }'])
        .replace('alerts:', "  few = shells WHERE name != 'zsh'\nalerts:")
        .replace('on: shells', 'on: few');
    expect((await run(retracting('{ pid: 7, name: bash }'))).stdout).toContain('1 passed');
    expect((await run(retracting('{ pid: 7, name: zsh }'))).stdout).toContain('alerts: expected 1 alert, found 0');
  });

  describe('moments', () => {
    test('a window slides; what comes later has not come yet', async () => {
      expect(
        await told(
          `[${SHELL}, { time: +50s, process: { pid: 9, name: sh } }]`,
          '{ recent: { count: 1, include: [{ pid: 9 }] }, at: [' +
            '{ time: +81s, recent: { count: 0 } }, { time: +0s, shells: { count: 1 }, recent: { count: 1 }, alerts: { count: 0 } }, ' +
            '{ time: +31s, shells: { count: 1 }, recent: { count: 0 }, alerts: { count: 1 } }, ' +
            '{ time: "2026-01-01T00:00:50Z", shells: { count: 2 }, recent: { include: [{ pid: 9 }] } }] }',
        ),
        // The clock of the last moment is the clock of the end.
      ).toContain('variable recent: expected 1 entity, found 0');
    });

    test('tell which one failed, as it was written', async () => {
      expect(await told(`[${SHELL}]`, '{ at: [{ time: +31s, recent: { count: 1 } }] }')).toContain(
        'at +31s, variable recent: expected 1 entity, found 0\n',
      );
    });

    test('are passed by all records that are not later, whatever the order they are written in', async () => {
      const records = `[${SHELL}, { time: +60s, process: { pid: 8, name: sh } }, { time: +5s, process: { pid: 9, name: sh } }]`;
      const expected =
        '{ shells: { count: 3 }, recent: { count: 1 }, at: [{ time: +10s, shells: { count: 2, exclude: [{ pid: 8 }] } }] }';
      expect(await told(records, expected)).toContain('1 passed');
    });
  });

  describe('records', () => {
    const LINE =
      '{"@timestamp":"2020-01-01T00:00:00Z","event":{"sf_type":"PE","action":"process-start"},"host":{"id":"x"},' +
      '"process":{"pid":5,"name":"sh","start":"2020-01-01T00:00:00Z"}}\n';

    test('a file next to the hunt, plain or packed, with and without file: before it', async () => {
      mkdirSync(join(folder, 'deep'), { recursive: true });
      writeFileSync(join(folder, 'deep/r.ndjson'), LINE);
      writeFileSync(join(folder, 'deep/r.gz'), gzipSync(LINE));
      for (const path of ['./r.ndjson', 'r.gz', 'file:r.ndjson']) {
        writeFileSync(
          join(folder, 'deep/h.hunt.yaml'),
          hunt([path, '{ shells: { count: 1, include: [{ pid: 5 }] } }']),
        );
        const { stdout } = await runWindhover(['test', 'deep'], { cwd: folder });
        expect(stdout, path).toContain('1 passed, 0 failed');
      }
    });

    test('documents and lines of a sensor', async () => {
      expect(await told(`'${LINE.trim()}'`, '{ shells: { count: 1 } }')).toContain('1 passed');
      expect(await told(`[${LINE.trim()}, ${SHELL}]`, '{ shells: { count: 2 } }')).toContain('1 passed');
      const block = hunt([`|\n      ${LINE}`, '{ shells: { count: 1 } }']);
      expect((await run(block)).stdout).toContain('1 passed');
    });

    test('a test whose records say nothing fails, whatever it expects', async () => {
      const nothing = '{ shells: { count: 0 } }';
      expect(await told('./missing.ndjson', nothing)).toMatch(/FAILED {2}.*missing\.ndjson/);
      writeFileSync(join(folder, 'empty.ndjson'), '');
      expect(await told('./empty.ndjson', nothing)).toContain('FAILED  ./empty.ndjson holds no records');
      writeFileSync(join(folder, 'text.ndjson'), 'hello\n');
      expect(await told('text.ndjson', nothing)).toContain('FAILED  1 of its records cannot be decoded');
      expect(await told('[{ "@timestamp": x }]', nothing)).toContain('FAILED  1 of its records cannot be decoded');
      expect(await told('[]', nothing)).toContain('FAILED  it has no records');
      const rows = `hunt: n\nhuntflow: |\n  n = NEW process ["a"]\ntests: [{ name: t, records: [], expect: { n: { count: 1 } } }]\n`;
      expect((await run(rows)).stdout).toContain('1 passed');
      const other = '{ EventID: 4624, Channel: Security, EventTime: x, Hostname: y }';
      expect(await told(`[${other}]`, nothing)).toContain('FAILED  all its 1 records are of kinds');
    });
  });

  test.each([
    ['{ shels: { count: 1 } }', 'The huntflow has no variable shels', 'Did you mean shells?'],
    ['{ shells: { include: [{ nam: sh }] } }', 'process has no attribute nam', 'Did you mean name?'],
    ['{ alerts: { include: [{ titel: x }] } }', 'An alert carries no titel', 'Did you mean title?'],
    ['{ at: [{ time: soon, shells: { count: 1 } }] }', 'soon is no moment', 'Write +41s'],
    ['{ shells: {} }', 'it can never fail', 'Say a count'],
    ['{}', 'it can never fail', 'Say a count'],
  ])('%s: said by test and by check, with its place', async (expected, message, hint) => {
    const { code, stdout, stderr } = await run(hunt([`[${SHELL}]`, expected]));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^h\.hunt\.yaml:1[2-5]:\d+: error: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('h  FAILED  the hunt has errors\n0 passed, 1 failed\n');
    const check = await runWindhover(['check', 'h.hunt.yaml'], { cwd: folder });
    expect(check.code).toBe(1);
    expect(check.stdout).toContain(message);
  });

  test('a typed record is checked to the last key', async () => {
    const { code, stderr } = await run(hunt(['[{ process: { pid: 7, nmae: sh } }]', '{ shells: { count: 1 } }']));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no key "nmae" here.');
    expect(stderr).toContain('Did you mean name?');
  });

  test('no test at all is a wrong call; a file without one among others is told', async () => {
    const none = await run(HUNT);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('There is no test in h.hunt.yaml');
    writeFileSync(join(folder, 'bare.hf'), "p = GET process FROM s WHERE name = 'sh'");
    await run(hunt([`[${SHELL}]`, '{ shells: { count: 1 } }']));
    const some = await runWindhover(['test', 'h.hunt.yaml', 'bare.hf'], { cwd: folder });
    expect(some).toMatchObject({ code: 0, stderr: 'warning: bare.hf has no tests\n' });
    const other = await run(hunt([`[${SHELL}]`, '{ shells: { count: 1 } }']), '--only', 'x');
    expect(other.code).toBe(2);
    expect((await run(hunt([`[${SHELL}]`, '{ shells: { count: 1 } }']), '--only', 'h t1')).stdout).toContain(
      '1 passed',
    );
  });

  test('two tests of one name are refused, as nobody could tell them apart', async () => {
    const two = hunt([`[${SHELL}]`, '{ shells: { count: 1 } }'], [`[${SHELL}]`, '{ shells: { count: 1 } }']);
    const { code, stderr } = await run(two.replace('name: t2', 'name: t1'));
    expect(code).toBe(1);
    expect(stderr).toContain('There is another test called t1');
  });

  test('JSON for scripts, JUnit for CI servers', async () => {
    const text = hunt(
      [`[${SHELL}]`, '{ shells: { count: 1 } }'],
      [`[${SHELL}]`, '{ shells: { include: [{ pid: 8 }] } }'],
    );
    const json = await run(text, '--format', 'json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      passed: 1,
      failed: 1,
      tests: [
        { hunt: 'h', file: 'h.hunt.yaml', test: 't1', ok: true, failures: [] },
        {
          test: 't2',
          ok: false,
          failures: [{ subject: 'shells', kind: 'include', expected: { pid: 8 }, found: 1, rows: [{ pid: 7 }] }],
        },
      ],
      broken: [],
      untested: [],
    });
    const junit = await run(text, '--format', 'junit');
    expect(junit.code).toBe(1);
    expect(junit.stdout).toMatch(/<testsuites name="windhover test" tests="2" failures="1" errors="0" time="[\d.]+">/);
    expect(junit.stdout).toMatch(/<testcase classname="h" name="t1" time="[\d.]+"\/>/);
    expect(junit.stdout).toContain('<failure message="variable shells: expected one with pid=8');
    const broken = await run('hunt: <x>\n', '--format', 'junit');
    expect(broken.stdout).toContain('errors="1"');
    expect(broken.stdout).toContain('<error message=');
  });
});
