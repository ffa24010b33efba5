import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

/** Names that plain objects have without anybody giving them. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-keys-'));
  writeFileSync(join(cwd, 's.ndjson'), `${processDocument({ command_line: 'sh -c id' })}\n`);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const namesOf = (): string[][] => prototypes.map((each) => Object.getOwnPropertyNames(each));
const before = namesOf();
afterEach(() => expect(namesOf()).toEqual(before));

function write(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

interface Answer {
  readonly code: number;
  readonly stderr: string;
  readonly hunts: readonly {
    readonly ok: boolean;
    readonly variables: readonly {
      readonly name: string;
      readonly entities: number;
      readonly rows?: readonly object[];
    }[];
    readonly displays: readonly { readonly rows?: readonly Record<string, unknown>[] }[];
    readonly diagnostics: readonly { readonly code: string }[];
  }[];
}

async function run(file: string, ...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runWindhover(['run', file, '--format', 'json', ...args], { cwd });
  expect(stderr).not.toMatch(/defect|internal|TypeError|at .*\.ts:/);
  const { hunts } = JSON.parse(stdout === '' ? '{"hunts":[]}' : stdout) as Answer;
  for (const hunt of hunts) expect(JSON.stringify(hunt.diagnostics)).not.toMatch(/defect|native code|object Object/);
  return { code, stderr, hunts };
}

describe.each(NAMES)('%s', (name) => {
  test('may be called a variable', async () => {
    const hunt = write(
      'v.hf',
      `${name} = GET process FROM s WHERE pid = 7\nq = ${name} WHERE name = 'sh'\nDISP ${name} ATTR name`,
    );
    const { code, hunts } = await run(hunt, '--source', 's.ndjson', '--alert', name, '--alerts', 'v.ndjson');
    expect(code).toBe(0);
    expect(hunts[0]?.variables.map(({ name: each, entities }) => [each, entities])).toEqual([
      [name, 1],
      ['q', 1],
    ]);
    expect(JSON.parse(readFileSync(join(cwd, 'v.ndjson'), 'utf8'))).toMatchObject({ windhover: { variable: name } });
    rmSync(join(cwd, 'v.ndjson'));
  });

  test('may be called a source', async () => {
    const hunt = write('s.hf', `p = GET process FROM ${name} WHERE pid = 7`);
    expect((await run(hunt, '--source', `${name}=s.ndjson`)).hunts[0]?.variables[0]?.entities).toBe(1);
    write('c.yaml', `sources: { ${JSON.stringify(name)}: { history: { files: ./s.ndjson } } }\n`);
    if (name === '__proto__') {
      const { code, stderr } = await runWindhover(['run', hunt, '--config', 'c.yaml'], { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining('c.yaml:1: nothing can be called __proto__')]);
    } else expect((await run(hunt, '--config', 'c.yaml')).hunts[0]?.variables[0]?.entities).toBe(1);
    expect((await run(hunt)).code).toBe(1);
  });

  test('is no attribute, no relation and no analytic, and an entity type that nothing is of', async () => {
    for (const text of [
      `p = GET process FROM s WHERE ${name} = 'a'`,
      `p = GET process FROM s WHERE pid = 7\nDISP p ATTR ${name}`,
      `p = GET process FROM s WHERE pid = 7\nq = GROUP p BY ${name}`,
      `p = GET process FROM s WHERE pid = 7\nAPPLY 'windhover://${name}' ON p`,
    ]) {
      const { code, hunts } = await run(write('a.hf', text), '--source', 's.ndjson');
      expect([text, code, hunts[0]?.ok]).toEqual([text, 1, false]);
    }
    for (const text of [`p = GET ${name} FROM s WHERE pid = 1`, `p = NEW ${name} ["a"]\nDISP p`]) {
      const { hunts } = await run(write('a.hf', text), '--source', 's.ndjson', '--alert', 'p');
      expect(hunts[0]?.ok).toBe(true);
    }
  });

  test('is an attribute of constant rows that comes back', async () => {
    const hunt = write(
      'n.hf',
      `p = NEW process [{"name": "a", "pid": 1, "${name}": "kept"}]\nDISP p\nSAVE p TO n.json`,
    );
    const { code, hunts } = await run(hunt);
    if (hunts[0]?.ok !== true) return expect(code).toBe(1);
    expect(code).toBe(0);
    const [row] = JSON.parse(readFileSync(join(cwd, 'n.json'), 'utf8')) as object[];
    expect(Object.getOwnPropertyDescriptor(row, name)?.value).toBe('kept');
  });

  test.each(['csv', 'json', 'ndjson'])('is a column of a %s file that comes back', async (format) => {
    const row = `{"type": "process", "name": "a", ${JSON.stringify(name)}: "kept"}`;
    const text = { csv: `type,name,${name}\nprocess,a,kept\n`, json: `[${row}]`, ndjson: row }[format] as string;
    write(`in.${format}`, text);
    const hunt = write('l.hf', `p = LOAD in.${format}\nDISP p ATTR name, ${name}\nSAVE p TO out.json`);
    const { code, hunts } = await run(hunt, '--rows', 'p');
    expect(code).toBe(0);
    const [variable] = hunts[0]?.variables ?? [];
    expect(Object.getOwnPropertyDescriptor(variable?.rows?.[0], name)?.value).toBe('kept');
    const [back] = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')) as object[];
    expect(Object.getOwnPropertyDescriptor(back, name)?.value).toBe('kept');
  });

  test('is no key of a hunt file or of the configuration, and is told', async () => {
    const key = JSON.stringify(name);
    for (const [hunt, what] of [
      [`hunt: h\nhuntflow: p = GET process FROM s WHERE pid = 7\n${key}: 1\n`, name],
      [`hunt: h\nhuntflow: p = GET process FROM s WHERE pid = 7\nalerts: [{on: ${key}}]\n`, name],
      [`hunt: h\nhuntflow: p = GET process FROM s WHERE pid = 7\nalerts: [{on: p, title: "{${name}}"}]\n`, name],
      [`hunt: h\nhuntflow: p = GET process FROM s WHERE pid = 7\nalerts: [{on: p, ${key}: {a: 1}}]\n`, name],
    ] as const) {
      const { code, stderr } = await run(write('h.hunt.yaml', hunt), '--source', 's.ndjson');
      expect([hunt, code]).toEqual([hunt, 1]);
      expect(stderr).toContain(what);
    }
    write('c.yaml', `${key}: { files: { read: [] } }\n`);
    const { code, stderr } = await runWindhover(['config', 'show', '--config', 'c.yaml'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('unknown key')]);
  });

  test('may be asked about in a test of a hunt', async () => {
    const key = JSON.stringify(name);
    const hunt = `hunt: h
huntflow: p = GET process FROM s WHERE name = 'sh'
alerts: [{on: p}]
expect: { hosts: { ${key}: 0 }, titles: { ${key}: 0 } }
tests:
  - name: fields
    records: [{ process: { name: sh }, fields: { ${key}: { polluted: true } } }]
    expect: { alerts: { include: [{ ${key}: a }] } }
`;
    const { code, stdout, stderr } = await runWindhover(['test', write('t.hunt.yaml', hunt), '--format', 'json'], {
      cwd,
    });
    expect([1, 2]).toContain(code);
    expect(stdout + stderr).not.toMatch(/defect|TypeError|native code/);
    const backtest = await runWindhover(['backtest', 't.hunt.yaml', '--source', 's.ndjson', '--expect'], { cwd });
    expect(backtest.stdout + backtest.stderr).not.toMatch(/defect|TypeError|native code/);
  });

  test('in the environment and as a host alias changes nothing, or is refused', async () => {
    const hunt = write('e.hf', `p = LOAD $${name}/x.csv`);
    expect((await run(hunt)).code).toBe(1);
    write('c.yaml', `host_aliases: { ${JSON.stringify(name)}: x }\n`);
    const { code } = await runWindhover(
      ['run', write('p.hf', 'p = GET process FROM s WHERE pid = 7'), '--config', 'c.yaml', '--source', 's.ndjson'],
      { cwd, env: { [`STIXSHIFTER_${name}_CONNECTOR`]: 'splunk', [`WINDHOVER_KAFKA_${name}`]: 'x' } },
    );
    expect(code).toBe(name === '__proto__' ? 2 : 0);
  });
});
