import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-told-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const hunt = join(root, 'h.hunt.yaml');
writeFileSync(
  hunt,
  "hunt: h\nhuntflow: |\n  p = GET process FROM s WHERE name = 'sh'\n  q = GET process FROM stixshifter://other WHERE name = 'x'\nalerts: [{on: p, title: sh}]\n",
);

function file(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

const good = file('good.ndjson', `${processDocument()}\n`);

describe.each(['run', 'backtest'])('%s', (command) => {
  const call = (...args: string[]) => runWindhover([command, hunt, ...args]);

  test('of many places of a source the first ten are told, and those of another format', async () => {
    const folder = join(root, `many-${command}`);
    mkdirSync(folder);
    for (let i = 0; i < 25; i++)
      writeFileSync(join(folder, `${100 + i}.ndjson`), `${processDocument({ pid: i }, i)}\n`);
    writeFileSync(join(folder, '120.ndjson'), 'garbage\n');
    const { code, stderr } = await call('--source', folder);
    expect(code).toBe(0);
    const lines = stderr.split('\n');
    expect(lines.filter((line) => line.endsWith('.ndjson: sysflow-ecs'))).toHaveLength(10);
    expect(lines.filter((line) => line.endsWith('120.ndjson: unknown'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('120.ndjson: is no telemetry'))).toHaveLength(1);
    expect(lines.filter((line) => line === 'and 14 more places of sysflow-ecs')).toHaveLength(1);
  });

  test('a file of a folder that is no telemetry is named, with a glob that leaves it out, and the records count', async () => {
    const folder = join(root, `readme-${command}`);
    mkdirSync(folder);
    for (const name of ['a', 'b']) writeFileSync(join(folder, `${name}.log.ndjson`), `${processDocument()}\n`);
    writeFileSync(join(folder, 'README.md'), 'what this is\nand whence\n');
    writeFileSync(join(folder, 'truth.json'), '{\n  "attacks": []\n}\n');
    writeFileSync(join(folder, 'empty.txt'), '');
    const { code, stdout, stderr } = await call('--source', folder, '--format', 'json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { input: { records: 2, undecodable: 3 } }]);
    const told = stderr.split('\n').filter((line) => line.includes('is no telemetry'));
    const without = `A glob leaves it out: ${join(folder, '*.ndjson')} (2 of 5 files).`;
    expect(told.sort()).toEqual([
      `${join(folder, 'README.md')}: is no telemetry of a known format, and counts as 2 undecodable. ${without}`,
      `${join(folder, 'truth.json')}: is no telemetry of a known format, and counts as 1 undecodable. ${without}`,
    ]);
    const glob = await call('--source', join(folder, '*.ndjson'), '--format', 'json');
    expect(JSON.parse(glob.stdout)).toMatchObject({ input: { records: 2, undecodable: 0 } });
    expect(glob.stderr).not.toContain('is no telemetry');
  });

  test('of many such files the first ten are told', async () => {
    const folder = join(root, `garbage-${command}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.ndjson'), `${processDocument()}\n`);
    for (let i = 0; i < 12; i++) writeFileSync(join(folder, `${i}.txt`), 'garbage\n');
    const { stderr } = await call('--source', folder);
    expect(stderr.split('\n').filter((line) => line.includes('is no telemetry'))).toHaveLength(10);
    expect(stderr).toContain('\nand 2 more places of no telemetry\n');
  });

  test('where nothing could be decoded that is an error, with the file to be looked at', async () => {
    const bad = file('bad\u001b[31m.ndjson', 'garbage\nmore of it\n{"a":1}\n');
    const { code, stderr } = await call('--source', bad);
    expect(code).toBe(3);
    expect(stderr).toContain(
      'error: Nothing could be decoded: all 3 lines or blocks of the input are damaged or of no format that is known\n' +
        `  windhover doctor ${join(root, 'bad\\x1b[31m.ndjson')} shows what a file holds`,
    );
    expect(stderr).not.toContain('in the range');
    expect((await call('--source', good)).stderr).not.toContain('error:');
  });

  test('a name that no hunt reads is told, with those that they read', async () => {
    const given = ['--source', `s=${good}`, '--source', `other=${good}`];
    const { code, stderr } = await call(...given, '--source', 'typo=/nonexistent');
    expect(code).toBe(0);
    expect(stderr).toContain('warning: no hunt reads a source called typo (--source); they read s, other\n');
    expect((await call(...given)).stderr).not.toContain('no hunt reads');
  });
});

test('the log in JSON has every place, and the error', async () => {
  const folder = join(root, 'json');
  mkdirSync(folder);
  for (let i = 0; i < 12; i++) writeFileSync(join(folder, `${i}.ndjson`), 'garbage\n');
  const { code, stderr } = await runWindhover(['run', hunt, '--source', folder, '--log-format', 'json']);
  expect(code).toBe(3);
  const events = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const named = (name: string) => events.filter((event) => event['event.action'] === name);
  expect(named('source-recognised')).toHaveLength(12);
  expect(named('input-unusable')).toMatchObject([{ 'log.level': 'error', 'event.code': 'source-undecodable' }]);
});
