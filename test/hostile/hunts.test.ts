import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

// As the program does when it starts.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-hostile-hunts-'));
  write('s.ndjson', `${processDocument({ command_line: `sh ${'a'.repeat(60_000)}` })}\n`);
  write('good.hf', "p = GET process FROM s WHERE name = 'sh'");
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

interface Ran {
  readonly code: number;
  readonly codes: readonly string[];
  /** Whether the hunt beside it ran. */
  readonly otherRan: boolean;
  readonly stderr: string;
}

async function run(hunt: string): Promise<Ran> {
  const { code, stdout, stderr } = await runWindhover(
    ['run', hunt, 'good.hf', '--source', 's=s.ndjson', '--format', 'json'],
    { cwd },
  );
  const { hunts } = JSON.parse(stdout) as {
    hunts: readonly {
      ok: boolean;
      diagnostics: readonly { code: string }[];
      variables: readonly { entities: number }[];
    }[];
  };
  return {
    code,
    stderr,
    codes: hunts[0]?.diagnostics.map((each) => each.code) ?? [],
    otherRan: hunts.at(-1)?.ok === true && hunts.at(-1)?.variables[0]?.entities === 1,
  };
}

const FLOW = "huntflow: p = GET process FROM s WHERE name = 'sh'";
const laughs = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];

describe('a hunt file', () => {
  test.each<[string, string | Uint8Array]>([
    ['a YAML bomb of aliases', `hunt: h\n${FLOW}\ntags: *a30\n${laughs.join('\n')}\n`],
    ['a YAML bomb in order', `${laughs.join('\n')}\nhunt: h\n${FLOW}\ntags: *a30\n`],
    ['an alias to itself', `hunt: h\n${FLOW}\ntags: &t [*t]\n`],
    ['an anchor that is none', `hunt: h\n${FLOW}\ntags: [*nothing]\n`],
    ['nesting', `hunt: h\n${FLOW}\ntags: ${'['.repeat(20_000)}\n`],
    ['deep blocks', `hunt: h\n${FLOW}\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}\n`],
    ['a tag that means code elsewhere', `hunt: h\n${FLOW}\ntags: !!js/function 'function () { process.exit(9) }'\n`],
    ['keys that stand twice', `hunt: h\nhunt: g\n${FLOW}\n`],
    ['two documents', `hunt: h\n${FLOW}\n---\nhunt: g\n${FLOW}\n`],
    ['NULs', new Uint8Array(4096)],
    ['a great many aliases', `hunt: h\n${FLOW}\ntags: [&a x, ${'*a,'.repeat(1_000_000)} *a]\n`],
    ['a great many keys', `hunt: h\n${FLOW}\n${Array.from({ length: 90_000 }, (_, i) => `k${i}: 1`).join('\n')}\n`],
    ['indicators', `hunt: h\n${FLOW}\ntags:\n  ${'- '.repeat(1_000_000)}\n`],
    ['closing brackets', `hunt: h\n${FLOW}\ntags: [${'}'.repeat(1_000_000)}\n`],
    ['lines of one text', `hunt: h\n${FLOW}\ndescription: a${'\n '.repeat(1_000_000)}\n`],
    ["a name that is every object's", `hunt: h\n${FLOW}\nexpect: { hosts: { __proto__: 3 } }\n`],
    ['UTF-16', Buffer.from(`\ufeffhunt: h\n${FLOW}\n`, 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from(`hunt: h\n${FLOW}\ntitle: caf\xe9\n`, 'latin1')],
    ['half a character', Buffer.from(`hunt: h\n${FLOW}\ntitle: é`).subarray(0, -1)],
    ['a great many tags', `hunt: h\n${FLOW}\ntags: [${'a,'.repeat(210_000)}a]\n`],
    ['a number beyond all', `hunt: h\n${FLOW}\nrisk_score: 1e999\n`],
    ['a title of opening braces', `hunt: h\n${FLOW}\nalerts: [{on: p, title: "${'{'.repeat(10_000)}"}]\n`],
  ])('%s: in a hunt file, told; the other hunt runs', async (name, content) => {
    const { code, codes, otherRan, stderr } = await run(write(`${name.replaceAll(/\W/g, '-')}.hunt.yaml`, content));
    expect(stderr).not.toMatch(/defect|RangeError|TypeError|heap/);
    expect([code, codes.length > 0, otherRan]).toEqual([1, true, true]);
  });

  test('more than 4 MiB: in a hunt file, the call is wrong, 2', async () => {
    const huge = write('huge.hunt.yaml', `hunt: h\n${FLOW}\ndescription: ${'x'.repeat(4 * 1024 * 1024)}\n`);
    const { code, stderr } = await runWindhover(['run', huge, '--source', 's.ndjson'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('4194304')]);
  });
});

describe('a huntflow', () => {
  test.each<[string, string | Uint8Array]>([
    ['parentheses', `p = GET process FROM s WHERE ${'('.repeat(5000)}pid = 1${')'.repeat(5000)}`],
    ['a text that never ends', `p = GET process FROM s WHERE name = '${'a'.repeat(100_000)}`],
    ['an expression with look-around', "p = GET process FROM s WHERE name MATCHES '(?=a)a'"],
    ['an expression with a back-reference', String.raw`p = GET process FROM s WHERE name MATCHES r'(a)\1'`],
    ['an expression that repeats repetitions', "p = GET process FROM s WHERE name MATCHES '((a{1000}){1000}){1000}'"],
    ['a long expression', `p = GET process FROM s WHERE name MATCHES '${'a?'.repeat(5000)}'`],
    ['a long list', `p = GET process FROM s WHERE pid IN (${Array.from({ length: 200_000 }, (_, i) => i).join(',')})`],
    ['NULs', '\0'.repeat(1000)],
    ['bytes that are no UTF-8', Buffer.from("p = GET process FROM s WHERE name = 'caf\xe9'", 'latin1')],
    ['UTF-16', Buffer.from("\ufeffp = GET process FROM s WHERE name = 'sh'", 'utf16le')],
    ['thousands of mistakes', 'x = y WHERE pid = 1\n'.repeat(50_000)],
  ])('%s: in a huntflow, told; the other hunt runs', async (name, text) => {
    const { code, codes, otherRan, stderr } = await run(write(`${name.replaceAll(/\W/g, '-')}.hf`, text));
    expect(stderr).not.toMatch(/defect|RangeError|TypeError/);
    expect([code, codes.length > 0, otherRan]).toEqual([1, true, true]);
  });

  test('thousands of statements: in a huntflow, they run', { timeout: 60_000 }, async () => {
    const text = [
      "p0 = GET process FROM s WHERE name = 'sh'",
      ...Array.from({ length: 1500 }, (_, i) => `p${i + 1} = p${i}`),
    ];
    const { otherRan, stderr } = await run(write('long.hf', text.join('\n')));
    expect(stderr).not.toMatch(/defect|RangeError/);
    expect(otherRan).toBe(true);
  });

  test.each<[string, string]>([
    ['an expression that backtracks', "command_line MATCHES '(a+)+$b'"],
    ['an expression of alternatives', "command_line MATCHES '(a|aa)+b'"],
    ['LIKE of many signs', `command_line LIKE '${'%a'.repeat(400)}%b'`],
    ['LIKE of single signs', `command_line LIKE '%${'_'.repeat(900)}b'`],
  ])('%s: in a huntflow, decided in time', { timeout: 60_000 }, async (name, comparison) => {
    const { otherRan, stderr } = await run(write(`${name.length}.hf`, `p = GET process FROM s WHERE ${comparison}`));
    expect(stderr).not.toContain('defect');
    expect(otherRan).toBe(true);
  });
});

describe('a file of LOAD', () => {
  const row = 'type,name\nprocess,sh\n';
  test.each<[string, string, string | Uint8Array]>([
    ['a gzip bomb', 'b.csv.gz', gzipSync(Buffer.alloc(80 << 20, 'a'))],
    ['gzip that breaks off', 'c.csv.gz', gzipSync(row.repeat(1000)).subarray(0, 40)],
    ['UTF-16', 'u.csv', Buffer.from(`\ufeff${row}`, 'utf16le')],
    ['no UTF-8', 'l.csv', Buffer.from('type,name\nprocess,caf\xe9\n', 'latin1')],
    ['many columns', 'w.csv', `${Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',')}\n`],
    ['a column twice', 't.csv', 'type,name,name\nprocess,a,b\n'],
    ['a quote that never ends', 'q.csv', `type,name\nprocess,"${'a'.repeat(100_000)}\n`],
    ['rows of other lengths', 'r.csv', 'type,name\nprocess\n'],
    ['nested JSON', 'n.json', '['.repeat(100_000)],
    ['JSON that is no table', 'o.json', '{"a": 1}'],
    ['nothing', 'e.csv', ''],
    ['NULs', '0.csv', new Uint8Array(1000)],
  ])('%s: in a file of LOAD, told with the place; the other hunt runs', async (_, name, content) => {
    write(name, content);
    const { code, codes, otherRan, stderr } = await run(
      write(`load-${name}.hf`, `x = LOAD ${name.startsWith('0') ? `'${name}'` : name}\nDISP x`),
    );
    expect(stderr).not.toMatch(/defect|RangeError|TypeError/);
    expect([code, codes.length > 0, otherRan]).toEqual([1, true, true]);
  });
});
